"""Verify with everything on, beside pgbench, the same statement from pgbench, and an ORM view."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import median
from typing import Final

import httpx

from danso.config.bench import claims, cost, loads
from danso.config.bench.claims import Asker
from danso.config.bench.loads import Load
from danso.config.bench.place import Place, Say, wait_for
from danso.config.bench.report import Aim, Row
from danso.config.postgres import free_port
from danso.gateway.settings import Limits

DRAWN: Final = 100_000
LANES: Final = Limits().lanes
_SELECT_INSERT: Final = """
\\set at random(:low, :high)
SELECT number, person, status, life, name_key, plain_key, birth, sex, commune FROM population_number
 WHERE number >= lpad(:at::text, 12, '0') ORDER BY number LIMIT 1;
INSERT INTO bench_log (number, entry) VALUES (:at, '{entry}');
"""
_COALESCED: Final = """
\\set at random(0, :questions - :together)
\\set upto :at + :together
SELECT v.answer FROM (
 SELECT array_agg(number) a, array_agg(name) b, array_agg(plain) c, array_agg(toneless) d,
        array_agg(birth) e, array_agg(sex) f, array_agg(commune) g, array_agg(partner) h,
        array_agg(entry) i
 FROM bench_question WHERE id >= :at AND id < :upto) q,
 LATERAL gateway_v1.verify(q.a, q.b, q.c, q.d, q.e, q.f, q.g, q.h, q.i) v;
"""


@dataclass
class Way:
    """One way to answer: its rounds, and the processor time of all of them."""

    loads: list[Load] = field(default_factory=list)
    spent: cost.Spent = field(default_factory=dict)

    @property
    def rates(self) -> tuple[float, ...]:
        return tuple(load.rate for load in self.loads)

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def answers(self) -> int:
        return sum(load.answers for load in self.loads)

    @property
    def cost(self) -> float:
        """Microseconds a request, the load generator left out."""
        return cost.each(self.spent, self.answers)


@dataclass
class Seen:
    """The four ways; how many requests the gateway put into one statement, by round."""

    verify: Way = field(default_factory=Way)
    pgbench: Way = field(default_factory=Way)
    coalesced: Way = field(default_factory=Way)
    orm: Way = field(default_factory=Way)
    together: list[float] = field(default_factory=list)


def measure(place: Place, asker: Asker, *, seconds: float, rounds: int, say: Say) -> list[Row]:
    """Four ways to answer the same question, taking turns."""
    seen, warming = Seen(), Seen()
    prepare_log(place)
    with _orm_view(place) as (port, view):
        for turn in range(rounds + 1):
            # The first turn fills PostgreSQL's memory and is not told: what is measured is a
            # database that has been running, not one that has just been started.
            say(f"Verify, round {turn} of {rounds}: the gateway, pgbench twice, Django …")
            told = seen if turn else warming
            drawn = claims.draw(place, DRAWN, seed=turn)
            bodies = place.folder / "verify.jsonl"
            claims.write_single(drawn, asker, bodies)
            with place.connect() as connection:
                claims.keep_questions(connection, drawn, asker, _partner(place, asker))
            _take(place, told.verify, partial(_through_gateway, place, asker, seconds, told))
            _take(place, told.pgbench, partial(_select_insert, place, asker, seconds))
            asked, together = len(drawn), told.together[-1]
            _take(
                place,
                told.coalesced,
                partial(_coalesced, place, seconds, asked, together),
            )
            _take(
                place,
                told.orm,
                partial(loads.call, port, "/verify", bodies, "", seconds),
                view=view,
            )
    return _rows(seen)


def _take(place: Place, way: Way, run: Callable[[], Load], view: int | None = None) -> None:
    """One round of one way; its cost runs until the last journal row is sealed."""
    wait_sealed(place)
    before = cost.read(place, view)
    way.loads.append(run())
    wait_sealed(place)
    for name, used in cost.since(before, cost.read(place, view)).items():
        way.spent[name] = way.spent.get(name, 0.0) + used


def prepare_log(place: Place) -> None:
    with place.connect() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_log")
        connection.execute(
            "CREATE TABLE bench_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " number text NOT NULL, entry text NOT NULL)"
        )
        connection.execute("GRANT SELECT, INSERT ON bench_log TO danso_app")
        connection.execute("CHECKPOINT")


def wait_sealed(place: Place, seconds: float = 300.0) -> None:
    """Until no journal row waits: what follows is not to pay for what went before. No checkpoint
    is forced: the pages first touched after one go into the log whole, which would be measured."""
    with place.connect() as connection:
        wait_for(
            lambda: connection.execute("SELECT 1 FROM audit_inbox LIMIT 1").fetchone() is None,
            what="the sealer",
            logs=place.home.logs,
            seconds=seconds,
        )


def _through_gateway(place: Place, asker: Asker, seconds: float, seen: Seen) -> Load:
    bearer = loads.token(place, asker.partner)
    statements, rows = _statements(place), journaled(place)
    bodies = place.folder / "verify.jsonl"
    load = loads.call(place.gateway_port, "/v1/verify", bodies, bearer, seconds)
    seen.together.append(load.answers / max(1, _statements(place) - statements))
    if journaled(place) - rows < load.answers:
        raise AssertionError("an answer left without its journal row")
    return load


def _select_insert(place: Place, asker: Asker, seconds: float) -> Load:
    with place.connect() as connection:
        low, high = connection.execute(
            "SELECT min(number)::bigint, max(number)::bigint FROM population_number"
        ).fetchone() or (0, 0)
    entry = claims.begun_entry(asker, 1).replace("'", "").replace(":", "=")
    return loads.pgbench(
        place,
        _SELECT_INSERT.replace("{entry}", entry),
        clients=loads.CONNECTIONS,
        seconds=seconds,
        variables={"low": int(low), "high": int(high)},
    )


def _coalesced(place: Place, seconds: float, asked: int, together: float) -> Load:
    size = max(1, min(asked, round(together)))
    load = loads.pgbench(
        place,
        _COALESCED,
        clients=LANES,
        seconds=seconds,
        variables={"questions": asked, "together": size},
    )
    return replace(load, answers=load.answers * size)


@contextmanager
def _orm_view(place: Place) -> Iterator[tuple[int, int]]:
    """gunicorn as the pages run, a process for each core; gives its port and process number."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--threads=8"]
    command += ["--worker-class=gthread", f"--workers={os.cpu_count()}", "--no-control-socket"]
    log = (place.home.logs / "orm.log").open("ab")
    environment = place.environment() | {"DANSO_PROCESS": "bench"}
    process = subprocess.Popen(
        [*command, "--keep-alive=60", "danso.config.bench.orm_wsgi:application"],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(lambda: _listens(port), what="gunicorn", logs=place.home.logs, seconds=60)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=2).status_code == 404
    except httpx.HTTPError:
        return False


