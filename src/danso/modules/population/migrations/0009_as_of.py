"""`population_v1.told_on`: what the register holds as true of a person on a day, for statements."""

from django.db import migrations

# The spells of engine/timeline.py, in SQL, for answers that must be made in the statement that
# journals them; tests compare the two. A value whose beginning is not recorded is known from the
# day on which the register first held the person, and is unknown (no row) before.
HELD_SINCE = """
CREATE FUNCTION population_held_since(who uuid) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT (v.changes -> 'as_of' ->> 0)::date FROM public.population_person_version v
         WHERE v.person = who AND v.changes ? 'as_of' ORDER BY v.seq LIMIT 1),
        (SELECT p.as_of FROM public.population_person p WHERE p.key = who))
$$;
"""
VALUE_ON = """
CREATE FUNCTION population_value_on(
    who uuid, col text, current jsonb, day date, held_since date, OUT known boolean, OUT value jsonb
) LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step record;
    starts date[] := ARRAY[NULL::date];
    spells jsonb[] := ARRAY[current];
    place integer;
    is_first boolean := true;
BEGIN
    FOR step IN
        SELECT v.mode, v.valid_on, v.changes -> col -> 0 AS before, v.changes -> col -> 1 AS after
        FROM public.population_person_version v
        WHERE v.person = who AND v.changes ? col ORDER BY v.seq
    LOOP
        IF is_first THEN
            spells := ARRAY[step.before];
            is_first := false;
        END IF;
        place := cardinality(starts);
        IF step.valid_on IS NOT NULL THEN
            SELECT count(*) INTO place FROM unnest(starts) AS s (start)
            WHERE s.start IS NULL OR s.start <= step.valid_on;
        END IF;
        IF step.mode = 'change' AND step.valid_on IS NOT NULL
           AND starts[place] IS DISTINCT FROM step.valid_on THEN
            starts := starts[:place] || step.valid_on || starts[place + 1:];
            spells := spells[:place] || step.after || spells[place + 1:];
        ELSE
            spells[place] := step.after;
        END IF;
    END LOOP;
    SELECT count(*) INTO place FROM unnest(starts) AS s (start) WHERE s.start IS NULL OR s.start <= day;
    known := starts[place] IS NOT NULL OR day >= held_since;
    value := CASE WHEN known THEN spells[place] END;
END $$;
"""
TOLD_ON = """
CREATE FUNCTION population_v1.told_on(who uuid, day date) RETURNS TABLE (field text, value jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH person AS (
        SELECT to_jsonb(p) AS row, public.population_held_since(who) AS since
        FROM public.population_person p WHERE p.key = who
    ), at AS (
        SELECT c.col, v.known, v.value
        FROM person, unnest(ARRAY['full_name', 'other_name', 'nationality', 'religion', 'marital_status',
                 'occupation', 'commune', 'recorded_commune', 'code_version', 'hamlet', 'address',
                 'spouse_name', 'spouse_number', 'status', 'ended_on']) AS c (col),
             LATERAL public.population_value_on(who, c.col, person.row -> c.col, day, person.since) v
    )
    SELECT col, value FROM at
    WHERE known AND col IN ('full_name', 'other_name', 'nationality', 'religion', 'marital_status', 'occupation')
    UNION ALL
    SELECT 'permanent_place', jsonb_object_agg(
        CASE col WHEN 'recorded_commune' THEN 'as_recorded' WHEN 'code_version' THEN 'map'
                 WHEN 'address' THEN 'detail' ELSE col END, value)
    FROM at WHERE col IN ('commune', 'recorded_commune', 'code_version', 'hamlet', 'address')
    HAVING bool_and(known)
    UNION ALL
    SELECT 'spouse', jsonb_object_agg(replace(col, 'spouse_', ''), value)
    FROM at WHERE col IN ('spouse_name', 'spouse_number') HAVING bool_and(known)
    UNION ALL
    SELECT 'death', CASE WHEN max(value #>> '{}') FILTER (WHERE col = 'status') = 'alive' THEN 'null'::jsonb
        ELSE jsonb_build_object('status', max(value #>> '{}') FILTER (WHERE col = 'status'),
                                'date', max(value #>> '{}') FILTER (WHERE col = 'ended_on')) END
    FROM at WHERE col IN ('status', 'ended_on') HAVING bool_and(known)
    UNION ALL
    -- What does not change from one day to another is told as it is held now.
    SELECT f, to_jsonb(s) -> f FROM population_v1.shared s,
        unnest(ARRAY['number', 'old_number', 'birth', 'sex', 'birth_place', 'birth_registration_place',
                     'home_place', 'father', 'mother', 'blood_group']) AS f
    WHERE s.person = who
$$;
REVOKE ALL ON FUNCTION population_held_since, population_value_on, population_v1.told_on FROM PUBLIC;
GRANT EXECUTE ON FUNCTION population_held_since, population_value_on, population_v1.told_on TO danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("population", "0008_upstream")]
    operations = [
        migrations.RunSQL(HELD_SINCE, "DROP FUNCTION population_held_since"),
        migrations.RunSQL(VALUE_ON, "DROP FUNCTION population_value_on"),
        migrations.RunSQL(TOLD_ON, "DROP FUNCTION population_v1.told_on"),
    ]
