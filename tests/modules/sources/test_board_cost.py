"""What boards ask every two seconds reads no more than they show, however long a home has run."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danso.kernel import clock
from danso.modules.linkage.data import MatchCounts
from danso.modules.sources import interface as sources
from danso.toolkit.platform import province
from tests.conftest import Database

# A home that loaded each source a few hundred times; the bound below is by far fewer.
OFTEN = 300


@pytest.fixture
def long_ago(fresh_db: Database) -> None:
    """Every source loaded, stopped and matched again and again, each with its kept counts."""
    with connection.cursor() as cursor:
        codes = list(province().sources)
        cursor.execute(
            """INSERT INTO sources_load (key, source, state, started_at, finished_at, started_by,
                                         rows, new, changed, gone, faulty, lines, faults, broken)
               SELECT gen_random_uuid(), code, CASE mod(n, 3) WHEN 0 THEN 'stopped' ELSE 'done' END,
                      now() - make_interval(hours => n), now() - make_interval(hours => n), 'test',
                      0, 0, 0, 0, 0, '{}', '{}', '[]'
               FROM unnest(%s::text[]) AS code, generate_series(1, %s) AS n""",
            [codes, OFTEN],
        )
        cursor.execute(
            """INSERT INTO linkage_run (key, source, digest, model, started_at, finished_at, counts,
                                        whole)
               SELECT gen_random_uuid(), code, '', '', now(), now() - make_interval(hours => n),
                      %s::jsonb, true
               FROM unnest(%s::text[]) AS code, generate_series(1, %s) AS n""",
            [json.dumps(dict.fromkeys(MatchCounts.__dataclass_fields__, 0)), codes, OFTEN],
        )
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as owner:
        owner.execute("ANALYZE sources_load, linkage_run")


def rows_read(plan: dict[str, Any]) -> int:
    """Rows that a plan's own scans brought up."""
    own = 0
    if "Relation Name" in plan and plan["Node Type"] != "Bitmap Heap Scan":
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(own) + sum(rows_read(below) for below in plan.get("Plans", []))


@pytest.mark.usefixtures("long_ago")
def test_the_boards_read_a_few_rows_for_each_source() -> None:
    with CaptureQueriesContext(connection) as asked:
        standings = sources.source_standings()
        since = sources.connected_since()
    # Nothing is said of what a locked source was matched to.
    assert all(one.last for one in standings)
    assert all(one.matched or province().is_locked(one.code) for one in standings)
    assert any(one.matched for one in standings)
    oldest = clock.now() - timedelta(hours=OFTEN - 2)
    assert set(since) == set(province().sources)
    assert max(since.values()) < oldest
    # A statement for all sources, never one for each.
    assert len(asked) <= 6
    few = 4 * len(province().sources)
    with connection.cursor() as cursor:
        for query in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            ((plan,),) = cursor.fetchall()
            (root,) = json.loads(plan) if isinstance(plan, str) else plan
            assert rows_read(root["Plan"]) <= few, query["sql"]


@pytest.mark.usefixtures("long_ago")
def test_the_newest_load_and_the_first_that_ended_well_are_told() -> None:
    code = next(iter(province().sources))
    made = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sources_load (key, source, state, started_at, finished_at, started_by,
                                         rows, new, changed, gone, faulty, lines, faults, broken)
               SELECT %s, source, 'stopped', now(), now(), 'test', 0, 0, 0, 0, 0, '{}', '{}', '[]'
               FROM sources_load WHERE source = %s LIMIT 1""",
            [made, code],
        )
    standing = next(one for one in sources.source_standings() if one.code == code)
    assert standing.last is not None
    assert standing.last.key == made
