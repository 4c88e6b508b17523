"""`population_v1.merges`: whose record was joined with whose, for those who knew either key."""

from django.db import migrations

DOOR = """
CREATE VIEW population_v1.merges AS
    SELECT kept, merged FROM population_merge WHERE undone_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("population", "0009_as_of")]
    operations = [migrations.RunSQL(DOOR, "DROP VIEW population_v1.merges")]
