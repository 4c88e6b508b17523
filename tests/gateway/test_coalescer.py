"""The coalescer: many in one commit, a bad one alone, a lost database said, a bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from danso.gateway.coalescer import Lane
from danso.gateway.problems import Problem
from danso.gateway.questions import VERIFY, Question, columns
from tests.conftest import Database

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def question(number: int = 1, name: str = "x") -> Question:
    entry = f'{{"service":"verify","detail":{{"number":{number}'
    return (f"909{number:09d}", name, name, "f", "", "0", "", "1", entry)


@pytest.fixture
async def lane(fresh_db: Database) -> AsyncIterator[Lane[Question]]:
    made = Lane(fresh_db.dsn("gateway"), VERIFY, columns, together=50, waiting=100)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def journaled(database: Database) -> int:
    with psycopg.connect(database.dsn("owner")) as connection:
        row = connection.execute("SELECT count(*) FROM audit_inbox WHERE kind = 1").fetchone()
    return 0 if row is None else int(row[0])


async def test_waiting_questions_go_together(fresh_db: Database, lane: Lane[Question]) -> None:
    answers = await asyncio.gather(*(lane.ask(question(number)) for number in range(50)))
    assert answers == [("F0000",)] * 50
    assert lane.statements == 1
    assert journaled(fresh_db) == 50


async def test_a_question_that_breaks_the_statement_fails_alone(
    fresh_db: Database, lane: Lane[Question]
) -> None:
    asked = [question(number) for number in range(20)]
    asked[7] = question(7, name="\x00")
    asked[13] = question(13, name="one\x1ftwo")
    found = await asyncio.gather(*(lane.ask(one) for one in asked), return_exceptions=True)
    failed = [row for row, one in enumerate(found) if isinstance(one, Problem)]
    assert failed == [7, 13]
    assert {one.code for one in found if isinstance(one, Problem)} == {"not_answerable"}
    # What failed left nothing behind; what was answered was journaled once.
    assert journaled(fresh_db) == 18


async def test_a_lost_connection_is_said_and_mended(
    fresh_db: Database, lane: Lane[Question]
) -> None:
    assert await lane.ask(question()) == ("F0000",)
    with psycopg.connect(fresh_db.dsn("super"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'danso_gateway'"
        )
    with pytest.raises(Problem) as caught:
        await lane.ask(question())
    assert (caught.value.code, caught.value.retry_after) == ("database_down", 1)
    assert await lane.ask(question()) == ("F0000",)


async def test_a_full_queue_says_busy(fresh_db: Database) -> None:
    idle: Lane[Question] = Lane("", VERIFY, columns, together=1, waiting=2)
    waiting = [idle.ask(question()), idle.ask(question())]
    with pytest.raises(Problem) as caught:
        idle.ask(question())
    assert (caught.value.code, caught.value.status) == ("busy", 503)
    for one in waiting:
        one.cancel()


async def test_stopping_tells_those_who_wait(fresh_db: Database) -> None:
    lane: Lane[Question] = Lane(fresh_db.dsn("gateway"), VERIFY, columns, together=1, waiting=9)
    task = asyncio.create_task(lane.run())
    asked = [lane.ask(question(number)) for number in range(3)]
    await asyncio.sleep(0)
    task.cancel()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, Problem) for one in found)
