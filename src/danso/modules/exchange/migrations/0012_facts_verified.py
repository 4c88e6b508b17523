"""Facts in verify: compared in the same statement, on record in the same row. Changes tell of facts,
and of the people whom a source links that the asker subscribed to."""

import django.contrib.postgres.fields
from django.db import migrations, models

import danso.kernel.clock

# As 0008 explains it, with facts: compared once the person is certain, told where the call is
# answered. Another value than the source's is a wrong try on the number.
COMPARE = """
DROP FUNCTION exchange_compare(text[], text[], text[], boolean[], text[], smallint[], text[], bigint[], text[], text, boolean);
CREATE FUNCTION exchange_compare(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], done text, opens boolean DEFAULT false, facts text[] DEFAULT NULL
) RETURNS TABLE (n bigint, answer text, who uuid, told jsonb)
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
    today CONSTANT date := (moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
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
        FROM unnest(numbers, names, plains, toneless, births, sexes, communes, partners, entries, facts)
             WITH ORDINALITY AS a(number, name, plain, toneless, birth, sex, commune, partner, entry, fact, place)
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
    ), settled AS MATERIALIZED (
        SELECT place, number, partner, entry, fact, person, protected, flags,
               CASE WHEN name_r = '0' THEN 'F'
                    WHEN name_r NOT IN ('1', '5') THEN 'N'
                    WHEN status <> 'active' THEN 'C'
                    WHEN '2' IN (birth_r, sex_r, commune_r) THEN 'N'
                    WHEN life = 'dead' THEN 'D'
                    WHEN '3' IN (birth_r, sex_r, commune_r) THEN 'H'
                    ELSE 'M' END AS verdict,
               name_r || birth_r || sex_r || commune_r AS figures
        FROM by_field
    ), judged AS MATERIALIZED (
        SELECT s.*, t.told,
               s.verdict IN ('N', 'F') OR coalesce(t.told::text LIKE '%"fact_differs"%', false) AS missed
        FROM settled s
        CROSS JOIN LATERAL (SELECT CASE WHEN s.fact <> '' AND NOT s.protected AND s.verdict IN ('M', 'H', 'D')
                                   THEN sources_v1.compared(s.person, s.fact::jsonb, today) END) AS t (told)
    ), counted AS (
        -- Wrong tries before this one, those of the same statement included.
        SELECT j.*,
               coalesce(own.many, 0) + CASE WHEN j.number = ANY (repeated) THEN
                   (SELECT count(*) FROM judged b WHERE b.number = j.number AND b.partner = j.partner
                    AND b.place < j.place AND b.missed) ELSE 0 END AS own_wrong,
               coalesce(any_of.every, 0) + CASE WHEN j.number = ANY (repeated) THEN
                   (SELECT count(*) FROM judged b WHERE b.number = j.number
                    AND (b.partner, b.place) < (j.partner, j.place) AND b.missed) ELSE 0 END AS all_wrong
        FROM judged j
        LEFT JOIN tries own ON own.number = j.number AND own.partner = j.partner
        LEFT JOIN (SELECT DISTINCT number, every FROM tries) any_of ON any_of.number = j.number
    ), answered AS MATERIALIZED (
        SELECT *, own_wrong >= own_tries OR all_wrong >= all_tries AS barred FROM counted
    ), wrong AS MATERIALIZED (
        SELECT number, partner, person, verdict, barred,
               own_wrong = own_tries - 1 OR all_wrong = all_tries - 1 AS is_last
        FROM answered WHERE missed
    ), tried AS (
        INSERT INTO public.exchange_failed_try (number, partner, at)
        SELECT number, partner, moment FROM wrong WHERE NOT barred
          -- Published made-up people keep giving what was published.
          AND NOT EXISTS (SELECT FROM public.exchange_sandbox_person s
                          WHERE s.number = wrong.number AND s.gives <> 'too_many_attempts')
    ), journaled AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 1, person,
               entry || (',"answer":"' || verdict || figures || '"'
                   || CASE WHEN told IS NULL OR barred THEN '' ELSE ',"facts":' ||
                      (SELECT jsonb_object_agg(f.key, f.value ->> 'code') FROM jsonb_each(told) f)::text END
                   || '},"outcome":"' || CASE
                   WHEN barred THEN 'too_many_attempts'
                   WHEN protected THEN 'protected'
                   WHEN opens AND verdict <> 'F' THEN done
                   WHEN missed AND verdict IN ('M', 'H') THEN 'no_match'
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
           CASE WHEN barred OR protected THEN NULL ELSE person END,
           CASE WHEN NOT barred THEN told END
    FROM answered ORDER BY answered.place;
END $$;
REVOKE ALL ON FUNCTION exchange_compare FROM PUBLIC;
"""

