"""What closed tells neither side's value any more."""

from django.db import migrations

EMPTIED = """
UPDATE sources_mismatch SET said = '', held = ''
WHERE state = 'closed' AND (said, held) IS DISTINCT FROM ('', '');
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0015_followed")]
    operations = [migrations.RunSQL(EMPTIED, migrations.RunSQL.noop)]
