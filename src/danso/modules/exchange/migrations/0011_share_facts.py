"""`gateway_v1.share`: what connected sources tell, beside the register's own fields."""

from django.db import migrations

SHARE = """
CREATE OR REPLACE FUNCTION gateway_v1.share(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], wanted text[], follow boolean[]
) RETURNS TABLE (answer text, shared text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH compared AS MATERIALIZED (
        SELECT * FROM public.exchange_compare(
            numbers, names, plains, toneless, births, sexes, communes, partners, entries, 'shared')
    ), followed AS (
        INSERT INTO public.exchange_follow (partner, person, number, since)
        SELECT DISTINCT ON (partners[n], who) partners[n], who, numbers[n], clock_timestamp()
        FROM compared WHERE follow[n] AND left(answer, 1) IN ('M', 'D')
        ORDER BY partners[n], who
        ON CONFLICT (partner, person) DO UPDATE SET number = EXCLUDED.number
    )
    SELECT c.answer,
           CASE WHEN left(c.answer, 1) IN ('M', 'D') THEN (
               SELECT jsonb_build_object(
                   'fields', (SELECT coalesce(jsonb_object_agg(f, row -> f), '{}')
                              FROM unnest(string_to_array(wanted[c.n], ',')) AS f WHERE row ? f),
                   'facts', (SELECT coalesce(sources_v1.told(c.who, array_agg(f)), '{}')
                             FROM unnest(string_to_array(wanted[c.n], ',')) AS f WHERE NOT row ? f),
                   'flags', (SELECT coalesce(jsonb_object_agg(q.key, q.value), '{}')
                             FROM jsonb_each(s.flags) AS q
                             WHERE q.key = ANY (string_to_array(wanted[c.n], ','))),
                   'life', s.life,
                   'as_of', s.as_of)::text
               FROM population_v1.shared s, to_jsonb(s) AS row WHERE s.person = c.who)
           END
    FROM compared c ORDER BY c.n
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0010_corrections_asked"), ("sources", "0007_told")]
    operations = [migrations.RunSQL(SHARE, migrations.RunSQL.noop)]
