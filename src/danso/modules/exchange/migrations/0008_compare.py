"""The comparison with a plan that is kept, and without counting what can't be.

Its plan was made anew for each call of a few dozen people, because the planner counts the people of
this very call and finds that cheaper: planning took longer than answering. Tries of the last day
are looked up once for all numbers, and tries within one call counted only for numbers named twice.
"""

from django.db import migrations

# As 0003_verify describes it: the same parameters, answers and journal rows.
COMPARE = """
CREATE OR REPLACE FUNCTION exchange_compare(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], done text, opens boolean DEFAULT false
) RETURNS TABLE (n bigint, answer text, who uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    -- Issue 2, section 4: five wrong tries on one number from one partner in a day, twenty from all.
    own_tries CONSTANT integer := 5;
    all_tries CONSTANT integer := 20;
    moment CONSTANT timestamptz := clock_timestamp();
    at_text CONSTANT text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
    total CONSTANT integer := cardinality(numbers);
    -- Whom one call names twice: only their tries depend on others in it.
    repeated CONSTANT text[] := ARRAY(SELECT n FROM unnest(numbers) n GROUP BY n HAVING count(*) > 1);
BEGIN
    IF (cardinality(names), cardinality(plains), cardinality(toneless), cardinality(births), cardinality(sexes),
        cardinality(communes), cardinality(partners), cardinality(entries))
       IS DISTINCT FROM (total, total, total, total, total, total, total, total) THEN
        RAISE EXCEPTION 'the arrays of one call must have one length' USING ERRCODE = 'data_exception';
    END IF;
    -- Calls about one number follow each other, by whichever lane, service or process they come: else
    -- each would count without the other's tries. In order, so that no two wait for each other.
    PERFORM pg_advisory_xact_lock(hashtextextended(n, 8))
    FROM (SELECT DISTINCT n FROM unnest(numbers) n ORDER BY n) one_by_one;
    RETURN QUERY
    WITH tries AS MATERIALIZED (
        SELECT f.number, f.partner, count(*) AS many,
               (sum(count(*)) OVER (PARTITION BY f.number))::bigint AS every
        FROM public.exchange_failed_try f
        WHERE f.number = ANY (numbers) AND f.at > moment - interval '24 hours'
        GROUP BY f.number, f.partner
    ), asked AS (
        SELECT a.*, k.person, k.status, k.life, k.protected, k.flags,
               k.birth AS held_birth, k.sex AS held_sex, k.commune AS held_commune,
               CASE WHEN k.number IS NULL OR k.protected THEN '0'
                    WHEN k.name_key = a.name THEN '1'
                    WHEN k.plain_key IS DISTINCT FROM a.plain THEN '2'
                    WHEN a.toneless THEN '5'
                    ELSE '6' END AS name_r
        FROM unnest(numbers, names, plains, toneless, births, sexes, communes, partners, entries)
             WITH ORDINALITY AS a(number, name, plain, toneless, birth, sex, commune, partner, entry, place)
        LEFT JOIN population_v1.keys k ON k.number = a.number
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
    ), judged AS MATERIALIZED (
        SELECT place, number, partner, entry, person, protected, flags,
               CASE WHEN name_r = '0' THEN 'F'
                    WHEN name_r NOT IN ('1', '5') THEN 'N'
                    WHEN status <> 'active' THEN 'C'
                    WHEN '2' IN (birth_r, sex_r, commune_r) THEN 'N'
                    WHEN life = 'dead' THEN 'D'
                    WHEN '3' IN (birth_r, sex_r, commune_r) THEN 'H'
                    ELSE 'M' END AS verdict,
               name_r || birth_r || sex_r || commune_r AS figures
        FROM by_field
    ), counted AS (
        -- Wrong tries before this one, those of the same statement included.
        SELECT j.*,
               coalesce(own.many, 0) + CASE WHEN j.number = ANY (repeated) THEN
                   (SELECT count(*) FROM judged b WHERE b.number = j.number AND b.partner = j.partner
                    AND b.place < j.place AND b.verdict IN ('N', 'F')) ELSE 0 END AS own_wrong,
               coalesce(any_of.every, 0) + CASE WHEN j.number = ANY (repeated) THEN
                   (SELECT count(*) FROM judged b WHERE b.number = j.number
                    AND (b.partner, b.place) < (j.partner, j.place) AND b.verdict IN ('N', 'F')) ELSE 0 END AS all_wrong
        FROM judged j
        LEFT JOIN tries own ON own.number = j.number AND own.partner = j.partner
        LEFT JOIN (SELECT DISTINCT number, every FROM tries) any_of ON any_of.number = j.number
    ), answered AS MATERIALIZED (
        SELECT *, own_wrong >= own_tries OR all_wrong >= all_tries AS barred FROM counted
    ), wrong AS MATERIALIZED (
        SELECT number, partner, person, verdict, barred,
               own_wrong = own_tries - 1 OR all_wrong = all_tries - 1 AS is_last
        FROM answered WHERE verdict IN ('N', 'F')
    ), tried AS (
        INSERT INTO public.exchange_failed_try (number, partner, at)
        SELECT number, partner, moment FROM wrong WHERE NOT barred
          -- Published made-up people keep giving what was published.
          AND NOT EXISTS (SELECT FROM public.exchange_sandbox_person s
                          WHERE s.number = wrong.number AND s.gives <> 'too_many_attempts')
    ), journaled AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 1, person,
               entry || (',"answer":"' || verdict || figures || '"},"outcome":"' || CASE
                   WHEN barred THEN 'too_many_attempts'
                   WHEN protected THEN 'protected'
                   WHEN opens AND verdict <> 'F' THEN done
                   ELSE CASE verdict WHEN 'M' THEN done WHEN 'H' THEN done || '_incomplete' WHEN 'N' THEN 'no_match'
                                     WHEN 'F' THEN 'not_found' WHEN 'D' THEN CASE done WHEN 'match' THEN 'dead' ELSE done || '_dead' END ELSE 'cancelled' END
                   END
               || '","at":"' || at_text || '","subject":' || coalesce('"' || person::text || '"', 'null') || '}')
        FROM answered ORDER BY answered.place
    ), alerted AS (
        -- Every "not found" is told, of nobody and of somebody protected alike, so that neither takes
        -- longer; a handler tells them apart and alerts the guardians.
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 2, NULL::uuid, '{"event":"' || event || '","at":"' || at_text
               || '","person":' || coalesce('"' || person::text || '"', 'null')
               || ',"partner":' || partner || '}'
        FROM wrong, LATERAL (VALUES ('exchange.guessing_suspected', is_last AND NOT barred),
                                    ('exchange.nobody_answered', verdict = 'F')) AS told(event, happened)
        WHERE happened
    )
    SELECT answered.place,
           CASE WHEN barred THEN 'T0000'
                ELSE verdict || figures
                     || CASE WHEN verdict IN ('F', 'N', 'C') OR flags = '{}' THEN '' ELSE
                        (flags ? 'full_name')::integer::text || (flags ? 'birth')::integer::text
                        || (flags ? 'sex')::integer::text || (flags ? 'permanent_place')::integer::text END
           END,
           CASE WHEN barred OR protected THEN NULL ELSE person END
    FROM answered ORDER BY answered.place;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0007_forward")]
    operations = [migrations.RunSQL(COMPARE, migrations.RunSQL.noop)]
