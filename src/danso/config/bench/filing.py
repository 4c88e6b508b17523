"""Public services at a million files: the desk's list, one file, and handing in."""

from __future__ import annotations

import json
from typing import Final

from danso.config.bench.place import Place, Say
from danso.config.bench.report import Aim, Row

# Issue 5, section 6.
AIM_P50, AIM_P95, AIM_RATE = 20.0, 60.0, 120.0
AT_CASES: Final = 1_000_000
SHARE: Final = 0.28

# One in twelve is open, as with a few days' handling of a year's files; due within some weeks.
_FILL: Final = """
INSERT INTO cases_case (
    key, code, definition_id, procedure, purpose, applicant, filed_by, parties, answers, given,
    channel, unit, filed_at_unit, roles, status, version, double_key, search, applicant_name, fee,
    asked_again, filed_at, due_unknown, queue_at, supplements, supplement_words, apologies, apology,
    outcome, reason, decided_by, due_at, received_at, ended_at
)
SELECT gen_random_uuid(), 'H56.' || commune || '-250101-' || lpad(n::text, 7, '0'),
    %(definition)s, 'residence-confirmation', 'residence', key, 'bench', '{}', '{}', '{}',
    CASE n %% 3 WHEN 0 THEN 'direct' ELSE 'online' END, commune, '', ARRAY['commune_police'],
    CASE n %% 12 WHEN 0 THEN (ARRAY[1, 2, 4, 4, 5, 9])[1 + n / 12 %% 6] ELSE 10 END, 1,
    md5(n::text), lower(coalesce(full_name, '')), coalesce(full_name, ''), 0, 0,
    now() - (n %% 365) * interval '1 day', '', now() + (n %% 500 - 100) * interval '1 hour',
    0, '', 0, '', '', '', '', now() + (n %% 500 - 100) * interval '1 hour', now(),
    CASE n %% 12 WHEN 0 THEN NULL ELSE now() END
FROM (
    SELECT row_number() OVER () AS n, key, commune, full_name
    FROM population_person WHERE commune IS NOT NULL AND status = 'alive' LIMIT %(rows)s
) AS people
"""


def measure(place: Place, say: Say, *, seconds: float) -> list[Row]:
    """With as many files as a year of the province brings, in a home with everybody in it."""
    rows = min(AT_CASES, round(place.people * SHARE))
    told = json.loads(place.python("danso.config.bench", "filing", "ready"))
    _fill(place, told["definition"], rows, say)
    say(f"The desk with {rows:,} files …")
    found = json.loads(place.python("danso.config.bench", "filing", str(seconds)))
    aims = rows >= AT_CASES
    return [
        Row("desk.queue.p50", "The desk's list of one commune, half within", found["queue_p50"],
            "ms", Aim(AIM_P50, "under") if aims else None,
            note=f"{rows:,} files, {found['open']:,} open in the commune; journaled"),
        Row("desk.queue.p95", "The same, 95 of 100 within", found["queue_p95"], "ms",
            Aim(AIM_P95, "under") if aims else None),
        Row("desk.province.p95", "The whole province's list, 95 of 100 within",
            found["province_p95"], "ms"),
        Row("desk.open.p95", "One file whole, 95 of 100 within", found["open_p95"], "ms"),
        Row("desk.create", "Files handed in, draft to code", found["create"], "/s",
            Aim(AIM_RATE) if aims else None,
            note=f"{found['threads']} threads of one process; everything read and journaled"),
    ]  # fmt: skip


def _fill(place: Place, definition: int | str, rows: int, say: Say) -> None:
    with place.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM cases_case WHERE filed_by = 'bench'"
        ).fetchone()
        if found is not None and found[0] == rows:
            return
        say(f"Making {rows:,} files …")
        connection.execute("DELETE FROM cases_case WHERE filed_by = 'bench'")
        connection.execute(_FILL, {"definition": definition, "rows": rows})
        connection.execute("VACUUM ANALYZE cases_case")
