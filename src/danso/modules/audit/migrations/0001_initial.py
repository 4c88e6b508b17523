"""The inbox, the sealed log, withholding, and the rights that keep it all append-only."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL((_SQL / f"{name}.sql").read_text())
        for name in ("tables", "doors", "withholding")
    ]
