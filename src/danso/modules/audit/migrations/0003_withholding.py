"""Decisions that withhold entries, in rows that are only added."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql" / "withholding.sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_doors")]
    operations = [migrations.RunSQL(_SQL.read_text())]
