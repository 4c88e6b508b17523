"""`danso population`, called as a Typer app on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings
from typer.testing import CliRunner

from danso.config.commands.population import app
from danso.kernel.errors import NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import PersonNotFound, Scope
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, Inbox, enrol

NUMBER = "099084000123"


def run(*arguments: str) -> str:
    """The command's output; danso's own errors pass through, as `main` wants them."""
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def show(number: str, *more: str) -> Any:
    purpose = next(code for code, one in province().purposes.items() if "birth" in one.fields)
    return json.loads(
        run("show", number, "--purpose", purpose, "--file-code", "F-7", "--json", *more)
    )


def test_show_gives_the_purposes_fields_and_leaves_a_trace(
    fresh_db: Database, inbox: Callable[[], Inbox]
) -> None:
    key = enrol(number=NUMBER, extra={"religion": "02"})
    shown = show(NUMBER)
    assert shown["fields"]["full_name"] == {"full_name": "Nguyễn Văn An"}
    assert "religion" not in shown["fields"]
    opened = inbox().entries[-1]
    assert (opened["action"], opened["subject"], opened["file_code"]) == (
        "population.open_person",
        str(key),
        "F-7",
    )
    assert opened["legal_basis"]
    assert NUMBER not in json.dumps(inbox().entries)


def test_show_refuses_an_unknown_purpose_and_a_protected_person(fresh_db: Database) -> None:
    with pytest.raises(NotFound):
        run("show", NUMBER, "--purpose", "curiosity", "--file-code", "F")
    key = enrol(number=NUMBER)
    guardian = Scope(sees_protected=True)
    population.protect(key, actor=OFFICER, grounds=GROUNDS, scope=guardian)
    for number in (NUMBER, str(key)):
        with pytest.raises(PersonNotFound):
            show(number)


def test_record_and_show_as_of(fresh_db: Database, communes: list[str]) -> None:
    enrol(number=NUMBER, commune=communes[0])
    because = ("--reason", "declared", "--evidence", "CT01")
    said = run("record", "move", NUMBER, "2026-03-01", "--commune", communes[1], *because)
    assert said == "Recorded: permanent_place (version 1).\n"
    run("record", "correction", NUMBER, "full_name", "Nguyễn", "Văn", "Ân", *because)
    run("record", "correction", NUMBER, "permanent_place", "hamlet=Thôn 4", *because)
    run("record", "death", NUMBER, "01/06/2026", *because)

    places = [
        show(NUMBER, *more)["fields"]["permanent_place"]["commune"]
        for more in ([], ["--as-of", "2026-02-28"])
    ]
    assert places == [communes[1], communes[0]]
    person = population.find_by_number(NUMBER).people[0]
    assert (person.full_name, person.hamlet, person.status) == ("Nguyễn Văn Ân", "Thôn 4", "dead")


def test_correction_of_the_number_draws_a_new_one(fresh_db: Database) -> None:
    enrol(number=NUMBER)
    run("record", "correction", NUMBER, "number", "new", "--reason", "issued in error")
    found = population.find_by_number(NUMBER)
    assert (found.outcome, found.cancel_reason) == ("cancelled", "issued in error")


def test_correction_in_a_copy_says_that_it_left_as_a_request(
    fresh_db: Database, settings: Settings
) -> None:
    enrol(number=NUMBER)
    settings.DANSO = replace(settings.DANSO, register_mode="copy")
    said = run("record", "correction", NUMBER, "sex", "2", "--reason", "card")
    assert said.startswith("This register is a copy: asked upstream as request ")


def test_merge_and_unmerge(fresh_db: Database) -> None:
    kept, merged = enrol(number=NUMBER), enrol("Nguyễn Văn Ân")
    said = run("merge", NUMBER, str(merged), "--reason", "same person")
    assert f"unmerge {merged}" in said
    assert population.get_person(merged).merged_into == kept
    run("unmerge", str(merged), "--reason", "twins")
    assert population.get_person(merged).merged_into is None


def test_an_old_number_of_two_people_asks_for_a_key(fresh_db: Database) -> None:
    keys = [enrol(old_number="990000017"), enrol("Lê Thị Ba", old_number="990000017")]
    with pytest.raises(NotFound) as caught:
        show("990000017")
    assert all(str(key) in caught.value.fix for key in keys)


def test_find_count_cards_quality_and_history_answer_in_json(
    fresh_db: Database, communes: list[str]
) -> None:
    key = enrol(number=NUMBER, commune=communes[0])
    purpose = ("--purpose", next(iter(province().purposes)), "--file-code", "F")
    found = json.loads(run("find", "nguyen van an", "--birth-year", "1984", *purpose, "--json"))
    assert [one["key"] for one in found] == [str(key)]
    assert json.loads(run("count", "--json"))[0]["with_number"] == 1
    assert json.loads(run("cards", "--commune", communes[0], "--json"))[0]["without"] == 1
    assert json.loads(run("quality", "--json"))[0]["no_household"] == 1
    run("record", "death", NUMBER, "2026", "--reason", "declared")
    [entry] = json.loads(run("history", NUMBER, *purpose))
    assert entry["changes"]["status"] == ["alive", "dead"]
    assert "1984" in run("find", "nguyen van an", "--birth-year", "1984", *purpose)
