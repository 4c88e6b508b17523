"""`sources_v1`: how the gateway's functions open a correction and read where it stands."""

from django.db import migrations

DOORS = """
CREATE SCHEMA sources_v1;
GRANT USAGE ON SCHEMA sources_v1 TO danso_app;

-- The asker's open complaint about the same field is the same correction, not a second one. It is
-- routed (decider, deadline) by the handler of the event, since that takes the working calendar.
CREATE FUNCTION sources_v1.open_correction(
    person uuid, field text, claimed text, evidence text,
    opened_by text, opened_unit text, procedure text, file_code text
) RETURNS uuid LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    found uuid;
BEGIN
    INSERT INTO sources_correction (key, person, field, claimed, evidence, origin, opened_at,
                                    opened_by, opened_unit, procedure, file_code)
    VALUES (uuidv7(), open_correction.person, open_correction.field, open_correction.claimed,
            open_correction.evidence, 'partner', clock_timestamp(), open_correction.opened_by,
            open_correction.opened_unit, open_correction.procedure, open_correction.file_code)
    ON CONFLICT (person, field, opened_by) WHERE state = 'open' DO NOTHING
    RETURNING key INTO found;
    IF found IS NULL THEN
        SELECT c.key INTO found FROM sources_correction c
        WHERE c.person = open_correction.person AND c.field = open_correction.field
          AND c.opened_by = open_correction.opened_by AND c.state = 'open';
        RETURN found;
    END IF;
    INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (2, NULL,
        json_build_object('event', 'sources.correction_opened', 'at',
            to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'correction', found, 'person', open_correction.person)::text);
    RETURN found;
END $$;

CREATE VIEW sources_v1.corrections AS
    SELECT key, person, field, state, answer, opened_by, opened_at, due, answered_at
    FROM sources_correction;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_corrections"), ("audit", "0002_doors")]

    operations = [
        migrations.RunSQL(DOORS, "DROP SCHEMA sources_v1 CASCADE"),
    ]
