"""Facts of connected sources in files of people: asked by columns, answered as /v1/verify does."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from danso.kernel.errors import InvalidValue
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.engine.people_file import read_rows
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from tests.conftest import Database
from tests.exchange_world import AN, FIELDS, OFFICER, agree, enrol, entries, make_partner
from tests.gateway.test_facts import tell
from tests.modules.exchange.test_files import order

pytestmark = pytest.mark.clause("I.A.2022.4", partly="tax by its test source")
FACT = "warm_kettle"
WHO = f"{AN['number']},{AN['full_name']}"


@pytest.fixture
def an(fresh_db: Database) -> UUID:
    return enrol()


@pytest.fixture
def lid(an: UUID) -> str:
    """The number of an agreement for files that names whose kettle is warm."""
    make_partner("lid")
    (made,) = agree("lid", "batch", fields=("number", "full_name", FACT))
    return made.code


def answers(agreement: str, content: str) -> list[dict[str, Any]]:
    job = exchange.open_file_job(order(agreement), content.encode(), actor=OFFICER)
    assert exchange.work_on_file(job.key)
    told = b"".join(exchange.read_answers(job.key, "lid")).decode()
    return list(csv.DictReader(io.StringIO(told), fieldnames=job.answer_headings))


def test_each_row_is_answered_by_the_source(lid: str, an: UUID, fresh_db: Database) -> None:
    tell(str(an), "K7", date(2026, 12, 31), since=date(2026, 1, 1), quality="unverified")
    head = f"ref,number,full_name,{FACT},{FACT}.on\n"
    rows = [
        f"value,{WHO},k 7,30/06/2026",
        f"any,{WHO},*,2026-06-30",
        f"day,{WHO},,2026-06-30",
        f"over,{WHO},*,2027-01-01",
        f"other,{WHO},K8,2026-06-30",
        f"plain,{WHO},,",
    ]
    told = {row["ref"]: row for row in answers(lid, head + "\n".join(rows))}
    assert {ref: row[FACT] for ref, row in told.items()} == {
        "value": "fact_holds",
        "any": "fact_holds",
        "day": "fact_holds",
        "over": "fact_not_in_force",
        "other": "fact_differs",
        "plain": "",
    }
    assert [told[ref]["result"] for ref in told] == ["match"] * 3 + ["no_match"] * 2 + ["match"]
    assert told["over"]["code"] == "fact_not_in_force"
    first = told["value"]
    assert (first[f"{FACT}.source"], first[f"{FACT}.as_of"]) == ("kettles", "2026-11-01")
    assert first[f"{FACT}.doubted"] == "1"
    assert not any(told["plain"][f"{FACT}{part}"] for part in ("", ".source", ".as_of"))
    kept = [entry for entry in entries(fresh_db) if entry["action"] == "batch"]
    assert [FACT in entry["fields"] for entry in kept] == [True] * 5 + [False]
    assert kept[4]["detail"]["facts"] == {FACT: "fact_differs"}
    assert "K7" not in str(kept)
    assert "K8" not in str(kept)


def test_what_no_source_holds_is_incomplete(lid: str) -> None:
    (row,) = answers(lid, f"number,full_name,{FACT}\n{WHO},*\n")
    assert (row["result"], row["code"], row[FACT]) == (
        "match_incomplete",
        "fact_not_held",
        "fact_not_held",
    )


def test_nothing_is_said_of_a_protected_person(lid: str, an: UUID) -> None:
    tell(str(an), "K7", None)
    guardian = Scope(sees_protected=True)
    population.protect(an, actor=OFFICER, grounds=Grounds(reason="test"), scope=guardian)
    (row,) = answers(lid, f"number,full_name,{FACT}\n{WHO},K7\n")
    assert (row["result"], row[FACT], row[f"{FACT}.source"]) == ("not_found", "", "")


def test_guesses_of_a_file_are_counted(lid: str, an: UUID) -> None:
    tell(str(an), "K7", None)
    guesses = "\n".join(f"{WHO},K{n}" for n in (0, 1, 2, 3, 4, 7))
    told = answers(lid, f"number,full_name,{FACT}\n{guesses}\n")
    assert [row["result"] for row in told] == ["no_match"] * 5 + ["too_many_attempts"]
    assert told[-1][FACT] == ""


def test_a_fact_that_is_not_agreed_refuses_the_file(an: UUID) -> None:
    make_partner("lid")
    (made,) = agree("lid", "batch")
    with pytest.raises(InvalidValue) as caught:
        answers(made.code, f"number,full_name,{FACT}\n{WHO},K7\n")
    assert caught.value.code == "file_headings"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("K7,", ""),
        (",12/2026", "fact_day_wrong"),
        (",30/02/2026", "fact_day_wrong"),
        ("K\ue0007,", "fact_wrong"),
        ("K" * 201 + ",", "fact_wrong"),
    ],
)
def test_rows_whose_facts_are_wrong_are_named(said: str, code: str) -> None:
    content = f"number,full_name,{FACT},{FACT}.on\n{WHO},{said}\n"
    (row,) = read_rows(content.encode(), FIELDS, (FACT,), needs_consent=False)
    assert row.wrong == code


def test_more_than_ten_facts_are_refused() -> None:
    facts = tuple(f"fact_{letter}" for letter in "abcdefghijk")
    content = f"number,full_name,{','.join(facts)}\n"
    with pytest.raises(InvalidValue) as caught:
        list(read_rows(content.encode(), FIELDS, facts, needs_consent=False))
    assert caught.value.code == "file_headings"
