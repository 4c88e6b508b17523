"""In a copy a correction waits for the register above, closes by itself and tells the asker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from danso.config.handlers import load_handlers
from danso.modules.audit.interface import run_handlers
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionClosed, Wrong
from danso.modules.sources.interface import Decider
from tests.conftest import Database
from tests.modules.population.conftest import seal
from tests.modules.sources.conftest import STEWARD
from tests.stand_in import StandIn, started

NUMBER = "099171000001"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with started(tmp_path_factory.mktemp("national")) as made:
        made.pace("pause = 0.001\nanswers = 0.0")
        yield made


@pytest.fixture
def copy(fresh_db: Database, process: StandIn, settings: Settings, commune: str) -> StandIn:
    settings.DANSO = replace(
        settings.DANSO,
        register_mode="copy",
        upstream_path=process.file,
        upstream_secret=process.secret,
    )
    process.forget()
    process.enter(number=NUMBER, full_name="Nguyễn Thị Sông", birth="1971-02-03", commune=commune)
    population.work_on_upstream()
    return process


@pytest.fixture
def key(copy: StandIn, police: Decider) -> UUID:
    """A correction that the police accepted."""
    (person,) = population.find_by_number(NUMBER).people
    wrong = Wrong(person.key, "birth", "03/02/1972", "birth certificate 12/1972", "steward")
    key = sources.open_correction(wrong, actor=STEWARD)
    stage = sources.answer_correction(key, accept=True, answer="paper seen", decider=police)
    assert stage == "sent_up"
    return key


def followed(database: Database, folder: Path) -> None:
    """Let what was announced reach its followers."""
    load_handlers()
    seal(database, folder)
    run_handlers(only={"sources.upstream_answered"})


def test_accepted_here_is_not_accepted_yet(key: UUID, police: Decider) -> None:
    found = sources.get_correction(key)
    assert (found.state, found.stage, found.answer) == ("open", "sent_up", "paper seen")
    assert sources.list_corrections(communes=None, state="open") == []
    assert [one.key for one in sources.list_corrections(communes=None, state="sent_up")] == [key]
    with pytest.raises(CorrectionClosed) as caught:
        sources.answer_correction(key, accept=False, answer="no", decider=police)
    assert caught.value.code == "correction_sent_up"
    (person,) = population.find_by_number(NUMBER).people
    assert person.birth == "1971-02-03"


def test_accepted_above_changes_the_register_closes_and_tells(
    key: UUID, copy: StandIn, fresh_db: Database, tmp_path: Path
) -> None:
    population.work_on_upstream()
    (sent,) = copy.state()["requests"].values()
    copy.decide(sent["receipt"], accept=True)
    population.work_on_upstream()
    followed(fresh_db, tmp_path)
    (person,) = population.find_by_number(NUMBER).people
    assert person.birth == "1972-02-03"
    found = sources.get_correction(key)
    assert (found.state, found.answer, found.answered_by) == (
        "accepted",
        "paper seen",
        population.UPSTREAM,
    )


def test_refused_above_is_rejected_with_its_words(
    key: UUID, copy: StandIn, fresh_db: Database, tmp_path: Path
) -> None:
    population.work_on_upstream()
    (sent,) = copy.state()["requests"].values()
    copy.decide(sent["receipt"], accept=False, text="Không đủ căn cứ")
    population.work_on_upstream()
    followed(fresh_db, tmp_path)
    run_handlers(only={"sources.upstream_answered"})
    found = sources.get_correction(key)
    assert (found.state, found.answer) == ("rejected", "Không đủ căn cứ")
    (person,) = population.find_by_number(NUMBER).people
    assert person.birth == "1971-02-03"
