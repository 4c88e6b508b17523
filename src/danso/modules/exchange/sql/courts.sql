-- Courts at the gateway's door: what 0013_courts makes. In one file, for a migration has its bounds.

-- What is told of a person: now, as `share` tells it; or as of a day, where what is not known of that
-- day is named and left out. Whether somebody is alive, flags and doubts are always today's.
CREATE FUNCTION exchange_told_on(who uuid, wanted text[], on_day date) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH person AS (
        SELECT s.life, s.as_of, s.flags, to_jsonb(s) AS row FROM population_v1.shared s WHERE s.person = who
    ), fields AS (
        SELECT f AS code, p.row -> f AS value FROM person p, unnest(wanted) AS f
        WHERE on_day IS NULL AND p.row ? f
        UNION ALL
        SELECT t.field, t.value FROM population_v1.told_on(who, on_day) t
        WHERE on_day IS NOT NULL AND t.field = ANY (wanted)
    ), facts AS (
        SELECT f.key AS code, f.value
        FROM person p, jsonb_each(sources_v1.told(who, ARRAY(SELECT w FROM unnest(wanted) w WHERE NOT p.row ? w))) f
        WHERE on_day IS NULL OR (
            f.value <> 'null'
            AND coalesce((f.value ->> 'since')::date, (f.value ->> 'as_of')::date) <= on_day
            AND coalesce((f.value ->> 'until')::date, 'infinity') >= on_day)
    )
    SELECT jsonb_build_object(
        'fields', coalesce((SELECT jsonb_object_agg(code, value) FROM fields), '{}'),
        'facts', coalesce((SELECT jsonb_object_agg(code, value) FROM facts), '{}'),
        'unknown', coalesce((SELECT jsonb_agg(w ORDER BY w) FROM unnest(wanted) w
                             WHERE w NOT IN (SELECT code FROM fields UNION ALL SELECT code FROM facts)), '[]'),
        'flags', coalesce((SELECT jsonb_object_agg(q.key, q.value) FROM jsonb_each(p.flags) q
                           WHERE q.key = ANY (wanted)), '{}'),
        'life', p.life,
        'as_of', coalesce(on_day, p.as_of))
    FROM person p
$$;
REVOKE ALL ON FUNCTION exchange_told_on FROM PUBLIC;

