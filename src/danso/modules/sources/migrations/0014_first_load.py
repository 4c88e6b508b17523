"""Since when a source is connected: by an index, for boards that ask every two seconds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0013_told_on")]
    operations = [
        migrations.AddIndex(
            model_name="load",
            index=models.Index(
                condition=models.Q(("state", "done")),
                fields=["source", "finished_at"],
                name="sources_load_first",
            ),
        ),
    ]
