"""Schema audit_v1: the way in, the feed of events, the health figure."""

from pathlib import Path

from django.db import migrations

_SQL = Path(__file__).parents[1] / "sql" / "doors.sql"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(_SQL.read_text())]
