"""How long a source of a million records takes to be compared with 3.69 million people: run it by
name, it is no test of CI.

.venv/bin/python -m pytest tests/modules/sources/measure_agreeing.py -s -q --timeout 3600
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import psycopg

from danso.kernel import clock
from danso.modules.sources import interface as sources
from danso.modules.sources.models import SourceState
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.modules.sources.conftest import STEWARD

SOURCE, PEOPLE, RECORDS, CHANGED = "insurance", 3_690_000, 1_000_000, 1_000
PERSON = """
INSERT INTO population_person (key, full_name, sort_key, search_key, birth, sex, commune,
                               as_of, recorded_at, source)
SELECT md5('p' || i)::uuid, 'Nguyễn Thị Hòa ' || (i %% 977), 'x', 'nguyen thi hoa',
       (1940 + i %% 70) || '-03-' || lpad((1 + i %% 28)::text, 2, '0'), 1 + i %% 2,
       (%(codes)s::text[])[1 + i %% cardinality(%(codes)s::text[])], current_date, now(), 'm'
FROM generate_series(1, %(people)s) i
"""
# One in ten has lost its tones, one in twenty has another day, six in ten an address.
RECORD = """
INSERT INTO sources_record (source, record, payload, digest, faults, first_at, changed_at)
SELECT %(source)s, 'r' || i, jsonb_build_object(
    'insurance_number', i, 'sex', (1 + i %% 2)::text,
    'full_name', CASE WHEN i %% 10 = 0 THEN 'Nguyen Thi Hoa ' ELSE 'Nguyễn Thị Hoà ' END
                 || (i %% 977),
    'birth', (1940 + i %% 70) || '-03-' || lpad((1 + (i + (i %% 20 = 0)::int) %% 28)::text, 2, '0'),
    'commune', CASE WHEN i %% 10 < 6 THEN 'Thôn ' || (i %% 40) || ', ' ELSE '' END
               || (%(names)s::text[])[1 + i %% cardinality(%(names)s::text[])]),
    md5(i::text), '{}', now(), now()
FROM generate_series(1, %(records)s) i
"""
LINK = """
INSERT INTO linkage_link (source, record, person, band, weight, reason, run, since)
SELECT %(source)s, 'r' || i, md5('p' || i)::uuid, 'linked', 20, 'alike', md5('run')::uuid, now()
FROM generate_series(1, %(records)s) i
"""
CHANGE = """
UPDATE sources_record SET digest = digest || 'x',
    payload = jsonb_set(payload, '{full_name}', to_jsonb('Nguyễn Thị Hòa ' || (id %% 977)))
FROM generate_series(10, %(changed)s * 10, 10) id
WHERE source = %(source)s AND record = 'r' || id
"""


def test_a_million_records_beside_everybody(fresh_db: Database) -> None:
    communes = province().units.communes
    asked = {
        "source": SOURCE,
        "people": PEOPLE,
        "records": RECORDS,
        "changed": CHANGED,
        "codes": [unit.code for unit in communes],
        "names": [unit.name for unit in communes],
    }
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as made:
        for statement in (PERSON, RECORD, LINK):
            made.execute(statement, asked)
        made.execute("VACUUM ANALYZE")
    SourceState.objects.create(source=SOURCE, loaded_at=clock.now())
    say("first comparison", lambda: sources.compare_source(SOURCE, actor=STEWARD))
    say("figures of the day", lambda: sources.keep_quality(SOURCE))
    say("again, nothing changed", lambda: sources.compare_source(SOURCE, actor=STEWARD))
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as made:
        made.execute(CHANGE, asked)
    say(f"{CHANGED} changed", lambda: sources.compare_source(SOURCE, actor=STEWARD))
    some = [f"r{place}" for place in range(1, 501)]
    say("500 by event", lambda: sources.compare_source(SOURCE, actor=STEWARD, records=some))
    say("the board", sources.source_standings)
    say("league of communes", sources.waits_by_commune)
    listed = {"sources": (SOURCE,), "states": ("asked",), "limit": 50}
    say("an owner's queue", lambda: sources.list_mismatches(**listed))  # type: ignore[arg-type]


def say(what: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    found = work()
    told = found if not isinstance(found, list | tuple) else len(found)
    sys.stderr.write(f"{what}: {time.monotonic() - began:.2f} s  {told}\n")
