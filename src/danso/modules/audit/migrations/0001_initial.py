"""The inbox, the sealed log and the rights that keep it append-only."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql" / "tables.sql"


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL(_SQL.read_text())]
