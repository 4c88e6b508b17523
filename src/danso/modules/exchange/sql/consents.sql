-- Consent at the gateway's door: what 0023_consents makes.

-- Whoever gave it can still take it back, and lives unprotected: else it opens nothing, whatever it says.
CREATE FUNCTION exchange_consent_stands(giver uuid, who uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM identity_v1.holders h WHERE h.account = giver AND h.is_active)
       AND EXISTS (SELECT FROM population_v1.people p WHERE p.person = who AND NOT p.protected AND p.status <> 'dead')
$$;
REVOKE ALL ON FUNCTION exchange_consent_stands FROM PUBLIC;

-- What no agreement of a body outside the state opens without consent says so here too.
CREATE FUNCTION exchange_of_the_state(partners bigint[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.exchange_partner p WHERE p.id = ANY (partners) AND p.kind <> 'state') THEN
        RAISE EXCEPTION 'a body outside the state shares by consent' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION exchange_of_the_state FROM PUBLIC;

-- As `share`, for whoever needs the holder's consent: permission is in this query. Whom no live consent
-- of partner, purpose and every field covers is not compared at all, so that a refusal is the same for
-- somebody and for nobody. FOR SHARE: a withdrawal that is committed has no answer after it.
CREATE FUNCTION gateway_v1.share_by_consent(
    numbers text[], names text[], plains text[], toneless boolean[], births text[], sexes smallint[],
    communes text[], partners bigint[], entries text[], wanted text[], purposes text[], named text[]
) RETURNS TABLE (answer text, shared text, consent text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    moment CONSTANT timestamptz := clock_timestamp();
    covers text[];
BEGIN
    WITH asked AS (
        SELECT a.* FROM unnest(numbers, partners, wanted, purposes, named)
             WITH ORDINALITY AS a(number, partner, fields, purpose, name, place)
    ), found AS MATERIALIZED (
        SELECT a.place, c.key FROM asked a JOIN population_v1.keys k ON k.number = a.number
        CROSS JOIN LATERAL (
            SELECT c.key FROM public.exchange_consent c
            WHERE c.person = k.person AND c.partner = a.partner AND c.purpose = a.purpose
              AND c.withdrawn_at IS NULL AND c.until > moment AND c.given_at <= moment
              AND c.fields @> string_to_array(a.fields, ',')
              AND a.name IN ('', c.key::text)
              AND public.exchange_consent_stands(c.account, c.person)
            ORDER BY c.until DESC LIMIT 1 FOR SHARE OF c) c
    )
    SELECT array_agg(f.key::text ORDER BY a.place) INTO covers FROM asked a LEFT JOIN found f USING (place);

    -- Who once agreed sees the try on their own page; nobody else is known to be meant.
    INSERT INTO audit_v1.inbox (kind, subject, entry)
    SELECT 1, who.person, a.entry || '},"outcome":"refused:consent_needed","at":"' || public.exchange_stamp(moment)
           || '","subject":' || coalesce('"' || who.person::text || '"', 'null') || '}'
    FROM unnest(entries, numbers, partners, covers) WITH ORDINALITY AS a(entry, number, partner, cover, place)
    LEFT JOIN LATERAL (
        SELECT k.person FROM population_v1.keys k WHERE k.number = a.number AND NOT k.protected
          AND EXISTS (SELECT FROM public.exchange_consent c WHERE c.person = k.person AND c.partner = a.partner)
    ) who ON true
    WHERE a.cover IS NULL ORDER BY a.place;
    -- As of every number that is answered as nobody's: a handler alerts the guardians of who is protected.
    INSERT INTO audit_v1.inbox (kind, subject, entry)
    SELECT 2, NULL, '{"event":"exchange.nobody_answered","at":"' || public.exchange_stamp(moment)
           || '","person":' || coalesce('"' || k.person::text || '"', 'null') || ',"partner":' || a.partner || '}'
    FROM unnest(numbers, partners, covers) AS a(number, partner, cover)
    LEFT JOIN population_v1.keys k ON k.number = a.number AND k.protected
    WHERE a.cover IS NULL;

    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT a.*, row_number() OVER (ORDER BY a.place) AS n
        FROM unnest(numbers, names, plains, toneless, births, sexes, communes, partners, entries, wanted, covers)
             WITH ORDINALITY AS a(number, name, plain, toneless, birth, sex, commune, partner, entry, fields, cover, place)
        WHERE a.cover IS NOT NULL
    ), compared AS MATERIALIZED (
        SELECT c.* FROM (
            SELECT coalesce(array_agg(k.number ORDER BY k.n), '{}') AS numbers, coalesce(array_agg(k.name ORDER BY k.n), '{}') AS names,
                   coalesce(array_agg(k.plain ORDER BY k.n), '{}') AS plains, coalesce(array_agg(k.toneless ORDER BY k.n), '{}') AS toneless,
                   coalesce(array_agg(k.birth ORDER BY k.n), '{}') AS births, coalesce(array_agg(k.sex ORDER BY k.n), '{}') AS sexes,
                   coalesce(array_agg(k.commune ORDER BY k.n), '{}') AS communes, coalesce(array_agg(k.partner ORDER BY k.n), '{}') AS partners,
                   -- The row of the answer names the consent that it rests on.
                   coalesce(array_agg(k.entry || ',"consent":"' || k.cover || '"' ORDER BY k.n), '{}') AS entries
            FROM asked k) m
        CROSS JOIN LATERAL public.exchange_compare(
            m.numbers, m.names, m.plains, m.toneless, m.births, m.sexes, m.communes, m.partners, m.entries, 'shared') c
    )
    SELECT coalesce(c.answer, ''),
           CASE WHEN left(c.answer, 1) = 'M' THEN
                (public.exchange_told_on(c.who, string_to_array(a.fields, ','), NULL) - 'unknown')::text END,
           coalesce(every.cover, '')
    FROM unnest(covers) WITH ORDINALITY AS every(cover, place)
    LEFT JOIN asked a ON a.place = every.place
    LEFT JOIN compared c ON c.n = a.n
    ORDER BY every.place;
END $$;

-- One answer for somebody and nobody: that it is asked, and until when it stays open.
CREATE FUNCTION gateway_v1.ask_consent(
    number text, name text, plain text, toneless boolean, birth text, partner bigint, entry text,
    request uuid, agreement text, purpose text, needed text[], wished text[], days integer, reason text,
    said jsonb, digest text
) RETURNS TABLE (outcome text, told uuid, open_until timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    stays CONSTANT interval := interval '14 days';
    a_day CONSTANT integer := 1000; -- requests of one partner
    own CONSTANT integer := 3; -- of one partner to one number, in 30 days
    every CONSTANT integer := 10; -- of all partners to one number, in a day
    rest CONSTANT interval := interval '30 days'; -- for whoever declined, from that partner and purpose
    moment CONSTANT timestamptz := clock_timestamp();
    before record;
    counted record;
    meant record;
    came text := '';
    holder uuid;
BEGIN
    -- Requests are few: they follow each other, so that each is counted with those before it.
    PERFORM pg_advisory_xact_lock(hashtextextended('exchange.ask_consent', 9));
    SELECT r.key, r.digest, r.open_until INTO before FROM public.exchange_consent_request r
    WHERE r.number = ask_consent.number AND r.partner = ask_consent.partner AND r.purpose = ask_consent.purpose
      AND r.open_until > moment AND r.state <> 'given' ORDER BY r.at DESC LIMIT 1;
    IF FOUND THEN
        came := CASE WHEN before.digest = digest THEN 'asked_already' ELSE 'consent_request_open' END;
    ELSE
        SELECT (SELECT count(*) FROM public.exchange_consent_request r
                WHERE r.partner = ask_consent.partner AND r.at > moment - interval '1 day') AS today,
               count(*) FILTER (WHERE r.partner = ask_consent.partner) AS own,
               count(*) FILTER (WHERE r.at > moment - interval '1 day') AS every
        INTO counted FROM public.exchange_consent_request r
        WHERE r.number = ask_consent.number AND r.at > moment - interval '30 days';
        IF counted.today >= a_day THEN
            came := 'consent_requests_many';
        ELSIF counted.own >= own OR counted.every >= every THEN
            came := 'consent_asked_too_often';
        END IF;
    END IF;
    IF came <> '' THEN
        PERFORM public.exchange_journal(entry, CASE came WHEN 'asked_already' THEN came ELSE 'refused:' || came END, NULL);
        RETURN QUERY SELECT came, CASE came WHEN 'asked_already' THEN before.key END, before.open_until;
        RETURN;
    END IF;
    -- As verify compares, but nothing of it is told, counted as a try or shown in what the counters say.
    -- A wrong number reaches no stranger, and who has just declined is left alone.
    SELECT k.person, k.protected INTO meant FROM population_v1.keys k WHERE k.number = ask_consent.number
       AND k.status = 'active' AND k.life <> 'dead'
       AND (k.name_key = name OR toneless AND k.plain_key = plain)
       AND (starts_with(k.birth, birth) OR starts_with(birth, k.birth || '-'));
    IF NOT meant.protected AND NOT EXISTS (
        SELECT FROM public.exchange_consent_request r
        WHERE r.person = meant.person AND r.partner = ask_consent.partner AND r.purpose = ask_consent.purpose
          AND r.state = 'declined' AND r.answered_at > moment - rest) THEN
        holder := meant.person;
    END IF;
    PERFORM public.exchange_journal(entry, 'consent_asked', CASE WHEN NOT meant.protected THEN meant.person END);
    INSERT INTO public.exchange_consent_request
        (key, partner, agreement, purpose, number, person, needed, wished, days, reason, said, digest, at, open_until)
    VALUES (request, partner, agreement, purpose, number, holder, needed, wished, days, reason, said, digest,
            moment, moment + stays);
    -- As of every number that is answered as nobody's: a handler alerts the guardians of who is protected.
    PERFORM public.exchange_emit('exchange.nobody_answered', jsonb_build_object(
        'person', CASE WHEN meant.protected THEN meant.person END, 'partner', partner));
    PERFORM public.exchange_emit('exchange.consent_wanted', jsonb_build_object('request', request));
    RETURN QUERY SELECT 'asked', request, moment + stays;
END $$;

-- Declined looks like not answered: a no needs no reason and shows nobody.
CREATE FUNCTION gateway_v1.consent_state(asker bigint, wanted uuid, entry text)
RETURNS TABLE (state text, asked_at timestamptz, open_until timestamptz, consent uuid, fields text[],
               given_at timestamptz, until timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    moment CONSTANT timestamptz := clock_timestamp();
    asked record;
    held record;
    came text;
BEGIN
    SELECT r.key, r.at, r.open_until, r.state, r.person INTO asked
    FROM public.exchange_consent_request r WHERE r.key = wanted AND r.partner = asker;
    IF NOT FOUND THEN
        PERFORM public.exchange_journal(entry, 'not_found', NULL);
        RETURN;
    END IF;
    SELECT c.key, c.fields, c.given_at, c.until, c.person,
           c.withdrawn_at IS NULL AND c.until > moment AND public.exchange_consent_stands(c.account, c.person) AS is_live
    INTO held FROM public.exchange_consent c WHERE c.request = wanted;
    came := CASE WHEN held.key IS NOT NULL THEN CASE WHEN held.is_live THEN 'given' ELSE 'ended' END
                 WHEN asked.open_until > moment THEN 'open' ELSE 'not_given' END;
    PERFORM public.exchange_journal(entry, 'consent_' || came, held.person);
    RETURN QUERY SELECT came, asked.at, asked.open_until, held.key, held.fields, held.given_at, held.until;
END $$;

-- The application may not delete from these tables; this is the one way.
CREATE FUNCTION exchange_destroy_consents(kind text, before timestamptz, at_most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    IF kind = 'requests' THEN
        DELETE FROM public.exchange_consent_request WHERE key IN (
            SELECT key FROM public.exchange_consent_request WHERE open_until < before LIMIT at_most FOR UPDATE SKIP LOCKED);
    ELSIF kind = 'consents' THEN
        DELETE FROM public.exchange_consent WHERE key IN (
            SELECT key FROM public.exchange_consent
            WHERE least(until, coalesce(withdrawn_at, 'infinity')) < before LIMIT at_most FOR UPDATE SKIP LOCKED);
    ELSE
        RAISE EXCEPTION 'there is no kind %', kind USING ERRCODE = 'data_exception';
    END IF;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

REVOKE ALL ON FUNCTION gateway_v1.share_by_consent, gateway_v1.ask_consent, gateway_v1.consent_state,
    exchange_destroy_consents FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gateway_v1.share_by_consent, gateway_v1.ask_consent, gateway_v1.consent_state TO danso_gateway;
-- A demo home asks once by itself, as a partner would.
GRANT EXECUTE ON FUNCTION gateway_v1.ask_consent, exchange_destroy_consents TO danso_app;
-- A consent stays as it was given, but for its withdrawal; a request is the gateway's to make.
REVOKE UPDATE, DELETE, TRUNCATE ON exchange_consent FROM danso_app;
GRANT UPDATE (withdrawn_at) ON exchange_consent TO danso_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON exchange_consent_request FROM danso_app;
GRANT UPDATE (state, answered_at, answered_by) ON exchange_consent_request TO danso_app;
REVOKE ALL ON exchange_consent, exchange_consent_request FROM danso_gateway;
