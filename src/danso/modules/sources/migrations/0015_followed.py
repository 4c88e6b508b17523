"""Records of hosted registers follow merges of their people, and end with their term."""

from django.db import migrations, models

# Until now a record stood under the key it was entered for.
KNOWN = """
UPDATE sources_registerrecord SET entered_for = person WHERE person IS NOT NULL;
UPDATE sources_registerrecordversion v SET person = r.person
FROM sources_registerrecord r WHERE r.key = v.record AND r.person IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0014_first_load"),
    ]

    operations = [
        migrations.AddField("registerrecord", "entered_for", models.UUIDField(null=True)),
        migrations.AddField("registerrecordversion", "person", models.UUIDField(null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddIndex(
            "registerrecord",
            models.Index(fields=["entered_for"], name="sources_registerrecord_given"),
        ),
        migrations.AddIndex(
            "registerrecord",
            models.Index(
                condition=~models.Q(state="open"),
                fields=["register", "ended_on"],
                name="sources_registerrecord_ended",
            ),
        ),
    ]
