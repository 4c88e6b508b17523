"""A forwarded question may ask our own sources too: compared in the statement that ends it."""

from django.db import migrations

# As `verify_facts`: another value than the source's is a wrong try on the number, and the row says
# which facts were compared and how.
TELL = """
CREATE FUNCTION gateway_v1.tell_upstream_facts(ask bigint, outcome text, detail text, who uuid, facts text)
RETURNS TABLE (told boolean, said text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    today CONSTANT date := (clock_timestamp() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
    found CONSTANT jsonb := sources_v1.compared(who, facts::jsonb, today);
BEGIN
    RETURN QUERY SELECT t.told, found::text FROM gateway_v1.tell_upstream(
        ARRAY[ask], ARRAY[CASE WHEN found::text LIKE '%"fact_differs"%' THEN 'no_match' ELSE outcome END],
        ARRAY[detail || ',"facts":' || (SELECT jsonb_object_agg(f.key, f.value ->> 'code')
                                        FROM jsonb_each(found) f)::text]) t;
END $$;
REVOKE ALL ON FUNCTION gateway_v1.tell_upstream_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.tell_upstream_facts TO danso_gateway;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0018_changes_of_merged")]
    operations = [migrations.RunSQL(TELL, "DROP FUNCTION gateway_v1.tell_upstream_facts")]
