"""Asking day after day whether a fact was in force finds its first and last day as surely as guessing
finds its value: a day that somebody names and that is wrong is a wrong try too, and each wrong fact
of a call counts, not each call."""

from importlib import import_module
from typing import Final

from django.db import migrations

BEFORE: Final[str] = import_module("danso.modules.exchange.migrations.0012_facts_verified").COMPARE
# What differs from there, once each.
CHANGES: Final = (
    (
        "DROP FUNCTION exchange_compare(text[], text[], text[], boolean[], text[], smallint[], text[],"
        " bigint[], text[], text, boolean);\nCREATE FUNCTION",
        "CREATE OR REPLACE FUNCTION",
    ),
    (
        """        SELECT s.*, t.told,
               s.verdict IN ('N', 'F') OR coalesce(t.told::text LIKE '%"fact_differs"%', false) AS missed
        FROM settled s
""",
        """        SELECT t.*, t.misses > 0 AS missed FROM (
        SELECT s.*, t.told, CASE WHEN s.verdict IN ('N', 'F') THEN 1 WHEN t.told IS NULL THEN 0 ELSE
               (SELECT count(*) FROM jsonb_each(t.told) f
                WHERE f.value ->> 'code' = 'fact_differs'
                   OR f.value ->> 'code' = 'fact_not_in_force' AND s.fact::jsonb -> f.key ->> 'on' IS NOT NULL) END AS misses
        FROM settled s
""",
    ),
    (
        "THEN sources_v1.compared(s.person, s.fact::jsonb, today) END) AS t (told)\n",
        "THEN sources_v1.compared(s.person, s.fact::jsonb, today) END) AS t (told)) t\n",
    ),
    (
        """(SELECT count(*) FROM judged b WHERE b.number = j.number AND b.partner = j.partner
                    AND b.place < j.place AND b.missed) ELSE 0 END AS own_wrong""",
        """(SELECT coalesce(sum(b.misses), 0) FROM judged b WHERE b.number = j.number
                    AND b.partner = j.partner AND b.place < j.place) ELSE 0 END AS own_wrong""",
    ),
    (
        """(SELECT count(*) FROM judged b WHERE b.number = j.number
                    AND (b.partner, b.place) < (j.partner, j.place) AND b.missed) ELSE 0 END AS all_wrong""",
        """(SELECT coalesce(sum(b.misses), 0) FROM judged b WHERE b.number = j.number
                    AND (b.partner, b.place) < (j.partner, j.place)) ELSE 0 END AS all_wrong""",
    ),
    (
        """        SELECT number, partner, person, verdict, barred,
               own_wrong = own_tries - 1 OR all_wrong = all_tries - 1 AS is_last
""",
        """        SELECT number, partner, person, verdict, barred, misses,
               own_wrong < own_tries AND own_wrong + misses >= own_tries
               OR all_wrong < all_tries AND all_wrong + misses >= all_tries AS is_last
""",
    ),
    (
        "SELECT number, partner, moment FROM wrong WHERE NOT barred\n",
        "SELECT number, partner, moment FROM wrong, generate_series(1, misses) WHERE NOT barred\n",
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
    dependencies = [("exchange", "0020_second_officer")]
    operations = [migrations.RunSQL(changed(BEFORE), migrations.RunSQL.noop)]
