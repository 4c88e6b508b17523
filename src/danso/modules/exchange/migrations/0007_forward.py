"""`gateway_v1` where the register is absent: asked, then answered or failed, each in its own commit."""

from django.db import migrations, models

# Nothing of the person is kept: the number counts as a pseudonym that needs the upstream's secret.
# A question that is open counts as a wrong try until it is answered, so that many at once can't
# slip under the limit; what would only then be too many is told to wait.
ASK = """
CREATE FUNCTION gateway_v1.ask_upstream(pseudonyms text[], partners bigint[], entries text[])
RETURNS TABLE (state text, ask bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- As `exchange_compare`: five wrong tries on one number from one partner in a day, twenty from all.
    own_tries CONSTANT integer := 5;
    all_tries CONSTANT integer := 20;
    moment CONSTANT timestamptz := clock_timestamp();
    at_text CONSTANT text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
    own_wrong integer; all_wrong integer; own integer; every integer;
    outcome text;
BEGIN
    IF (cardinality(partners), cardinality(entries)) IS DISTINCT FROM
       (cardinality(pseudonyms), cardinality(pseudonyms)) THEN
        RAISE EXCEPTION 'the arrays of one call must have one length' USING ERRCODE = 'data_exception';
    END IF;
    FOR i IN 1 .. cardinality(pseudonyms) LOOP
        SELECT count(*) FILTER (WHERE f.partner = partners[i] AND f.is_wrong), count(*) FILTER (WHERE f.is_wrong),
               count(*) FILTER (WHERE f.partner = partners[i]), count(*)
        INTO own_wrong, all_wrong, own, every
        FROM public.exchange_forwarded f
        WHERE f.pseudonym = pseudonyms[i] AND f.at > moment - interval '24 hours';
        ask := NULL;
        IF own_wrong >= own_tries OR all_wrong >= all_tries THEN
            state := 'barred'; outcome := 'too_many_attempts';
        ELSIF own >= own_tries OR every >= all_tries THEN
            state := 'busy'; outcome := 'refused:busy';
        ELSE
            state := 'asked'; outcome := 'asked';
            INSERT INTO public.exchange_forwarded (pseudonym, partner, at, is_wrong, entry)
            VALUES (pseudonyms[i], partners[i], moment, false, entries[i]) RETURNING id INTO ask;
        END IF;
        INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, NULL,
            entries[i] || '},"outcome":"' || outcome || '","at":"' || at_text || '","subject":null}');
        RETURN NEXT;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION gateway_v1.ask_upstream FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.ask_upstream TO danso_gateway;
"""

# False where the question was closed meanwhile: its answer may not leave any more.
TELL = """
CREATE FUNCTION gateway_v1.tell_upstream(asks bigint[], outcomes text[], details text[])
RETURNS TABLE (told boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own_tries CONSTANT integer := 5;
    all_tries CONSTANT integer := 20;
    moment CONSTANT timestamptz := clock_timestamp();
    at_text CONSTANT text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');
    open record;
    own_wrong integer; all_wrong integer;
BEGIN
    FOR i IN 1 .. cardinality(asks) LOOP
        SELECT * INTO open FROM public.exchange_forwarded f
        WHERE f.id = asks[i] AND NOT f.is_wrong AND f.entry <> '' FOR UPDATE;
        told := FOUND;
        IF NOT FOUND THEN
            RETURN NEXT;
            CONTINUE;
        END IF;
        INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, NULL,
            open.entry || details[i] || '},"outcome":"' || outcomes[i] || '","at":"' || at_text || '","subject":null}');
        IF outcomes[i] <> 'no_match' THEN
            DELETE FROM public.exchange_forwarded f WHERE f.id = open.id;
        ELSE
            UPDATE public.exchange_forwarded f SET is_wrong = true, entry = '' WHERE f.id = open.id;
            SELECT count(*) FILTER (WHERE f.partner = open.partner), count(*) INTO own_wrong, all_wrong
            FROM public.exchange_forwarded f
            WHERE f.pseudonym = open.pseudonym AND f.is_wrong AND f.at > moment - interval '24 hours';
            IF own_wrong = own_tries OR all_wrong = all_tries THEN
                INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (2, NULL,
                    '{"event":"exchange.guessing_suspected","at":"' || at_text
                    || '","person":null,"partner":' || open.partner || '}');
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION gateway_v1.tell_upstream FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.tell_upstream TO danso_gateway;

CREATE FUNCTION gateway_v1.note_upstream(answers boolean, why text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT population_v1.note_link(answers, why)
$$;
REVOKE ALL ON FUNCTION gateway_v1.note_upstream FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.note_upstream TO danso_gateway;
"""

# A gateway that was killed between asking and answering told nobody anything: its question is
# closed as failed once no call can still be running, so that every "asked" has its end.
SWEEP = """
CREATE OR REPLACE FUNCTION gateway_v1.sweep() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.exchange_failed_try WHERE at < clock_timestamp() - interval '25 hours';
    DELETE FROM public.exchange_used_assertion WHERE until < clock_timestamp() - interval '10 minutes';
    DELETE FROM public.exchange_idempotent_write WHERE at < clock_timestamp() - interval '48 hours';
    DELETE FROM public.exchange_forwarded WHERE is_wrong AND at < clock_timestamp() - interval '25 hours';
    WITH left_open AS (
        DELETE FROM public.exchange_forwarded
        WHERE NOT is_wrong AND at < clock_timestamp() - interval '5 minutes' RETURNING entry
    )
    INSERT INTO audit_v1.inbox (kind, subject, entry)
    SELECT 1, NULL, entry || ',"fault":"gateway_stopped"},"outcome":"failed","at":"'
           || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
           || '","subject":null}'
    FROM left_open;
$$;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON exchange_forwarded FROM danso_app;
"""
UNDO = """
DROP FUNCTION gateway_v1.ask_upstream, gateway_v1.tell_upstream, gateway_v1.note_upstream;
CREATE OR REPLACE FUNCTION gateway_v1.sweep() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.exchange_failed_try WHERE at < clock_timestamp() - interval '25 hours';
    DELETE FROM public.exchange_used_assertion WHERE until < clock_timestamp() - interval '10 minutes';
    DELETE FROM public.exchange_idempotent_write WHERE at < clock_timestamp() - interval '48 hours';
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_files"), ("population", "0008_upstream")]

    operations = [
        migrations.CreateModel(
            name="Forwarded",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pseudonym", models.TextField(db_collation="C")),
                ("partner", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("is_wrong", models.BooleanField(default=False)),
                ("entry", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "exchange_forwarded",
                "indexes": [
                    models.Index(fields=["pseudonym", "at"], name="exchange_forwarded_number"),
                    models.Index(fields=["at"], name="exchange_forwarded_at"),
                ],
            },
        ),
        migrations.RunSQL(ASK, migrations.RunSQL.noop),
        migrations.RunSQL(TELL, migrations.RunSQL.noop),
        migrations.RunSQL(SWEEP, UNDO),
    ]
