"""Which facts the columns of a file of people ask for."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0014_push")]
    operations = [
        migrations.AddField(
            model_name="filejob",
            name="facts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), db_default=[], default=list, size=None
            ),
        ),
    ]
