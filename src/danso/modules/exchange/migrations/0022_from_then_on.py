"""Who follows somebody, or subscribes to a source's people, hears what happens from then on: not
what had happened before."""

from importlib import import_module
from typing import Final

from django.db import migrations

BEFORE: Final[str] = import_module(
    "danso.modules.exchange.migrations.0018_changes_of_merged"
).CHANGES
# What differs from there, once each. An event's moment is that of its commit.
CHANGES: Final = (
    (
        "JOIN public.exchange_follow f ON f.partner = changes.asker AND f.person = d.at\n",
        "JOIN public.exchange_follow f ON f.partner = changes.asker AND f.person = d.at\n"
        "            AND (m.event ->> 'at')::timestamptz >= f.since\n",
    ),
    (
        "AND s.ended_at IS NULL AND m.what && s.fields::text[]\n",
        "AND s.ended_at IS NULL AND m.what && s.fields::text[]\n"
        "            AND (m.event ->> 'at')::timestamptz >= s.since\n",
    ),
)


def changed(text: str) -> str:
    """The function as it is from now on."""
    for old, new in CHANGES:
        if text.count(old) != 1:
            raise AssertionError(old)
        text = text.replace(old, new)
    return text


class Migration(migrations.Migration):
    dependencies = [("exchange", "0021_days_guessed")]
    operations = [migrations.RunSQL(changed(BEFORE), migrations.RunSQL.noop)]
