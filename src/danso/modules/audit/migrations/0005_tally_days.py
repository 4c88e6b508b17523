"""Counts by day, for pages that look back a week."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql" / "tally_days.sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_tally")]
    operations = [migrations.RunSQL(_SQL.read_text())]
