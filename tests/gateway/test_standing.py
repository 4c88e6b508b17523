"""The door: closed without news of revocations or behind an unsealed journal; opens by itself."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.gateway.limits import BoundedLog, network
from danso.gateway.problems import Problem
from danso.gateway.settings import Limits, from_environment
from danso.gateway.standing import News, tree_head
from danso.kernel.errors import InvalidValue
from danso.wire.head import parse_note
from tests.conftest import Database
from tests.exchange_world import AN
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio


class Clock:
    """A monotonic clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def closed(news: News) -> str:
    """The code of the problem that closes the door, or ''."""
    try:
        news.check_open()
    except Problem as problem:
        return problem.code
    return ""


async def test_no_news_for_five_seconds_closes_the_door(fresh_db: Database) -> None:
    clock = Clock()
    news = News(fresh_db.dsn("gateway"), Limits(), monotonic=clock)
    assert closed(news) == "no_news"
    await news.ask()
    assert closed(news) == ""
    clock.at += 4.9
    assert closed(news) == ""
    clock.at += 0.2
    assert closed(news) == "no_news"
    await news.ask()
    assert closed(news) == ""
    await news.close()


async def test_news_that_fail_keep_the_door_closed(fresh_db: Database) -> None:
    news = News("postgresql://nobody@127.0.0.1:1/none", Limits())
    await news.ask()
    assert (closed(news), news.fault) == ("no_news", "OperationalError")


async def test_unsealed_journal_closes_the_door_and_sealing_opens_it(fresh_db: Database) -> None:
    news = News(fresh_db.dsn("gateway"), Limits(grace=0.2))
    with psycopg.connect(fresh_db.dsn("app"), autocommit=True) as connection:
        connection.execute("INSERT INTO audit_v1.inbox (kind, entry) VALUES (1, '{}')")
    async with asyncio.timeout(5):
        while closed(news) != "journal_behind":
            await news.ask()
    with psycopg.connect(fresh_db.dsn("sealer"), autocommit=True) as connection:
        connection.execute("DELETE FROM public.audit_inbox")
    await news.ask()
    assert closed(news) == ""
    await news.close()


async def test_closed_door_answers_503_and_says_why(caller: Caller) -> None:
    news = caller.gateway.news
    news.unsealed_age = 31.0
    answer = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": AN})
    assert (answer.status_code, answer.json()["code"]) == (503, "journal_behind")
    assert answer.headers["retry-after"] == "5"
    ready = await caller.http.get("/ready")
    assert (ready.status_code, "journal_behind" in ready.text) == (503, True)
    assert (await caller.http.get("/health")).status_code == 200
    await news.ask()
    assert (await caller.http.get("/ready")).text == "ready\n"
    assert (await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": AN})).is_success


async def test_answers_carry_the_signed_tree_head(caller: Caller) -> None:
    at = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    key = Ed25519PrivateKey.generate()
    caller.gateway.news.head = tree_head(
        "danso-journal/test", 7, b"r" * 32, at, "00112233", key.sign(b"x")
    )
    answer = await caller.post("/v1/verify", {"envelope": ENVELOPE, "person": AN})
    note = base64.b64decode(answer.headers["danso-tree-head"]).decode()
    assert note == answer.json()["journal_head"]
    assert (parse_note(note).head.size, parse_note(note).head.at) == (7, at)


def test_settings_refuse_plain_http_beyond_this_machine() -> None:
    with pytest.raises(InvalidValue, match="DANSO_GATEWAY_DSN"):
        from_environment({})
    told = {"DANSO_GATEWAY_DSN": "postgresql://x", "DANSO_GATEWAY_HOST": "0.0.0.0"}
    with pytest.raises(InvalidValue, match="plain HTTP"):
        from_environment(told)
    with pytest.raises(InvalidValue, match="TRUSTED_PROXIES"):
        from_environment(told | {"DANSO_TRUSTED_PROXIES": "10.0.0.0/99"})
    settings = from_environment(told | {"DANSO_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.7"})
    assert [settings.trusts(host) for host in ("10.2.3.4", "192.168.1.7", "8.8.8.8", "x")] == [
        True,
        True,
        False,
        False,
    ]


def test_bounded_log_stays_bounded(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path, "security")
    for _ in range(60):
        for _ in range(2000):
            log.add(what="token_invalid", network="10.0.0.0/24")
        log.flush()
    log.close()
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert log.lines == 120_000
    assert size < 4 * 2_000_000 + 400_000


@pytest.mark.parametrize(
    ("host", "expected"),
    [("10.1.2.3", "10.1.2.0/24"), ("2001:db8::1", "2001:db8::/48"), ("unix", "")],
)
def test_network_hides_the_machine(host: str, expected: str) -> None:
    assert network(host) == expected
