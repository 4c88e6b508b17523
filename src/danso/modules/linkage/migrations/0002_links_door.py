"""`linkage_v1`: the links that are sure, for the modules above to join with in bulk."""

from django.db import migrations

DOOR = """
CREATE SCHEMA linkage_v1;
GRANT USAGE ON SCHEMA linkage_v1 TO danso_app;
CREATE VIEW linkage_v1.links AS
    SELECT source, record, person FROM linkage_link WHERE band = 'linked' AND person IS NOT NULL;
GRANT SELECT ON linkage_v1.links TO danso_app;
"""


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial")]
    operations = [migrations.RunSQL(DOOR, "DROP SCHEMA linkage_v1 CASCADE")]
