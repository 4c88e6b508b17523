"""How long the live part takes when the province is real: run it by name, it is no test of CI.

.venv/bin/python -m pytest tests/screens/leadership/measure_page.py -s -q
"""

from __future__ import annotations

import sys
import time
from statistics import median, quantiles

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from danso.kernel import clock
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.officers import sign_in

PARTNERS, OUTCOMES, DAYS, CORRECTIONS, PEOPLE = 20, 8, 8, 100_000, 3_690_000
MINUTES = """
INSERT INTO audit_tally
SELECT minute, 'verify', 'partner-' || p, CASE o WHEN 1 THEN 'match' ELSE 'refused:r' || o END, 5
FROM generate_series(%(now)s - %(days)s * 1440, %(now)s) minute,
     generate_series(1, %(partners)s) p, generate_series(1, %(outcomes)s) o
"""
BY_DAY = """
INSERT INTO audit_tally_day
SELECT (minute * 60 + 25200) / 86400, action, actor, outcome, sum(count)
FROM audit_tally GROUP BY 1, 2, 3, 4
"""
PARTNER = """
INSERT INTO exchange_partner (code, kind, body, name, agency, created_at, created_by, closed_by)
SELECT 'partner-' || p, 'non_state', 'bank', 'Đơn vị ' || p, '', now(), 'x', ''
FROM generate_series(1, %(partners)s) p
"""
PEOPLE_OF = """
INSERT INTO population_tally
SELECT code, %(each)s::int, 100, 3, %(each)s::int - 50, %(each)s::int * 2 / 3, now()
FROM unnest(%(codes)s::text[]) code
"""
QUALITY = """
INSERT INTO population_quality_tally
SELECT code, %(each)s::int, 15000, 14000, '{"no_household": 12}', '{"du": 12}', now()
FROM unnest(%(codes)s::text[]) code
"""
CORRECTION = """
INSERT INTO sources_correction
    (key, person, field, claimed, origin, opened_at, opened_by, state, commune, due, answered_at)
SELECT gen_random_uuid(), gen_random_uuid(), 'sex', '1', 'partner', at, 'x',
       CASE WHEN is_open THEN 'open' ELSE 'accepted' END,
       (%(codes)s::text[])[1 + n %% cardinality(%(codes)s::text[])], current_date - n %% 9,
       CASE WHEN is_open THEN NULL ELSE at + make_interval(hours => n %% 200) END
FROM (SELECT n, now() - make_interval(hours => n %% 17520) AS at, n %% 17520 < 200 AS is_open
      FROM generate_series(1, %(corrections)s) n) spread
"""


def test_measure_the_live_part(client: Client, fresh_db: Database) -> None:
    codes = list(province().units.by_code)
    sizes = {
        "now": int(clock.now().timestamp()) // 60,
        "days": DAYS,
        "partners": PARTNERS,
        "outcomes": OUTCOMES,
        "corrections": CORRECTIONS,
        "codes": codes,
        "each": PEOPLE // len(codes),
    }
    with psycopg.connect(fresh_db.dsn("super"), autocommit=True) as boss:
        for statement in (MINUTES, BY_DAY, PARTNER, PEOPLE_OF, QUALITY, CORRECTION):
            boss.execute(statement, sizes)
        boss.execute("VACUUM ANALYZE")
    sign_in(client, "leader")
    for path in ("/lanh-dao/", "/lanh-dao/so-lieu", "/lanh-dao/ban-do"):
        client.get(path)
        spent, worked = [], time.process_time()
        for _ in range(30):
            began = time.perf_counter()
            answer = client.get(path)
            spent.append((time.perf_counter() - began) * 1000)
        size, work = len(answer.content) // 1024, (time.process_time() - worked) / 30 * 1000
        middle, slow = median(spent), quantiles(spent, n=20)[-1]
        sys.stdout.write(f"{path}: median {middle:.0f} ms, p95 {slow:.0f} ms, ")
        sys.stdout.write(f"{work:.0f} ms of it Python's own work; {size} kB\n")
    with CaptureQueriesContext(connection) as queries:
        client.get("/lanh-dao/so-lieu")
    for query in sorted(queries, key=lambda one: -float(one["time"]))[:6]:
        sys.stdout.write(f"{query['time']} s  {' '.join(query['sql'].split())[:100]}\n")