CREATE FUNCTION exchange_stamp(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
$$;
CREATE FUNCTION exchange_journal(entry text, outcome text, who uuid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, who,
        entry || '},"outcome":"' || outcome || '","at":"' || public.exchange_stamp(clock_timestamp())
        || '","subject":' || coalesce('"' || who::text || '"', 'null') || '}')
$$;
CREATE FUNCTION exchange_emit(event text, said jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (2, NULL,
        (jsonb_build_object('event', event, 'at', public.exchange_stamp(clock_timestamp())) || said)::text)
$$;
REVOKE ALL ON FUNCTION exchange_stamp, exchange_journal, exchange_emit FROM PUBLIC;

-- Compare, journal a row per party, tell, and keep what was told: one commit. The event comes last, so
-- that whoever follows it finds the parties' rows below its position.
CREATE FUNCTION gateway_v1.case_parties(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], wanted text[], on_day date, kept uuid,
    agreement text, said jsonb
) RETURNS TABLE (answer text, shared text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    told jsonb;
    subjects uuid[];
BEGIN
    WITH compared AS MATERIALIZED (
        SELECT c.n, c.answer, c.who FROM public.exchange_compare(
            numbers, names, plains, toneless, births, sexes, communes, partners, entries,
            CASE WHEN cardinality(wanted) > 0 THEN 'shared' ELSE 'match' END) c
    )
    SELECT jsonb_agg(jsonb_build_object('answer', c.answer, 'shared',
               -- Nothing unless number, name and birth date match, whatever else is not held.
               CASE WHEN cardinality(wanted) > 0 AND left(c.answer, 1) IN ('M', 'D', 'H')
                         AND substr(c.answer, 3, 1) IN ('1', '5')
                    THEN public.exchange_told_on(c.who, wanted, on_day) END) ORDER BY c.n),
           array_agg(c.who ORDER BY c.n)
    INTO told, subjects FROM compared c;
    INSERT INTO public.exchange_case_record (key, partner, agreement, said, on_day, answers, subjects, at)
    VALUES (kept, partners[1], agreement, said, on_day, told, subjects, clock_timestamp());
    PERFORM public.exchange_emit('exchange.case_answered', jsonb_build_object('record', kept));
    RETURN QUERY SELECT one.value ->> 'answer', nullif(one.value ->> 'shared', 'null')
                 FROM jsonb_array_elements(told) WITH ORDINALITY AS one (value, place) ORDER BY one.place;
END $$;

-- To the partner that asked and nobody else; each person it is about has a row of this look.
CREATE FUNCTION gateway_v1.case_record(asker bigint, wanted uuid, entry text, with_pdf boolean)
RETURNS TABLE (state text, sealed text, pdf bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    found record;
    standing text;
BEGIN
    SELECT r.sealed, r.pdf, r.text, r.digest, r.subjects INTO found FROM public.exchange_case_record r
    WHERE r.key = wanted AND r.partner = asker;
    standing := CASE WHEN found.subjects IS NULL THEN 'unknown' WHEN found.sealed <> '' THEN 'sealed'
                     WHEN found.digest <> '' AND found.text = '' THEN 'erased' ELSE 'waiting' END;
    PERFORM public.exchange_journal(entry, CASE standing WHEN 'sealed' THEN 'told' ELSE 'record_' || standing END, one.who)
    FROM (SELECT unnest(CASE standing WHEN 'sealed' THEN found.subjects ELSE ARRAY[NULL::uuid] END) AS who) one;
    RETURN QUERY SELECT standing, CASE standing WHEN 'sealed' THEN found.sealed END,
                        CASE WHEN standing = 'sealed' AND with_pdf THEN found.pdf END;
END $$;

-- A court gets no list and no search: a request is read by police, who answer with one person or none.
CREATE FUNCTION gateway_v1.seek_person(
    asker bigint, key text, digest text, request uuid, plain text, said jsonb, entry text
) RETURNS TABLE (outcome text, told text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    at_once CONSTANT integer := 20; -- open requests of one court
    a_day CONSTANT integer := 50;
    same CONSTANT integer := 5; -- for one name in one commune, all courts together, in 30 days
    moment CONSTANT timestamptz := clock_timestamp();
    before record;
    counted record;
    came text := 'opened';
BEGIN
    -- Requests are few: they follow each other, so that each is counted with those before it.
    PERFORM pg_advisory_xact_lock(hashtextextended('exchange.seek', 9));
    SELECT w.digest, w.answer INTO before FROM public.exchange_idempotent_write w
    WHERE w.partner = asker AND w.key = seek_person.key;
    IF FOUND THEN
        came := CASE WHEN before.digest = digest THEN 'opened_already' ELSE 'key_reused' END;
        PERFORM public.exchange_journal(entry, came, NULL);
        RETURN QUERY SELECT came, before.answer;
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE r.partner = asker AND r.state = 'open') AS open,
           count(*) FILTER (WHERE r.partner = asker AND r.at > moment - interval '24 hours') AS today,
           count(*) FILTER (WHERE r.plain = seek_person.plain AND r.commune = said ->> 'commune'
                                  AND r.at > moment - interval '30 days') AS same
    INTO counted FROM public.exchange_person_request r
    WHERE r.state = 'open' OR r.at > moment - interval '30 days';
    IF counted.open >= at_once OR counted.today >= a_day OR counted.same >= same THEN
        came := CASE WHEN counted.same >= same THEN 'asked_too_often' ELSE 'too_many_requests' END;
        PERFORM public.exchange_journal(entry, came, NULL);
        RETURN QUERY SELECT came, NULL::text;
        RETURN;
    END IF;
    INSERT INTO public.exchange_person_request (key, partner, said, full_name, plain, birth_year, commune, at)
    VALUES (request, asker, said, said ->> 'full_name', plain, said ->> 'birth_year', said ->> 'commune', moment);
    INSERT INTO public.exchange_idempotent_write (partner, key, digest, answer, at)
    VALUES (asker, key, digest, request::text, moment);
    PERFORM public.exchange_journal(entry, came, NULL);
    PERFORM public.exchange_emit('exchange.person_sought', jsonb_build_object('request', request));
    RETURN QUERY SELECT came, request::text;
END $$;

-- Whom police named is told by what the agreement allows; whoever has come under protection since is
-- nobody, in the same words.
CREATE FUNCTION gateway_v1.person_request_state(asker bigint, wanted uuid, fields text[], entry text)
RETURNS TABLE (state text, asked_at timestamptz, due date, answered_at timestamptz, person text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    asked record;
    who record;
BEGIN
    SELECT r.state, r.at, r.due, r.answered_at, r.person INTO asked
    FROM public.exchange_person_request r WHERE r.key = wanted AND r.partner = asker;
    IF NOT FOUND THEN
        PERFORM public.exchange_journal(entry, 'not_found', NULL);
        RETURN;
    END IF;
    SELECT p.person, p.protected, jsonb_strip_nulls(jsonb_build_object(
               'number', CASE WHEN 'number' = ANY (fields) THEN p.number END,
               'full_name', CASE WHEN 'full_name' = ANY (fields) THEN p.full_name END,
               'birth', CASE WHEN 'birth' = ANY (fields) THEN p.birth END)) AS told
    INTO who FROM population_v1.people held
    JOIN population_v1.people p ON p.person = coalesce(held.merged_into, held.person)
    WHERE held.person = asked.person;
    PERFORM public.exchange_journal(entry, CASE
        WHEN asked.state <> 'found' THEN 'answer_' || asked.state
        WHEN who.protected THEN 'protected' ELSE 'told' END, who.person);
    RETURN QUERY SELECT CASE WHEN asked.state = 'found' AND who.protected THEN 'nobody' ELSE asked.state END,
        asked.at, asked.due, asked.answered_at,
        CASE WHEN asked.state = 'found' AND NOT who.protected THEN who.told::text END;
END $$;

-- Never changes the register: police accept or reject what came. One decision about one person from one
-- court is one row, however often it is sent.
CREATE FUNCTION gateway_v1.propose_decision(
    number text, name text, plain text, toneless boolean, birth text, partner bigint, entry text,
    decision uuid, court text, digest text, said jsonb
) RETURNS TABLE (answer text, told text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    compared record;
    before record;
BEGIN
    SELECT c.answer, c.who INTO compared FROM public.exchange_compare(
        ARRAY[number], ARRAY[name], ARRAY[plain], ARRAY[toneless], ARRAY[birth], ARRAY[0::smallint], ARRAY[''],
        ARRAY[partner], ARRAY[entry], 'decision_proposed') c;
    IF left(compared.answer, 1) NOT IN ('M', 'D') OR substr(compared.answer, 3, 1) NOT IN ('1', '5') THEN
        RETURN QUERY SELECT compared.answer, NULL::text;
        RETURN;
    END IF;
    INSERT INTO public.exchange_court_decision (key, partner, said, court, number, kind, person, digest, at)
    VALUES (decision, partner, said, court, said ->> 'number', said ->> 'kind', compared.who, digest, clock_timestamp())
    ON CONFLICT ON CONSTRAINT exchange_court_decision_once DO NOTHING;
    IF FOUND THEN
        PERFORM public.exchange_emit('exchange.decision_proposed', jsonb_build_object('decision', decision));
        RETURN QUERY SELECT 'proposed', decision::text;
        RETURN;
    END IF;
    SELECT d.key, d.digest INTO before FROM public.exchange_court_decision d
    WHERE d.partner = propose_decision.partner AND d.court = propose_decision.court
      AND d.number = said ->> 'number' AND d.person = compared.who;
    RETURN QUERY SELECT CASE WHEN before.digest = digest THEN 'proposed_already' ELSE 'differs' END, before.key::text;
END $$;

CREATE FUNCTION gateway_v1.decision_state(asker bigint, wanted uuid, entry text)
RETURNS TABLE (state text, kind text, proposed_at timestamptz, due date, reply text, answered_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    found record;
BEGIN
    SELECT d.state, d.kind, d.at, d.due, d.answer, d.answered_at, d.person INTO found
    FROM public.exchange_court_decision d WHERE d.key = wanted AND d.partner = asker;
    PERFORM public.exchange_journal(entry, CASE WHEN found.person IS NULL THEN 'not_found' ELSE 'told' END, found.person);
    IF found.person IS NOT NULL THEN
        RETURN QUERY SELECT found.state, found.kind, found.at, found.due, found.answer, found.answered_at;
    END IF;
END $$;

REVOKE ALL ON FUNCTION gateway_v1.case_parties, gateway_v1.case_record, gateway_v1.seek_person,
    gateway_v1.person_request_state, gateway_v1.propose_decision, gateway_v1.decision_state FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.case_parties, gateway_v1.case_record, gateway_v1.seek_person,
    gateway_v1.person_request_state, gateway_v1.propose_decision, gateway_v1.decision_state TO danso_gateway;
REVOKE INSERT, DELETE, TRUNCATE ON exchange_case_record, exchange_person_request, exchange_court_decision
    FROM danso_app;