VERIFY = """
CREATE FUNCTION gateway_v1.verify_facts(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], facts text[]
) RETURNS TABLE (answer text, told text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.answer, coalesce(c.told::text, '') FROM public.exchange_compare(
        numbers, names, plains, toneless, births, sexes, communes, partners, entries, 'match', false, facts) c
    ORDER BY c.n
$$;
REVOKE ALL ON FUNCTION gateway_v1.verify_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.verify_facts TO danso_gateway, danso_app;
"""

# As 0009 describes it, with two more kinds of people: whose facts changed, and whom a source links
# that the asker subscribed to. Facts come at most 200 to a position.
CHANGES = """
CREATE OR REPLACE FUNCTION gateway_v1.changes(asker bigint, after bigint, at_most integer, fields text[], entry text)
RETURNS TABLE (n bigint, change text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    looked_at CONSTANT integer := 20000; -- events read per call: a bound on its time
    at_text CONSTANT text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
BEGIN
    RETURN QUERY
    WITH read AS (
        SELECT e.position, e.entry::jsonb AS event
        FROM audit_v1.events e WHERE e.position > changes.after ORDER BY e.position LIMIT looked_at
    ), looked AS MATERIALIZED (
        SELECT position, event FROM (
            SELECT *, sum(CASE event ->> 'event' WHEN 'sources.facts_told' THEN 200 ELSE 1 END)
                      OVER (ORDER BY position) AS rows_so_far FROM read) r
        WHERE rows_so_far <= looked_at
    ), touched AS (
        SELECT l.position, l.event, w.who AS person,
               CASE l.event ->> 'event'
                   WHEN 'population.person_died' THEN ARRAY['death']
                   WHEN 'population.person_missing' THEN ARRAY['death']
                   WHEN 'population.person_moved' THEN ARRAY['permanent_place']
                   WHEN 'population.card_recorded' THEN ARRAY['card']
                   WHEN 'population.people_merged' THEN ARRAY['number']
                   WHEN 'population.people_unmerged' THEN ARRAY['number']
                   WHEN 'population.number_issued' THEN ARRAY['number']
                   WHEN 'population.number_cancelled' THEN ARRAY['number']
                   WHEN 'population.person_corrected' THEN ARRAY(SELECT jsonb_array_elements_text(l.event -> 'fields'))
                   WHEN 'population.flags_changed' THEN ARRAY(SELECT jsonb_array_elements_text(l.event -> 'fields'))
               END AS what
        FROM looked l
        CROSS JOIN LATERAL (
            SELECT DISTINCT who::uuid AS who FROM unnest(ARRAY[
                l.event ->> 'person', l.event ->> 'kept', l.event ->> 'merged']) AS w (who) WHERE who IS NOT NULL
        ) w
        WHERE l.event ->> 'event' LIKE 'population.%'
        UNION ALL
        SELECT l.position, l.event, c.person, array_agg(c.kind)
        FROM looked l
        JOIN sources_v1.fact_changes c ON c.telling = (l.event ->> 'telling')::uuid
        WHERE l.event ->> 'event' = 'sources.facts_told'
        GROUP BY l.position, l.event, c.person
    ), meant AS (
        SELECT t.position, t.event, t.person,
               ARRAY(SELECT w FROM unnest(t.what) w WHERE w = ANY (changes.fields)) AS what
        FROM touched t WHERE t.what && changes.fields
    ), known AS (
        SELECT m.*, f.number, NULL::text AS source, NULL::text AS record
        FROM meant m
        JOIN public.exchange_follow f ON f.partner = changes.asker AND f.person = m.person
        UNION ALL
        SELECT m.position, m.event, m.person,
               ARRAY(SELECT w FROM unnest(m.what) w WHERE w = ANY (s.fields::text[])), p.number, s.source, k.record
        FROM meant m
        JOIN public.exchange_subscription s ON s.partner = changes.asker AND s.ended_at IS NULL AND m.what && s.fields::text[]
        JOIN linkage_v1.links k ON k.person = m.person AND k.source = s.source
        JOIN population_v1.people p ON p.person = m.person
    ), told AS MATERIALIZED (
        SELECT k.position, k.event, k.person, coalesce(max(k.number), '') AS number,
               string_agg(array_to_string(k.what, ','), ',') AS what,
               jsonb_agg(jsonb_build_array(k.source, k.record) ORDER BY k.record) FILTER (WHERE k.source IS NOT NULL) AS pairs
        FROM known k JOIN population_v1.people p ON p.person = k.person AND NOT p.protected
        GROUP BY k.position, k.event, k.person
        -- With ties: a position that concerns several people is never cut in two.
        ORDER BY k.position FETCH FIRST at_most ROWS WITH TIES
    ), journaled AS (
        INSERT INTO audit_v1.inbox (kind, subject, entry)
        SELECT 1, person, changes.entry || '},"outcome":"told","at":"' || at_text || '","subject":"' || person || '"}'
        FROM (SELECT DISTINCT person FROM told) t
        UNION ALL
        SELECT 1, NULL::uuid, changes.entry || '},"outcome":"nothing_new","at":"' || at_text || '","subject":null}'
        WHERE NOT EXISTS (SELECT 1 FROM told)
    )
    SELECT page.n, page.change FROM (
    SELECT position AS n, json_build_object(
               'position', position, 'at', event ->> 'at',
               'kind', CASE event ->> 'event' WHEN 'sources.facts_told' THEN 'facts_changed'
                       ELSE substr(event ->> 'event', 12) END,
               'number', number,
               'fields', ARRAY(SELECT DISTINCT w FROM unnest(string_to_array(what, ',')) w ORDER BY w),
               'records', (SELECT coalesce(jsonb_object_agg(source, records), '{}') FROM (
                    SELECT pair ->> 0 AS source, jsonb_agg(pair -> 1) AS records
                    FROM jsonb_array_elements(pairs) AS pair GROUP BY pair ->> 0) by_source))::text AS change
    FROM told
    UNION ALL
    -- The position to go on from, and no change.
    SELECT CASE WHEN (SELECT count(*) FROM told) >= at_most THEN (SELECT max(position) FROM told)
                ELSE coalesce((SELECT max(position) FROM looked), changes.after) END, NULL
    ) page ORDER BY page.change IS NULL, page.n, page.change;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0011_share_facts"),
        ("sources", "0008_facts_compared"),
        ("linkage", "0002_links_door"),
    ]
    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partner", models.BigIntegerField()),
                ("source", models.TextField(db_collation="C")),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), size=None
                    ),
                ),
                ("since", models.DateTimeField(default=danso.kernel.clock.now, editable=False)),
                ("subscribed_by", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(default="", max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("partner", "source"),
                        name="exchange_subscription_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(COMPARE, migrations.RunSQL.noop),
        migrations.RunSQL(VERIFY, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGES, migrations.RunSQL.noop),
    ]
