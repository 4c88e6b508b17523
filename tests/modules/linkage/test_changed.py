"""Runs over what has changed: what they leave is what a whole run would leave."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from danso.kernel.dates import PartialDate
from danso.modules.audit import interface as audit
from danso.modules.linkage import interface as linkage
from danso.modules.linkage import jobs
from danso.modules.linkage.data import MatchRun
from danso.modules.linkage.models import Change, Link, OpenKey, PastLink, Pending, Run
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Grounds, Scope
from danso.modules.sources import interface as sources
from danso.modules.sources.models import Fact
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.modules.linkage.conftest import STEWARD
from tests.modules.population.conftest import enrol, seal

pytestmark = pytest.mark.usefixtures("others")

SOURCE = "insurance"
HEADINGS = ("MA_SO_BHXH", "MA_THE_BHYT", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "SO_CCCD")
GROUNDS = Grounds(reason="test", purpose="residence")
NAME = "Trương Quý Khoát"
Row = tuple[str, ...]


@dataclass
class World:
    """A source's owner, who sends everything each day, and what follows from it."""

    database: Database
    folder: Path
    day: int = 0

    def send(self, *rows: Row) -> None:
        """The owner's file of a new day, loaded."""
        self.day += 1
        (self.folder / "drop").mkdir(exist_ok=True)
        file = self.folder / "drop" / f"day-{self.day:03}.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([HEADINGS, *rows])
        connector = sources.files_connector(SOURCE, self.folder / "drop")
        sources.load_source(SOURCE, connector, actor=STEWARD)

    def match(self, *, whole: bool = False) -> MatchRun:
        """What happened to people noted, then a run."""
        self.note()
        return sources.match_source(SOURCE, actor=STEWARD, whole=whole)

    def note(self) -> None:
        """Events sealed and followed."""
        assert jobs
        seal(self.database, self.folder)
        for run in audit.run_handlers(only={"linkage.people_changed"}):
            assert run.error == "", run


@pytest.fixture
def world(fresh_db: Database, tmp_path: Path) -> World:
    return World(fresh_db, tmp_path)


def row(key: int, name: str = NAME, birth: str = "21/03/1984", number: str = "") -> Row:
    return (f"99{key:08}", f"GD43899{key:08}", name, birth, "Nam", number)


def standing(key: int) -> Link:
    return Link.objects.get(source=SOURCE, record=f"99{key:08}")


def test_only_records_that_changed_are_looked_at(world: World) -> None:
    first, second = enrol(NAME), enrol("Cầm Bá Lai")
    world.send(row(1), row(2, "Cầm Bá Lai"), row(3, "Lò Thị Ún"))
    whole = world.match()
    assert (whole.whole, whole.counts.looked) == (True, 3)
    kept = standing(1)

    world.send(row(1), row(2, NAME), row(4, "Cầm Bá Lai"))
    done = world.match()

    assert (done.whole, done.counts.looked) == (False, 3)
    assert (done.counts.records, done.counts.linked, done.counts.gone) == (3, 3, 1)
    assert [standing(n).person for n in (1, 2, 4)] == [first, first, second]
    assert (standing(1).key, standing(1).run) == (kept.key, whole.key)
    assert not Pending.objects.exists()
    assert (
        Fact.objects.filter(person=second).values_list("record", flat=True).distinct().count() == 1
    )
    assert PastLink.objects.get(record="9900000002").ended_by == done.key


def test_where_nothing_changed_nothing_is_written(world: World) -> None:
    enrol(NAME)
    world.send(row(1))
    world.match()
    done = world.match()
    assert (done.counts.looked, done.counts.changed, Run.objects.count()) == (0, 0, 1)
    assert not linkage.is_waiting(SOURCE)
    assert world.match(whole=True).counts.looked == 1


def test_somebody_who_comes_is_found_for_a_record_that_waited(world: World) -> None:
    world.send(row(1), row(2, "Lò Thị Ún"))
    world.match()
    assert standing(1).band == "not_found"
    assert OpenKey.objects.filter(record="9900000001").exists()

    person = enrol(NAME)
    done = world.match()

    assert done.counts.looked == 1
    assert (standing(1).band, standing(1).person) == ("linked", person)
    assert not OpenKey.objects.filter(record="9900000001").exists()
    assert sources.facts_about(person)


