"""Corrections that a copy sent up: the request that the register above will answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_board")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="request",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                condition=models.Q(("request__isnull", False)),
                fields=["request"],
                name="sources_correction_request",
            ),
        ),
    ]