def _statements(place: Place) -> int:
    """How many statements the gateway's verify lanes have run, by its own meter."""
    page = httpx.get(f"{place.gateway}/metrics", timeout=10).text
    for line in page.splitlines():
        if line.startswith("danso_gateway_statements "):
            return int(float(line.split()[1]))
    return 0


def journaled(place: Place) -> int:
    """Rows of the journal, sealed or waiting."""
    with place.connect() as connection:
        found = connection.execute(
            "SELECT s.size + (SELECT count(*) FROM audit_inbox) FROM audit_state s"
        ).fetchone()
    return int(found[0]) if found else 0


def _partner(place: Place, asker: Asker) -> int:
    with place.connect() as connection:
        found = connection.execute(
            "SELECT id FROM exchange_partner WHERE code = %s", [asker.partner]
        ).fetchone()
    return int(found[0]) if found else 0


def _rows(seen: Seen) -> list[Row]:
    verify, together = seen.verify, median(seen.together)
    p50, p99 = (tuple(getattr(load, name) for load in verify.loads) for name in ("p50", "p99"))
    everything = f"{loads.CONNECTIONS} connections, {loads.generator()}; sealed behind"
    plain = f"{loads.CONNECTIONS} connections, prepared; no HTTP, no token, no seal"
    same = f"{LANES} connections, {round(together)} people in each; sealed behind"
    view = f"{os.cpu_count()} gunicorn processes of 8 threads; no middleware, token or seal"
    requests = "requests/s"
    return [
        Row("verify.rate", "Verify, everything on", verify.rate, requests, None, verify.rates,
            everything),
        Row("verify.p50", "Verify, median time", median(p50), "ms", None, p50),
        Row("verify.p99", "Verify, 99th percentile", median(p99), "ms", Aim(25.0, "under"), p99),
        Row("verify.together", "Verify, requests in one statement", together, "requests"),
        Row("pgbench.rate", "(a) pgbench, select + insert", seen.pgbench.rate, requests, None,
            seen.pgbench.rates, plain),
        Row("coalesced.rate", "(b) pgbench, the gateway's own statement", seen.coalesced.rate,
            "people/s", None, seen.coalesced.rates, same),
        Row("orm.rate", "(c) Django ORM view, get + log row", seen.orm.rate, requests, None,
            seen.orm.rates, view),
        Row("verify.over_pgbench", "Verify, times (a)", verify.rate / seen.pgbench.rate, "×",
            Aim(1.2)),
        Row("verify.over_coalesced", "Verify, times (b)", verify.rate / seen.coalesced.rate, "×"),
        Row("verify.over_orm", "Verify, times (c)", verify.rate / seen.orm.rate, "×", Aim(10.0)),
        _cost("verify", "verify", verify),
        _cost("pgbench", "(a)", seen.pgbench),
        _cost("coalesced", "(b)", seen.coalesced),
        _cost("orm", "(c)", seen.orm),
    ]  # fmt: skip


def _cost(code: str, name: str, way: Way) -> Row:
    parts = cost.words(way.spent, way.answers)
    return Row(f"cost.{code}", f"Processor time a request, {name}", way.cost, "µs", note=parts)