def test_a_second_who_looks_alike_opens_what_was_linked(world: World) -> None:
    enrol(NAME)
    world.send(row(1))
    world.match()
    assert standing(1).band == "linked"
    enrol(NAME)
    world.match()
    assert (standing(1).band, standing(1).reason) == ("clerk", "several")
    assert not Fact.objects.exists()


def test_a_corrected_name_moves_a_link_to_whom_it_is_now(world: World) -> None:
    wrong, right = enrol(NAME), enrol("Cầm Bá Lai")
    world.send(row(1))
    world.match()
    assert standing(1).person == wrong
    correct(wrong, "Lương Đình Tuế")
    correct(right, NAME)
    world.match()
    assert standing(1).person == right


def correct(person: UUID, name: str) -> None:
    wanted = Correction("full_name", name)
    population.correct_field(person, wanted, actor=STEWARD, grounds=GROUNDS)


def test_a_merge_moves_links_to_who_stays_and_its_undoing_moves_them_back(world: World) -> None:
    kept = enrol("Cầm Bá Lai", birth=PartialDate(1971, 5, 6), number="099084000017")
    merged = enrol(NAME)
    world.send(row(1), row(2, "Cầm Bá Lai", "06/05/1971"))
    world.match()
    assert standing(1).person == merged

    population.merge_people(kept, merged, officers=(STEWARD,), grounds=GROUNDS)
    world.match()
    assert standing(1).person == standing(2).person == kept, "known by the name they had"
    assert {fact.person for fact in Fact.objects.all()} == {kept}
    world.match(whole=True)
    assert standing(1).person == kept

    population.unmerge(merged, officers=(STEWARD,), grounds=GROUNDS)
    world.match()
    assert standing(1).person == merged


def test_a_cancelled_number_opens_its_records_again(world: World) -> None:
    person = enrol(NAME, number="099084000017")
    world.send(row(1, NAME, "1984", "099084000017"))
    world.match()
    assert standing(1).reason == "number"
    population.correct_field(person, Correction("number", None), actor=STEWARD, grounds=GROUNDS)
    done = world.match()
    assert done.counts.looked == 1
    assert standing(1).person == person


def test_a_death_leaves_links_alone(world: World) -> None:
    person = enrol(NAME)
    world.send(row(1))
    world.match()
    population.record_death(person, PartialDate(2026, 1, 2), actor=STEWARD, grounds=GROUNDS)
    assert world.match().counts.looked == 0
    assert standing(1).person == person


def test_who_becomes_protected_is_nobody_s_match_at_the_next_run(world: World) -> None:
    person = enrol(NAME)
    world.send(row(1))
    world.match()
    guardian = Scope(sees_protected=True)
    population.protect(person, actor=STEWARD, grounds=GROUNDS, scope=guardian)
    world.match()
    assert standing(1).person is None
    assert not Fact.objects.exists()


def test_a_change_during_a_run_waits_for_the_next(world: World) -> None:
    enrol(NAME)
    world.send(row(1))
    world.match()
    world.send(row(1, "Cầm Bá Lai"))

    def meanwhile(step: str) -> None:
        if step == "score":
            linkage.note_records(SOURCE, ["9900000001"])

    sources.match_source(SOURCE, actor=STEWARD, say=meanwhile)
    assert Pending.objects.count() == 1
    assert world.match().counts.looked == 1


def test_another_model_and_a_file_of_people_make_a_whole_run(world: World, tmp_path: Path) -> None:
    enrol(NAME)
    world.send(row(1))
    world.match()
    world.note()
    Change.objects.create(position=10**6, person=linkage.EVERYBODY)
    assert sources.match_source(SOURCE, actor=STEWARD).whole
    other = linkage.default_model()
    changed = type(other)(other.prior, other.bands, other.odds, {"note": "another"})
    assert sources.match_source(SOURCE, actor=STEWARD, model=changed).whole
    assert not sources.match_source(SOURCE, actor=STEWARD, model=changed).counts.looked


