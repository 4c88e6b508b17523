"""What happens to people happens to their e-IDs; and a home without a register asks above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.audit import interface as audit
from danso.modules.audit.jobs import Sealer
from danso.modules.identity import interface as identity
from danso.modules.identity import jobs
from danso.modules.identity.actions import following
from danso.modules.population import interface as population
from tests import stand_in
from tests.conftest import Database
from tests.eid_world import (
    BORN,
    CLERK,
    GROUNDS,
    NAME,
    PHONE,
    account_of,
    answer,
    birth_of,
    citizen,
    enrol,
    give_password,
    told,
)
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import journal
from tests.stand_in import AM, StandIn

pytestmark = pytest.mark.clause("II.2.2")


@pytest.fixture(scope="module")
def above(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with stand_in.started(tmp_path_factory.mktemp("above")) as made:
        made.enter()
        yield made


def test_death_event_locks_within_one_round_of_the_worker(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
) -> None:
    person = citizen()
    enrol(Client())
    population.record_death(person, PartialDate(2026, 11, 30), actor=CLERK, grounds=GROUNDS)
    sealer.seal(1000)
    runs = audit.run_handlers(only=["identity.people_changed"])
    assert [run.error for run in runs] == [""]
    assert identity.get_eid(account_of(person).pk).lock == "death"
    assert ("eid.locked", PHONE) in told()


def test_tries_are_kept_five_years_and_steps_two_days(fresh_db: Database) -> None:
    person = citizen()
    enrol(Client())
    with clock.frozen(clock.now()) as watch:
        give_password(Client())
        assert jobs.forget_old(0) == 0
        watch.advance(timedelta(days=3))
        assert jobs.forget_old(0) == 2, "an enrolment and a session"
        watch.advance(timedelta(days=5 * 365))
        assert jobs.forget_old(0) == 0
        give_password(Client())
        watch.advance(timedelta(days=30))
        assert jobs.forget_old(0) == 2, "a try and a session"
    assert len(identity.sign_ins(account_of(person).pk)) == 1


def test_account_goes_with_the_record_that_is_kept(fresh_db: Database) -> None:
    merged = citizen()
    kept = citizen("099084000777")
    enrol(Client())
    following.follow_merge(kept, merged)
    assert account_of(kept).state == "active"


def test_of_two_accounts_the_merged_ones_is_locked(fresh_db: Database) -> None:
    merged = citizen()
    kept = citizen("099084000777")
    enrol(Client())
    enrol(Client(), "099084000777", phone="0912000007")
    following.follow_merge(kept, merged)
    assert identity.get_eid(account_of(merged).pk).lock == "merged"
    assert account_of(kept).state == "active"


def test_home_without_a_register_asks_above_and_journals_before(
    fresh_db: Database, settings: Settings, above: StandIn
) -> None:
    settings.DANSO = replace(
        settings.DANSO,
        register_mode="absent",
        upstream_path=above.file,
        upstream_secret=above.secret,
    )
    born = PartialDate.from_iso(AM["birth"])
    number = AM["number"]
    enrol(Client(), number, AM["full_name"], born)
    assert ("eid.opened", PHONE) in told()
    assert give_password(Client(), number).status_code == 302
    enrol(Client(), number.replace("1", "2"), NAME, BORN, "0912000001")
    assert ("eid.not_opened", "0912000001") in told()
    outcomes = [row.outcome for row in journal(fresh_db) if row.action == "eid.verified"]
    assert outcomes == ["asked", "match", "asked", "no_match"]
    above.behave(mode="down")
    client = Client()
    client.post("/dinh-danh/dang-ky/")
    answer(client, "so", number=number)
    answer(client, "ten", full_name=NAME)
    assert answer(client, "ngay-sinh", **birth_of(born)).status_code == 200
    above.behave()
    assert answer(client, "ngay-sinh", **birth_of(born)).status_code == 302, "tried again"
