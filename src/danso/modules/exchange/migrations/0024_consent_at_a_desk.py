"""A consent written down at a desk for somebody without an e-ID rests on nobody's account."""

from django.db import migrations

STANDS = """
CREATE OR REPLACE FUNCTION exchange_consent_stands(giver uuid, who uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (EXISTS (SELECT FROM identity_v1.holders h WHERE h.account = giver AND h.is_active)
            OR NOT EXISTS (SELECT FROM identity_v1.holders h WHERE h.account = giver))
       AND EXISTS (SELECT FROM population_v1.people p WHERE p.person = who AND NOT p.protected AND p.status <> 'dead')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0023_consents")]
    operations = [migrations.RunSQL(STANDS, migrations.RunSQL.noop)]
