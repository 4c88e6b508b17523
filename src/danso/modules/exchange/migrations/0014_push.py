"""`gateway_v1.push`: an owner's batch of records kept with its journal row in one commit."""

from django.db import migrations, models

PUSH = """
CREATE FUNCTION gateway_v1.push(
    source text, sequence bigint, digest text, sender text, rows text, records integer, refused jsonb,
    finishes boolean, told text, entry text
) RETURNS TABLE (outcome text, newest bigint, answer text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    SELECT r.outcome, r.newest, r.told INTO outcome, newest, answer FROM sources_v1.receive(
        source, sequence, digest, sender, rows, records, refused, finishes, told) r;
    -- What is refused is journaled by the gateway as every refusal is.
    IF outcome IN ('received', 'again') THEN
        INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, NULL,
            entry || '},"outcome":"' || CASE outcome WHEN 'received' THEN 'received' ELSE 'received_before' END
            || '","at":"' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
            || '","subject":null}');
    END IF;
    RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION gateway_v1.push FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.push TO danso_gateway;

CREATE FUNCTION gateway_v1.push_position(source text, entry text) RETURNS TABLE (newest bigint, waiting bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, NULL,
        entry || '},"outcome":"done","at":"'
        || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
        || '","subject":null}');
    SELECT r.newest, r.waiting FROM sources_v1.received(source) r;
$$;
REVOKE ALL ON FUNCTION gateway_v1.push_position FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.push_position TO danso_gateway;
"""
SERVICES = (
    "verify",
    "batch",
    "share",
    "link-number",
    "changes",
    "correction",
    "case-parties",
    "person-request",
    "court-decision",
    "push",
)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0013_courts"), ("sources", "0009_push")]
    operations = [
        migrations.AlterField(
            model_name="agreement",
            name="service",
            field=models.CharField(choices=[(code, code) for code in SERVICES], max_length=16),
        ),
        migrations.RunSQL(PUSH, "DROP FUNCTION gateway_v1.push, gateway_v1.push_position"),
    ]
