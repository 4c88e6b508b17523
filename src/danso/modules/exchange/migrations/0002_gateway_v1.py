"""The SQL door of the gateway: what it may read of partners, and the number that says "read again"."""

from django.db import migrations

# Statement triggers: whoever changes a partner, key or agreement, the gateways hear of it.
REVISION = """
INSERT INTO exchange_revision (id, number, changed_at) VALUES (1, 1, clock_timestamp());

CREATE FUNCTION exchange_bump() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.exchange_revision SET number = number + 1, changed_at = clock_timestamp();
    RETURN NULL;
END $$;

CREATE TRIGGER exchange_partner_bump AFTER INSERT OR UPDATE OR DELETE ON exchange_partner
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_bump();
CREATE TRIGGER exchange_partnerkey_bump AFTER INSERT OR UPDATE OR DELETE ON exchange_partnerkey
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_bump();
CREATE TRIGGER exchange_agreement_bump AFTER INSERT OR UPDATE OR DELETE ON exchange_agreement
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_bump();
"""

# Partners and agreements are closed and revoked, never removed or rewritten.
KEEP = """
CREATE FUNCTION exchange_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are kept for ever: close or revoke them instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER exchange_partner_keep BEFORE DELETE OR UPDATE OF code, kind, body, agency, created_at, created_by
    ON exchange_partner FOR EACH ROW EXECUTE FUNCTION exchange_refuse();
CREATE TRIGGER exchange_partner_keep_all BEFORE TRUNCATE ON exchange_partner
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse();
CREATE TRIGGER exchange_partnerkey_keep BEFORE DELETE OR UPDATE OF kid, partner_id, algorithm, public, added_at, added_by
    ON exchange_partnerkey FOR EACH ROW EXECUTE FUNCTION exchange_refuse();
CREATE TRIGGER exchange_partnerkey_keep_all BEFORE TRUNCATE ON exchange_partnerkey
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse();
CREATE TRIGGER exchange_agreement_keep BEFORE DELETE OR UPDATE OF code, partner_id, purpose, legal_basis, service,
    fields, consent, since, until, rate, evidence, partner_signatory, officer_signatory, issued_by, issued_at
    ON exchange_agreement FOR EACH ROW EXECUTE FUNCTION exchange_refuse();
CREATE TRIGGER exchange_agreement_keep_all BEFORE TRUNCATE ON exchange_agreement
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse();

REVOKE DELETE, TRUNCATE ON exchange_partner, exchange_partnerkey, exchange_agreement FROM danso_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON exchange_revision, exchange_failed_try, exchange_used_assertion
    FROM danso_app;
"""

SCHEMA = """
CREATE SCHEMA gateway_v1;
GRANT USAGE ON SCHEMA gateway_v1 TO danso_gateway, danso_app;

CREATE VIEW gateway_v1.partners AS
    SELECT id, code, kind, body, agency, name FROM exchange_partner WHERE closed_at IS NULL;

CREATE VIEW gateway_v1.keys AS
    SELECT k.kid, k.partner_id AS partner, k.algorithm, k.public
    FROM exchange_partnerkey k JOIN exchange_partner p ON p.id = k.partner_id
    WHERE k.revoked_at IS NULL AND p.closed_at IS NULL;

-- Those that are over or not yet begun are in it: the gateway knows the time and says which it is.
CREATE VIEW gateway_v1.agreements AS
    SELECT a.code, a.partner_id AS partner, a.purpose, a.legal_basis, a.service, a.fields, a.consent,
           a.since, a.until, a.rate
    FROM exchange_agreement a JOIN exchange_partner p ON p.id = a.partner_id
    WHERE a.revoked_at IS NULL AND p.closed_at IS NULL;

CREATE VIEW gateway_v1.revision AS SELECT number, changed_at FROM exchange_revision;

-- What each gateway asks every second: has anything changed, is the journal sealed, what is its head.
CREATE VIEW gateway_v1.state AS
    SELECT r.number AS revision,
           coalesce(extract(epoch FROM clock_timestamp() - h.oldest_unsealed_at), 0)::double precision
               AS unsealed_seconds,
           h.backlog, h.origin, h.head_size, h.head_root, h.head_at, h.head_key_id, h.head_signature
    FROM exchange_revision r, audit_v1.health h;

CREATE VIEW gateway_v1.sandbox AS SELECT number, name, birth, gives, note FROM exchange_sandbox_person;

GRANT SELECT ON ALL TABLES IN SCHEMA gateway_v1 TO danso_gateway, danso_app;

-- True the first time, false for an assertion that was used before.
CREATE FUNCTION gateway_v1.use_assertion(partner bigint, jti text, until timestamptz) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH used AS (
        INSERT INTO public.exchange_used_assertion (partner, jti, until) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING RETURNING 1
    )
    SELECT EXISTS (SELECT 1 FROM used)
$$;

-- Journal rows of calls that were refused after authentication: each is written on its own.
CREATE FUNCTION gateway_v1.record_refusals(entries text[]) RETURNS SETOF integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit_v1.inbox (kind, subject, entry) SELECT 1, NULL, entry FROM unnest(entries) AS e(entry)
    RETURNING 1
$$;

-- What no longer counts goes; called by every gateway once a minute.
CREATE FUNCTION gateway_v1.sweep() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.exchange_failed_try WHERE at < clock_timestamp() - interval '25 hours';
    DELETE FROM public.exchange_used_assertion WHERE until < clock_timestamp() - interval '10 minutes';
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gateway_v1 FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gateway_v1 TO danso_gateway;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
        ("audit", "0002_doors"),
        ("population", "0002_doors"),
    ]
    operations = [
        migrations.RunSQL(REVISION, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(SCHEMA, migrations.RunSQL.noop),
    ]
