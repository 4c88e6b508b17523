"""The app may refresh the planner's statistics: after a load of a whole province the old ones make
the quality report take minutes instead of a moment."""

from django.db import migrations

TABLES = "population_person, population_number, population_old_number, population_household"


class Migration(migrations.Migration):
    dependencies = [("population", "0005_quality_tally")]

    operations = [
        migrations.RunSQL(
            f"GRANT MAINTAIN ON {TABLES} TO danso_app",
            f"REVOKE MAINTAIN ON {TABLES} FROM danso_app",
        )
    ]
