"""A copy and a national service that really runs: the feed, wanted changes, their answers."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from danso.kernel.errors import Conflict, DansoError
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, PersonRecord
from danso.modules.population.models import ChangeRequest
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, Inbox
from tests.stand_in import AM, StandIn, started

NUMBER = "099084000123"
BY: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}
# Never left alone, answers asked for in every round: a test waits for nothing.
PACE = "pause = 0.001\nanswers = 0.0\npage = 10"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with started(tmp_path_factory.mktemp("national")) as made:
        yield made


@pytest.fixture
def national(process: StandIn) -> Iterator[StandIn]:
    kept = process.file.read_text()
    process.pace(PACE)
    yield process
    process.file.write_text(kept)
    process.start_again()
    process.forget()


@pytest.fixture
def copy(fresh_db: Database, national: StandIn, settings: Settings) -> StandIn:
    """This home as a copy of the stand-in."""
    settings.DANSO = replace(
        settings.DANSO,
        register_mode="copy",
        upstream_path=national.file,
        upstream_secret=national.secret,
    )
    return national


def held(number: str = NUMBER) -> PersonRecord:
    (person,) = population.find_by_number(number).people
    return person


def ask(person: UUID, field: str = "full_name", value: str = "Nguyễn Văn Ân") -> UUID:
    outcome = population.correct_field(person, Correction(field, value), **BY)
    assert outcome.request is not None
    return outcome.request


def outcomes(inbox: Inbox, action: str) -> list[str]:
    return [outcome for name, outcome, _ in inbox.actions if name == f"population.{action}"]


def test_feed_is_followed_in_order_and_each_change_once(
    copy: StandIn, inbox: Callable[[], Inbox], communes: list[str]
) -> None:
    copy.enter(number=NUMBER, commune=communes[0])
    copy.happen(kind="corrected", number=NUMBER, field="birth", values={"birth": "1984-03-22"})
    copy.happen(
        kind="moved",
        number=NUMBER,
        valid_on="2026-02-01",
        values={"commune": communes[1], "address": "số 7"},
    )
    copy.happen(
        kind="card",
        number=NUMBER,
        values={"kind": "can_cuoc", "issued": "2025-05-05", "expires": "2044-03-22"},
    )
    copy.happen(kind="died", number=NUMBER, values={"on": "2026-03-01"})
    copy.behave(twice=True, backwards=True)

    done = population.work_on_upstream()

    assert (done.applied, done.aside, done.fault) == (5, 0, "")
    person = held()
    assert (person.birth, person.commune, person.address, person.status, person.card_kind) == (
        "1984-03-22",
        communes[1],
        "số 7",
        "dead",
        "can_cuoc",
    )
    assert {one.actor for one in population.history_of(person.key)} == {population.UPSTREAM}
    assert inbox().kinds == [
        "population.person_recorded",
        "population.person_corrected",
        "population.person_moved",
        "population.card_recorded",
        "population.person_died",
    ]
    assert population.work_on_upstream().applied == 0
    assert len(population.history_of(person.key)) == 4
    state = population.upstream_state()
    assert (state.is_up, state.position, state.newest, state.behind) == (True, 5, 5, 0)


def test_nothing_after_a_hole_is_carried_out_before_it_is_filled(copy: StandIn) -> None:
    copy.enter(number=NUMBER)
    copy.happen(kind="corrected", number=NUMBER, field="birth", values={"birth": "1984-03-22"})
    copy.happen(kind="corrected", number=NUMBER, field="birth", values={"birth": "1984-03-23"})
    copy.behave(held_back=[2])
    assert population.work_on_upstream().applied == 1
    assert held().birth == AM["birth"]
    assert population.upstream_state().behind == 2
    copy.behave()
    assert population.work_on_upstream().applied == 2
    assert held().birth == "1984-03-23"


def test_more_changes_than_a_page_are_followed_to_the_end(copy: StandIn) -> None:
    copy.enter(number=NUMBER)
    for day in range(1, 25):
        copy.happen(
            kind="corrected", number=NUMBER, field="birth", values={"birth": f"1984-03-{day:02}"}
        )
    assert population.work_on_upstream().applied == 25
    assert held().birth == "1984-03-24"


def test_a_change_that_cannot_be_carried_out_is_set_aside_and_the_rest_goes_on(
    copy: StandIn, inbox: Callable[[], Inbox]
) -> None:
    copy.enter(number=NUMBER)
    copy.happen(kind="died", number="099084999999", values={"on": "2026-03-01"})
    copy.happen(kind="moved", number=NUMBER, valid_on="some day", values={"commune": ""})
    copy.happen(kind="reborn", number=NUMBER)
    copy.happen(kind="corrected", number=NUMBER, field="sex", values={"sex": 7})
    copy.happen(kind="corrected", number=NUMBER, field="birth", values={"birth": "1984-03-22"})

    done = population.work_on_upstream()

    assert (done.applied, done.aside) == (2, 4)
    assert held().birth == "1984-03-22"
    codes = {one.position: one.code for one in population.list_aside()}
    assert codes == {
        2: "person_not_found",
        3: "feed_unreadable",
        4: "feed_unreadable",
        5: "sex_unknown_code",
    }
    assert outcomes(inbox(), "follow_upstream") == list(codes.values())
    assert not [one for one in inbox().entries if "099084999999" in str(one)]
    population.settle_aside(2, actor=OFFICER, note="not of this province")
    assert [one.position for one in population.list_aside()] == [3, 4, 5]
    with pytest.raises(DansoError, match="No change waits"):
        population.settle_aside(2, actor=OFFICER, note="again")


def test_extract_and_feed_may_overlap(copy: StandIn) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    copy.enter(number=NUMBER, birth="1984-03-25")
    copy.happen(kind="died", number=NUMBER, values={"on": "2026-03-01"})
    copy.happen(kind="died", number=NUMBER, values={"on": "2026-03-01"})
    done = population.work_on_upstream()
    assert (done.applied, done.aside) == (3, 0)
    assert (held().birth, held().status) == ("1984-03-25", "dead")


def test_feed_begins_where_the_extract_was_made(copy: StandIn) -> None:
    copy.enter(number="099084000001")
    copy.enter(number=NUMBER)
    population.begin_feed_at(1, actor=OFFICER)
    assert population.work_on_upstream().applied == 1
    assert not population.find_by_number("099084000001").people
    with pytest.raises(Conflict) as caught:
        population.begin_feed_at(0, actor=OFFICER)
    assert caught.value.code == "feed_begun"


def test_a_wanted_change_goes_up_is_accepted_and_comes_back(
    copy: StandIn, inbox: Callable[[], Inbox]
) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    request = ask(held().key)
    assert population.upstream_state().waiting == 1

    assert population.work_on_upstream().sent == 1
    (kept,) = copy.state()["requests"].values()
    assert kept["wanted"]["number"] == NUMBER
    assert (kept["wanted"]["field"], kept["wanted"]["proposed"]) == ("full_name", "Nguyễn Văn Ân")
    assert (kept["wanted"]["request"], kept["wanted"]["evidence"]) == (str(request), "paper-17")
    state = population.upstream_state()
    assert (state.waiting, state.unanswered) == (0, 1)

    copy.decide(kept["receipt"], accept=True)
    done = population.work_on_upstream()
    assert (done.applied, done.answered) == (1, 1)
    assert held().full_name == "Nguyễn Văn Ân"
    assert outcomes(inbox(), "send_request") == ["asked", "sent"]
    assert outcomes(inbox(), "request_answered") == ["accepted"]
    assert inbox().kinds[-1] == "population.request_answered"
    # The field may be asked for again.
    ask(held().key, value="Nguyễn Văn Ấn")


def test_an_accepted_change_is_answered_only_once_it_is_here(copy: StandIn) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    ask(held().key)
    copy.behave(requests="accept", held_back=[2])
    assert population.work_on_upstream().answered == 0
    assert population.work_on_upstream().answered == 0
    copy.behave()
    assert population.work_on_upstream().answered == 1
    assert held().full_name == "Nguyễn Văn Ân"


def test_a_refused_change_is_answered_with_the_upstreams_words(
    copy: StandIn, inbox: Callable[[], Inbox]
) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    request = ask(held().key)
    population.work_on_upstream()
    (kept,) = copy.state()["requests"].values()
    copy.decide(kept["receipt"], accept=False, text="Giấy khai sinh không rõ")
    population.work_on_upstream()
    assert population.request_answer(request) == "Giấy khai sinh không rõ"
    assert held().full_name == AM["full_name"]
    assert outcomes(inbox(), "request_answered") == ["refused"]


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ({"mode": "down"}, "http_503"),
        ({"mode": "fault"}, "http_500"),
        ({"mode": "refuse"}, "http_401"),
        ({"mode": "garbage"}, "unreadable"),
        ({"mode": "redirect"}, "http_307"),
    ],
)
def test_an_outage_is_noted_and_loses_nothing(
    copy: StandIn, how: dict[str, Any], fault: str, inbox: Callable[[], Inbox]
) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    ask(held().key)
    copy.happen(kind="corrected", number=NUMBER, field="birth", values={"birth": "1984-03-22"})
    copy.behave(**how)
    assert population.work_on_upstream().fault == fault
    state = population.upstream_state()
    assert (state.is_up, state.fault, state.waiting, state.falls) == (False, fault, 1, 1)
    down_since = state.since
    population.work_on_upstream()
    assert population.upstream_state().since == down_since
    assert outcomes(inbox(), "send_request") == [], "nothing of a person left meanwhile"

    copy.behave()
    done = population.work_on_upstream()
    assert (done.applied, done.sent) == (1, 1)
    state = population.upstream_state()
    assert (state.is_up, state.fault, state.falls) == (True, "", 0)


def test_a_killed_service_comes_back_where_it_was(copy: StandIn) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    request = ask(held().key)
    population.work_on_upstream()
    copy.happen(kind="died", number=NUMBER, values={"on": "2026-03-01"})
    copy.stop(signal.SIGKILL)
    assert population.work_on_upstream().fault == "ConnectError"
    copy.start()
    assert population.work_on_upstream().applied == 1
    assert held().status == "dead"
    assert [one["wanted"]["request"] for one in copy.state()["requests"].values()] == [str(request)]


def test_a_slow_service_is_not_waited_for_beyond_the_timeout(copy: StandIn) -> None:
    copy.file.write_text(copy.file.read_text().replace("timeout = 5.0", "timeout = 0.2"))
    copy.enter(number=NUMBER)
    copy.behave(delay=1.0)
    assert population.work_on_upstream().fault == "ReadTimeout"
    copy.behave(delay=0.05)
    assert population.work_on_upstream().applied == 1


def test_a_fallen_service_is_left_alone_for_a_while(copy: StandIn) -> None:
    copy.file.write_text(copy.file.read_text().replace("pause = 0.001", "pause = 60.0"))
    copy.behave(mode="down")
    assert population.work_on_upstream().fault == "http_503"
    copy.behave()
    copy.enter(number=NUMBER)
    assert population.work_on_upstream() == population.work_on_upstream()
    assert not population.find_by_number(NUMBER).people


def test_sending_twice_gives_the_same_receipt(copy: StandIn) -> None:
    copy.enter(number=NUMBER)
    population.work_on_upstream()
    request = ask(held().key)
    population.work_on_upstream()
    # As after a kill between the answer and its commit.
    ChangeRequest.objects.filter(key=request).update(state="waiting", receipt=None)
    population.work_on_upstream()
    assert len(copy.state()["requests"]) == 1


def test_a_home_without_settings_says_so(
    fresh_db: Database, settings: Settings, tmp_path: Path
) -> None:
    settings.DANSO = replace(
        settings.DANSO, register_mode="copy", upstream_path=tmp_path / "none.toml"
    )
    assert population.work_on_upstream().fault == "upstream_unset"
    assert population.upstream_state().fault == "upstream_unset"
    with pytest.raises(DansoError, match="does not know its national service"):
        population.check_upstream()


def test_check_asks_about_nobody(copy: StandIn, inbox: Callable[[], Inbox]) -> None:
    population.check_upstream()
    assert population.upstream_state().is_up
    copy.behave(mode="refuse")
    with pytest.raises(UpstreamRefuses):
        population.check_upstream()
    copy.stop()
    with pytest.raises(UpstreamDown):
        population.check_upstream()
    assert population.upstream_state().is_up is False
    assert inbox().entries == []


def test_an_authority_does_not_ask_anybody(copy: StandIn, settings: Settings) -> None:
    settings.DANSO = replace(settings.DANSO, register_mode="authority")
    copy.enter(number=NUMBER)
    assert population.work_on_upstream().applied == 0
    assert population.upstream_state().is_up is None
