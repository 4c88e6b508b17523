"""First passwords lapse; those handed out before this get their week from now on."""

from django.db import migrations, models

WEEK = """
    UPDATE identity_account SET password_until = now() + interval '7 days'
    WHERE must_change_password AND holder_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0012_organisations")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="password_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(WEEK, migrations.RunSQL.noop),
    ]
