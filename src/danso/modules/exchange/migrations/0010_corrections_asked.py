"""`gateway_v1.open_correction` tells a correction that is open already from a new one."""

from django.db import migrations

CORRECT = """
CREATE OR REPLACE FUNCTION gateway_v1.open_correction(
    number text, name text, plain text, toneless boolean, birth text, partner bigint, entry text,
    field text, claimed text, evidence text, procedure text, file_code text, key text, digest text
) RETURNS TABLE (answer text, correction text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    before record;
    compared record;
    asked record;
    told text;
    asker record;
BEGIN
    IF key <> '' THEN
        -- Two calls with one key at the same moment: the second waits for the first.
        PERFORM pg_advisory_xact_lock(hashtextextended(partner || ':' || key, 7));
        SELECT w.digest, w.answer INTO before FROM public.exchange_idempotent_write w
        WHERE w.partner = open_correction.partner AND w.key = open_correction.key;
        IF FOUND THEN
            RETURN QUERY SELECT CASE WHEN before.digest = digest THEN 'again' ELSE 'reused' END, before.answer;
            RETURN;
        END IF;
    END IF;
    SELECT c.answer, c.who INTO compared FROM public.exchange_compare(
        ARRAY[number], ARRAY[name], ARRAY[plain], ARRAY[toneless], ARRAY[birth], ARRAY[0::smallint], ARRAY[''],
        ARRAY[partner], ARRAY[entry], 'correction_asked', true) c;
    IF left(compared.answer, 1) IN ('F', 'T') THEN
        RETURN QUERY SELECT compared.answer, NULL::text;
        RETURN;
    END IF;
    SELECT p.code, p.agency INTO asker FROM public.exchange_partner p WHERE p.id = partner;
    SELECT a.key, a.outcome INTO asked FROM sources_v1.ask_correction(
        compared.who, field, claimed, evidence, asker.code, asker.agency, procedure, file_code) a;
    IF asked.outcome = 'other_open' THEN
        -- Not kept under the key: it may be sent again once the open one is answered.
        RETURN QUERY SELECT 'other_open', asked.key::text;
        RETURN;
    END IF;
    told := CASE asked.outcome WHEN 'already_open' THEN 'already_open ' ELSE '' END || asked.key;
    IF key <> '' THEN
        INSERT INTO public.exchange_idempotent_write (partner, key, digest, answer, at)
        VALUES (partner, key, digest, told, clock_timestamp());
    END IF;
    RETURN QUERY SELECT 'opened', told;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0009_changes_in_order"), ("sources", "0005_asked")]
    operations = [migrations.RunSQL(CORRECT, migrations.RunSQL.noop)]
