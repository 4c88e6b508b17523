"""`sources_v1.ask_correction`: whether what is asked is new, open already, or another is open."""

from django.db import migrations

DOOR = """
CREATE FUNCTION sources_v1.ask_correction(
    person uuid, field text, claimed text, evidence text,
    opened_by text, opened_unit text, procedure text, file_code text
) RETURNS TABLE (key uuid, outcome text)
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    held record;
    asked uuid;
BEGIN
    LOOP
        SELECT c.key, c.claimed INTO held FROM sources_correction c
        WHERE c.person = ask_correction.person AND c.field = ask_correction.field
          AND c.opened_by = ask_correction.opened_by AND c.state = 'open';
        IF FOUND THEN
            RETURN QUERY SELECT held.key, CASE WHEN held.claimed = ask_correction.claimed
                                               THEN 'already_open' ELSE 'other_open' END;
            RETURN;
        END IF;
        BEGIN
            INSERT INTO sources_correction (key, person, field, claimed, evidence, origin, opened_at,
                                            opened_by, opened_unit, procedure, file_code)
            VALUES (uuidv7(), ask_correction.person, ask_correction.field, ask_correction.claimed,
                    ask_correction.evidence, 'partner', clock_timestamp(), ask_correction.opened_by,
                    ask_correction.opened_unit, ask_correction.procedure, ask_correction.file_code)
            RETURNING key INTO asked;
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            -- Somebody asked the same at this moment and has committed: look again.
        END;
    END LOOP;
    INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (2, NULL,
        json_build_object('event', 'sources.correction_opened', 'at',
            to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'correction', asked, 'person', ask_correction.person)::text);
    RETURN QUERY SELECT asked, 'opened';
END $$;
DROP FUNCTION sources_v1.open_correction;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0004_sent_up")]
    operations = [migrations.RunSQL(DOOR, migrations.RunSQL.noop)]
