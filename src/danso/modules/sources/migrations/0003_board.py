"""Indexes for the leadership's board: what is open, and what was answered lately."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_doors")]

    operations = [
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["commune", "due"],
                name="sources_correction_open",
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["answered_at"], name="sources_correction_answered"),
        ),
    ]
