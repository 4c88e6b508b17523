"""`identity_v1.holders`: whether an account can act now, for what rests on somebody's own word."""

from django.db import migrations

HOLDERS = """
CREATE SCHEMA IF NOT EXISTS identity_v1;
GRANT USAGE ON SCHEMA identity_v1 TO danso_app;
CREATE VIEW identity_v1.holders AS
    SELECT id AS account, person, is_active AND state = 'active' AS is_active
    FROM identity_account WHERE level > 0;
GRANT SELECT ON identity_v1.holders TO danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_acting")]
    operations = [
        migrations.RunSQL(HOLDERS, "DROP VIEW identity_v1.holders; DROP SCHEMA identity_v1;"),
    ]
