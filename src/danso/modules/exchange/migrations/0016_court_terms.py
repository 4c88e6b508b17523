"""Requests and decisions of courts go after their term: answered ones only, by this door."""

from django.db import migrations

# The application may not delete from these tables; this is the one way, and what still waits for
# police does not go through it.
DESTROY = """
CREATE FUNCTION exchange_destroy_answered(kind text, before timestamptz, at_most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    IF kind = 'requests' THEN
        DELETE FROM public.exchange_person_request WHERE key IN (
            SELECT key FROM public.exchange_person_request
            WHERE state <> 'open' AND answered_at < before LIMIT at_most FOR UPDATE SKIP LOCKED);
    ELSIF kind = 'decisions' THEN
        DELETE FROM public.exchange_court_decision WHERE key IN (
            SELECT key FROM public.exchange_court_decision
            WHERE state IN ('accepted', 'rejected') AND answered_at < before LIMIT at_most FOR UPDATE SKIP LOCKED);
    ELSE
        RAISE EXCEPTION 'there is no kind %', kind USING ERRCODE = 'data_exception';
    END IF;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION exchange_destroy_answered FROM PUBLIC;
GRANT EXECUTE ON FUNCTION exchange_destroy_answered TO danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0015_file_facts")]
    operations = [migrations.RunSQL(DESTROY, "DROP FUNCTION exchange_destroy_answered")]
