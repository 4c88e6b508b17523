"""`gateway_v1.verify`: compare, count wrong guesses, answer and write the journal in one statement."""

from django.db import migrations

# An answer is five characters: the verdict and one figure each for name, birth, sex, commune; four
# more follow when the register doubts a field. `danso.wire.answers` gives the words.
#   verdict  M match, H matches but something asked is not held, N differs, F not found, D dead,
#            C number cancelled, T too many wrong tries
#   figure   0 not asked, 1 match, 2 differs, 3 not held, 4 not answered (name differs, number dead...),
#            5 match to the precision that both have, 6 same letters, other diacritics
# A protected person gets F, exactly as somebody who is not there, after the same work.
COMPARE = """
CREATE FUNCTION exchange_compare(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], done text, opens boolean DEFAULT false
) RETURNS TABLE (n bigint, answer text, who uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    -- Issue 2, section 4: five wrong tries on one number from one partner in a day, twenty from all.
    own_tries CONSTANT integer := 5;
    all_tries CONSTANT integer := 20;
    moment CONSTANT timestamptz := clock_timestamp();
    at_text CONSTANT text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
    total CONSTANT integer := cardinality(numbers);
BEGIN
    IF (cardinality(names), cardinality(plains), cardinality(toneless), cardinality(births), cardinality(sexes),
        cardinality(communes), cardinality(partners), cardinality(entries))
       IS DISTINCT FROM (total, total, total, total, total, total, total, total) THEN
        RAISE EXCEPTION 'the arrays of one call must have one length' USING ERRCODE = 'data_exception';
    END IF;
    RETURN QUERY
    WITH asked AS (
        SELECT a.*, k.person, k.status, k.life, k.protected, k.flags,
               k.birth AS held_birth, k.sex AS held_sex, k.commune AS held_commune,
               coalesce(t.own, 0) AS own_before, coalesce(t.every, 0) AS all_before,
               CASE WHEN k.number IS NULL OR k.protected THEN '0'
                    WHEN k.name_key = a.name THEN '1'
                    WHEN k.plain_key IS DISTINCT FROM a.plain THEN '2'
                    WHEN a.toneless THEN '5'
                    ELSE '6' END AS name_r
        FROM unnest(numbers, names, plains, toneless, births, sexes, communes, partners, entries)
             WITH ORDINALITY AS a(number, name, plain, toneless, birth, sex, commune, partner, entry, place)
        LEFT JOIN population_v1.keys k ON k.number = a.number
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE f.partner = a.partner) AS own, count(*) AS every
            FROM public.exchange_failed_try f
            WHERE f.number = a.number AND f.at > moment - interval '24 hours'
        ) t ON true
    ), by_field AS (
        SELECT *,
               CASE WHEN birth = '' THEN '0'
                    WHEN name_r NOT IN ('1', '5') OR status <> 'active' THEN '4'
                    WHEN held_birth IS NULL THEN '3'
                    WHEN held_birth = birth THEN '1'
                    WHEN starts_with(held_birth, birth || '-') OR starts_with(birth, held_birth || '-') THEN '5'
                    ELSE '2' END AS birth_r,
               CASE WHEN sex = 0 THEN '0'
                    WHEN name_r NOT IN ('1', '5') OR status <> 'active' THEN '4'
                    WHEN held_sex = 0 THEN '3'
                    WHEN held_sex = sex THEN '1'
                    ELSE '2' END AS sex_r,
               CASE WHEN commune = '' THEN '0'
                    WHEN name_r NOT IN ('1', '5') OR status <> 'active' THEN '4'
                    WHEN held_commune IS NULL THEN '3'
                    WHEN held_commune = commune THEN '1'
                    ELSE '2' END AS commune_r
        FROM asked
    ), judged AS (
        SELECT *,
               CASE WHEN name_r = '0' THEN 'F'
                    WHEN name_r NOT IN ('1', '5') THEN 'N'
                    WHEN status <> 'active' THEN 'C'
                    WHEN '2' IN (birth_r, sex_r, commune_r) THEN 'N'
                    WHEN life = 'dead' THEN 'D'
                    WHEN '3' IN (birth_r, sex_r, commune_r) THEN 'H'
                    ELSE 'M' END AS verdict
        FROM by_field
    ), counted AS (
        -- Wrong tries before this one, those of the same statement included.
        SELECT *,
               own_before + coalesce(sum((verdict IN ('N', 'F'))::integer) OVER (
                   PARTITION BY number, partner ORDER BY judged.place
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS own_wrong,
               all_before + coalesce(sum((verdict IN ('N', 'F'))::integer) OVER (
                   PARTITION BY number ORDER BY partner, judged.place
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS all_wrong
        FROM judged
    ), answered AS MATERIALIZED (
        SELECT *, own_wrong >= own_tries OR all_wrong >= all_tries AS barred FROM counted
    ), tried AS (
        INSERT INTO public.exchange_failed_try (number, partner, at)
        SELECT number, partner, moment FROM answered WHERE verdict IN ('N', 'F') AND NOT barred
          -- Published made-up people keep giving what was published.
          AND NOT EXISTS (SELECT FROM public.exchange_sandbox_person s
                          WHERE s.number = answered.number AND s.gives <> 'too_many_attempts')
    ), journaled AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 1, person,
               entry || ',"answer":"' || verdict || name_r || birth_r || sex_r || commune_r
               || '"},"outcome":"' || CASE
                   WHEN barred THEN 'too_many_attempts'
                   WHEN protected THEN 'protected'
                   WHEN opens AND verdict <> 'F' THEN done
                   ELSE CASE verdict WHEN 'M' THEN done WHEN 'H' THEN done || '_incomplete' WHEN 'N' THEN 'no_match'
                                     WHEN 'F' THEN 'not_found' WHEN 'D' THEN CASE done WHEN 'match' THEN 'dead' ELSE done || '_dead' END ELSE 'cancelled' END
                   END
               || '","at":"' || at_text || '","subject":' || coalesce('"' || person::text || '"', 'null') || '}'
        FROM answered ORDER BY answered.place
    ), alerted AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 2, NULL::uuid, '{"event":"exchange.guessing_suspected","at":"' || at_text
               || '","person":' || coalesce('"' || person::text || '"', 'null')
               || ',"partner":' || partner || '}'
        FROM answered
        WHERE verdict IN ('N', 'F') AND NOT barred
          AND (own_wrong = own_tries - 1 OR all_wrong = all_tries - 1)
        UNION ALL
        -- For nobody and for somebody protected alike, so that neither takes longer; a handler tells
        -- them apart and alerts the guardians.
        SELECT 2, NULL::uuid, '{"event":"exchange.nobody_answered","at":"' || at_text
               || '","person":' || coalesce('"' || person::text || '"', 'null')
               || ',"partner":' || partner || '}'
        FROM answered WHERE verdict = 'F'
    )
    SELECT answered.place,
           CASE WHEN barred THEN 'T0000'
                ELSE verdict || name_r || birth_r || sex_r || commune_r
                     || CASE WHEN verdict IN ('F', 'N', 'C') OR flags = '{}' THEN '' ELSE
                        (flags ? 'full_name')::integer::text || (flags ? 'birth')::integer::text
                        || (flags ? 'sex')::integer::text || (flags ? 'permanent_place')::integer::text END
           END,
           CASE WHEN barred OR protected THEN NULL ELSE person END
    FROM answered ORDER BY answered.place;
END $$;
REVOKE ALL ON FUNCTION exchange_compare FROM PUBLIC;
"""

VERIFY = """
CREATE FUNCTION gateway_v1.verify(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[]
) RETURNS TABLE (answer text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.answer FROM public.exchange_compare(
        numbers, names, plains, toneless, births, sexes, communes, partners, entries, 'match') c ORDER BY c.n
$$;
REVOKE ALL ON FUNCTION gateway_v1.verify FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.verify TO danso_gateway, danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_gateway_v1")]
    operations = [
        migrations.RunSQL(COMPARE, migrations.RunSQL.noop),
        migrations.RunSQL(VERIFY, migrations.RunSQL.noop),
    ]