def test_the_worker_matches_what_waits_and_leaves_the_rest(world: World) -> None:
    world.send(row(1))
    assert sources.match_waiting(actor=STEWARD) == []
    world.match()
    assert sources.match_waiting(actor=STEWARD) == []
    world.send(row(1), row(2, "Cầm Bá Lai"))
    assert sources.match_waiting(actor=STEWARD) == [SOURCE]
    assert Link.objects.count() == 2


@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2])
def test_days_of_changes_leave_what_one_whole_run_would(world: World, seed: int) -> None:
    drawn = random.Random(seed)
    people = [_enrol(drawn) for _ in range(40)]
    rows = {n: _said(drawn, n) for n in range(90)}
    world.send(*rows.values())
    world.match()
    for _ in range(2):
        for n in drawn.sample(sorted(rows), 12):
            rows[n] = _said(drawn, n)
        for n in drawn.sample(sorted(rows), 3):
            del rows[n]
        rows |= {n: _said(drawn, n) for n in (max(rows) + i for i in range(1, 5))}
        _change_people(drawn, people)
        world.send(*rows.values())
        done = world.match()
        assert not done.whole
        assert 0 < done.counts.looked < len(rows)
    kept = _links()
    assert {link[0] for link in kept.values()} == {"linked", "clerk", "not_found"}

    # The same again over every record, as if no link were there.
    linkage.note_records(SOURCE, list(kept))
    Link.objects.all().delete()
    assert world.match().counts.looked == len(rows)
    for key, link in _links().items():
        assert link[:3] == kept[key][:3]
        if link[0] != "not_found":
            assert link[3] == pytest.approx(kept[key][3], abs=0.01)
    # A whole run counts names anew: among so few people that moves a record at a bound.
    world.match(whole=True)
    assert sum(link[:3] != kept[key][:3] for key, link in _links().items()) < 4


def test_weights_are_those_of_a_whole_run(world: World, fresh_db: Database) -> None:
    drawn = random.Random(3)
    for _ in range(60):
        _enrol(drawn)
    rows = {n: _said(drawn, n) for n in range(120)}
    world.send(*rows.values())
    world.match(whole=True)
    weighed = _links()
    world.note()
    # As if every record had changed: each is looked at again, by the way for few.
    linkage.note_records(SOURCE, [link.record for link in Link.objects.all()])
    Link.objects.all().delete()
    assert world.match().counts.looked == len(rows)
    for key, link in _links().items():
        assert link == pytest.approx(weighed[key]) if link[3] else link == weighed[key]


FAMILIES, MIDDLES, GIVENS = ("Lê", "Nguyễn", "Trịnh"), ("Văn", "Thị", "Quý"), ("Hòa", "Bình", "Ơn")


def _name(drawn: random.Random) -> str:
    return " ".join(drawn.choice(words) for words in (FAMILIES, MIDDLES, GIVENS))


def _day(drawn: random.Random) -> tuple[int, int, int]:
    return drawn.randint(1970, 1973), drawn.randint(1, 12), drawn.randint(1, 12)


def _enrol(drawn: random.Random) -> UUID:
    commune = drawn.choice([*list(province().units.by_code)[:3], None])
    return enrol(_name(drawn), birth=PartialDate(*_day(drawn)), commune=commune)


def _said(drawn: random.Random, key: int) -> Row:
    """What an owner says of somebody, or of nobody: drawn from the same few names and days."""
    name, (year, month, day) = _name(drawn), _day(drawn)
    parts = name.split()
    name = drawn.choice([name, name, f"{parts[2]} {parts[0]} {parts[1]}", f"{parts[0]} {parts[2]}"])
    return row(
        key, name, drawn.choice([f"{day}/{month}/{year}", f"{day}/{month}/{year}", str(year)])
    )


def _change_people(drawn: random.Random, people: list[UUID]) -> None:
    people.append(_enrol(drawn))
    correct(drawn.choice(people), _name(drawn))
    kept, merged = drawn.sample(people, 2)
    population.merge_people(kept, merged, officers=(STEWARD,), grounds=GROUNDS)
    people.remove(merged)
    guardian = Scope(sees_protected=True)
    population.protect(drawn.choice(people), actor=STEWARD, grounds=GROUNDS, scope=guardian)


def _links() -> dict[str, tuple[Any, ...]]:
    columns = ("record", "band", "person", "reason", "weight")
    return {row[0]: row[1:] for row in Link.objects.values_list(*columns)}
