"""A whole run: a file of records against the register, and what is kept of it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.models import Candidate, Link, PastLink
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.toolkit.platform import platform
from danso.toolkit.tables.files import digest_of
from tests.modules.linkage.conftest import STEWARD, record, run, write
from tests.modules.population.conftest import Inbox, enrol
from tests.modules.population.files import clean_file

pytestmark = pytest.mark.usefixtures("fresh_db", "home")

GROUNDS = Grounds(reason="test")


def linked(key: str) -> UUID | None:
    return Link.objects.get(record=key, band="linked").person


@pytest.mark.usefixtures("others")
def test_records_are_linked_and_the_run_is_on_record(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    person = enrol("Trương Quý Khoát")
    file = write(
        tmp_path,
        record("1", "TRUONG QUY KHOAT"),
        record("2", "Cầm Bá Lai", "2/11/1990"),
    )

    done = run(file)

    assert linked("1") == person
    assert Link.objects.get(record="2").band == "not_found"
    assert (done.counts.records, done.counts.linked, done.counts.changed) == (2, 1, 2)
    assert linkage.last_run("file:records.csv") == done
    entry = next(one for one in inbox().entries if one["action"] == "linkage.match_records")
    assert entry["detail"]["digest"] == digest_of(file)
    assert "linkage.source_matched" in inbox().kinds


@pytest.mark.usefixtures("others")
def test_a_second_run_writes_only_what_changed(tmp_path: Path) -> None:
    first, second = enrol("Trương Quý Khoát"), enrol("Cầm Bá Lai")
    run(write(tmp_path, record("1", "Trương Quý Khoát"), record("2", "Cầm Bá Lai"), record("3")))
    since = Link.objects.get(record="1").since

    done = run(write(tmp_path, record("1", "Trương Quý Khoát"), record("2", "Trương Quý Khoát")))

    assert (done.counts.changed, done.counts.gone) == (1, 1)
    assert Link.objects.get(record="1").since == since
    assert linked("2") == first
    past = PastLink.objects.get(record="2")
    assert (past.person, past.ended_by) == (second, done.key)
    assert not Link.objects.filter(record="3").exists()


@pytest.mark.usefixtures("others")
def test_some_of_the_records_leave_the_links_of_others_alone(tmp_path: Path) -> None:
    enrol("Trương Quý Khoát")
    run(write(tmp_path, record("1", "Trương Quý Khoát"), record("2")))
    done = run(write(tmp_path, record("2")), whole=False)
    assert (done.counts.gone, Link.objects.count()) == (0, 2)


@pytest.mark.usefixtures("others")
def test_nobody_is_matched_to_a_protected_person(tmp_path: Path) -> None:
    person = enrol("Trương Quý Khoát")
    enrol("Cầm Bá Lai")
    guardian = Scope(sees_protected=True)
    population.protect(person, actor=STEWARD, grounds=GROUNDS, scope=guardian)
    run(write(tmp_path, record("1", "Trương Quý Khoát")))
    assert Link.objects.get(record="1").person is None


@pytest.mark.usefixtures("others")
def test_a_merged_record_s_number_leads_to_the_one_that_stayed(tmp_path: Path) -> None:
    kept = enrol("Trương Quý Khoát", number="099084000017")
    gone = enrol("Trương Quý Khoát", number="099084000024")
    population.merge_people(kept, gone, officers=(STEWARD,), grounds=GROUNDS)
    file = write(tmp_path, ("1", "Trương Quý Khoát", "1984", "Nam", "099084000024", "", ""))
    run(file)
    assert linked("1") == kept


def test_a_record_without_its_key_or_with_another_s_is_refused(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    enrol()
    with pytest.raises(InvalidValue) as caught:
        run(write(tmp_path, record("1"), record("1", "Cầm Bá Lai")))
    assert caught.value.code == "record_key_twice"
    assert not Link.objects.exists()
    refused = [one for one in inbox().entries if one["outcome"] == "refused:record_key_twice"]
    assert [one["action"] for one in refused] == ["linkage.match_records"]


def test_no_records_and_no_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="no records"):
        run(write(tmp_path))
    with pytest.raises(InvalidValue) as caught:
        run(write(tmp_path, record("1")))
    assert caught.value.code == "register_empty"


def test_nothing_of_the_sides_stays_in_the_home_nor_what_a_killed_run_left(
    tmp_path: Path,
) -> None:
    scratch = platform().home / "run" / "work"
    scratch.mkdir()
    left, living = scratch / "match-left", scratch / "match-living"
    for folder in (left, living):
        folder.mkdir()
        (folder / "held").touch()
        (folder / "people.csv").write_text("somebody")
    enrol()
    with (living / "held").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run(write(tmp_path, record("1")))
    assert list(scratch.glob("match-*")) == [living]


def test_what_was_never_matched_has_no_links() -> None:
    with pytest.raises(NotFound) as caught:
        linkage.last_run("file:other.csv")
    assert caught.value.code == "links_missing"


def test_a_model_is_learnt_without_labels(tmp_path: Path) -> None:
    file = clean_file(tmp_path / "province", people=2_000)
    population.import_people(file, actor=STEWARD)
    frames = population.read_people(
        tmp_path / "province" / "clean" / "people.csv.gz", keys=("number",)
    )
    model = linkage.train_model(frames, actor=STEWARD)
    assert model.about["people"] == 2_000
    assert model.odds["full_name"]["same"].m > 0.8
    assert model.odds["sex"]["same"].u == pytest.approx(0.5, abs=0.1)


@pytest.mark.usefixtures("others")
def test_who_has_no_number_is_compared_with_their_tone_marks(tmp_path: Path) -> None:
    enrol("Trương Quý Khoát")
    population.copy_for_matching(tmp_path)
    people = (tmp_path / "people.csv").read_bytes().decode()
    assert "trương quý khoát,truong quy khoat" in people
    # Of both ways in which lines end, readers of a long file take one.
    assert "\r" not in people + (tmp_path / "aliases.csv").read_bytes().decode()
    for twin in ("1", "2"):
        enrol("Cầm Bá Lai", old_number=f"99000002{twin}")
    run(write(tmp_path, record("1", "Cầm Bá Lai")))
    levels = {one.shares["full_name"]["level"] for one in Candidate.objects.all()}
    assert levels == {"same"}
