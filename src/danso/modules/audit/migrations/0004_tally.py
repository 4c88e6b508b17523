"""Counts by minute, for pages that move."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql" / "tally.sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_withholding")]
    operations = [migrations.RunSQL(_SQL.read_text())]
