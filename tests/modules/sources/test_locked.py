"""Denouncers, preventive measures, investigations: nobody is reached through a locked source."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.errors import NotFound, Refused
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.models import Candidate, Decision, Link
from danso.modules.population.data import EVERYWHERE, Grounds
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Findings, Owner
from danso.modules.sources.interface import Said
from danso.modules.sources.models import (
    Agreement,
    Correction,
    Fact,
    Mismatch,
    QualityDay,
    SourceRecord,
)
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.population.conftest import enrol
from tests.modules.sources.conftest import STEWARD
from tests.officers import journal

TEAHOUSE = Path(__file__).resolve().parents[2] / "catalogues" / "teahouse"
OPEN, LOCKED, CLOSED = "kettles", "kettles", "cups"
NUMBER = "999084000123"
ROWS = f"KETTLE,KEEPER,BORN,SEX,NO,WARM\nK1,Ấm Thị Trà,03/02/1984,Nữ,{NUMBER},\n"
OWNER = Owner(STEWARD, None)
GROUNDS = Grounds(purpose="tea-service", file_code="F-1")


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, fresh_db: Database) -> Path:
    """A teahouse of one's own, with a source of a closed database beside the open one."""
    del fresh_db
    copied = tmp_path / "teahouse"
    shutil.copytree(TEAHOUSE, copied)
    # A locked source tells nothing, so no procedure may count on what it told.
    shutil.rmtree(copied / "procedures")
    papers = copied / "papers.yaml"
    papers.write_text(papers.read_text(encoding="utf-8").replace(" fact: warm_kettle,", ""))
    text = (copied / "sources" / "kettles.yaml").read_text(encoding="utf-8")
    closed = without_people(text).replace("code: kettles", f"code: {CLOSED}")
    closed = closed.replace("database: kettles", f"database: {CLOSED}").replace("U.1", "U.2")
    closed = closed.replace(" identifies: [number],", "")
    (copied / "sources" / f"{CLOSED}.yaml").write_text(closed, encoding="utf-8")
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), province_path=copied, home=tmp_path / "home")
    return copied


def without_people(text: str) -> str:
    """A description that says nothing by which somebody could be matched, and tells nothing."""
    for term in ("full_name", "birth", "sex", "number"):
        text = text.replace(f" term: {term},", "")
    text = text.replace("subscribes: [full_name, birth, permanent_place]\n", "")
    head, _, rest = text.partition("facts:")
    return head + "retention:" + rest.partition("retention:")[2]


def load(code: str, folder: Path) -> None:
    files = folder.parent / f"drop-{code}"
    files.mkdir(exist_ok=True)
    (files / "rows.csv").write_text(ROWS, encoding="utf-8")
    sources.load_source(code, sources.files_connector(code, files), actor=STEWARD)


def lock(folder: Path, settings: Settings) -> None:
    """The province marks its open source as locked; a new folder, for a catalogue is read once."""
    moved = folder.parent / "locked" / folder.name
    shutil.copytree(folder, moved)
    file = moved / "sources" / f"{LOCKED}.yaml"
    text = without_people(file.read_text(encoding="utf-8"))
    file.write_text(text + "locked: true\npurposes: [tea-service]\n", encoding="utf-8")
    settings.DANSO = replace(platform(), province_path=moved)


def check_nothing_leads_to(code: str) -> None:
    assert province().is_locked(code)
    with pytest.raises(Refused) as matched:
        sources.match_source(code, actor=STEWARD)
    assert matched.value.code == "source_closed"
    with pytest.raises(Refused):
        list(linkage.links_of(code))
    with pytest.raises(Refused) as shown:
        sources.owners_record(code, "K1")
    assert shown.value.code == "source_locked"
    assert sources.compare_source(code, actor=STEWARD).opened == 0
    assert sources.keep_quality(code) == 0
    assert sources.quality_by_field(code) == []
    assert sources.list_mismatches(sources=None, states=("asked",), limit=9) == ([], 0)
    assert not Fact.objects.filter(source=code).exists()
    assert not Agreement.objects.filter(source=code).exists()


def test_a_source_of_a_closed_database_is_loaded_and_nothing_leads_to_it(folder: Path) -> None:
    load(CLOSED, folder)
    assert SourceRecord.objects.filter(source=CLOSED).count() == 1
    check_nothing_leads_to(CLOSED)
    assert not QualityDay.objects.exists()


def test_what_an_open_source_told_is_taken_back_once_it_is_locked(
    folder: Path, settings: Settings
) -> None:
    load(OPEN, folder)
    person = enrol("Ấm Thị Trà", sex=2)
    link(OPEN, "K1", person)
    sources.compare_source(OPEN, actor=STEWARD)
    Fact.objects.create(
        source=OPEN,
        record="K1",
        kind="warm_kettle",
        person=person,
        value="K1",
        as_of=SourceRecord.objects.get(source=OPEN).changed_at,
        quality="good",
    )
    assert Mismatch.objects.get().state == "asked"
    assert len(sources.facts_about(person)) == 1
    mismatch = Mismatch.objects.get().key

    lock(folder, settings)
    assert sources.facts_about(person) == []  # before the next load already
    with pytest.raises(NotFound):
        sources.get_mismatch(mismatch, sources=None)
    load(LOCKED, folder)
    check_nothing_leads_to(LOCKED)
    assert sources.facts_about(person) == []


def test_what_clerks_and_owners_had_before_them_is_gone_once_it_is_locked(
    folder: Path, settings: Settings, fresh_db: Database
) -> None:
    load(OPEN, folder)
    person = enrol("Ấm Thị Trà", sex=2)
    row = link(OPEN, "K1", person)
    sources.compare_source(OPEN, actor=STEWARD)
    sources.keep_quality(OPEN)
    mismatch = Mismatch.objects.get()
    seen = sources.as_seen(sources.get_mismatch(mismatch.key, sources=None))
    sources.answer_mismatch(mismatch.key, "right", Said("đúng", "giấy"), owner=OWNER, seen=seen)
    asked = Correction.objects.get()
    put_to_clerk(row, person)
    waiting = decision(person, state="waiting")
    mine = decision(person, state="standing")
    assert [one.source for one in linkage.count_open()] == [OPEN]
    assert linkage.open_link(row.key).record == "K1"
    assert len(linkage.waiting_decisions()) == linkage.decisions_of("clerk", limit=9)[1] == 1
    assert sources.quality_days() != []
    assert sources.waits_by_agency() != []

    lock(folder, settings)
    # Before any job has run.
    assert linkage.count_open() == []
    assert linkage.next_open(LOCKED) is None
    assert linkage.waiting_decisions() == []
    assert linkage.decisions_of("clerk") == ([], 0)
    for hidden in (
        lambda: linkage.open_link(row.key),
        lambda: linkage.decision_within(waiting.key, EVERYWHERE),
        lambda: linkage.undo_link(mine.key, actor=STEWARD, grounds=GROUNDS),
        lambda: linkage.decline_link(waiting.key, actor=STEWARD, grounds=GROUNDS),
        lambda: sources.answer_mismatch(
            mismatch.key, "corrected", Said("", ""), owner=OWNER, seen=seen
        ),
    ):
        with pytest.raises(NotFound):
            hidden()
    assert sources.quality_days() == []
    assert sources.quality_by_field(None) == []
    assert sources.waits_by_agency() == sources.waits_by_commune() == []
    (standing,) = [one for one in sources.source_standings() if one.code == LOCKED]
    assert (standing.matched, standing.facts) == (None, 0)

    # And once the jobs have seen it, nothing of it is left to be reached.
    assert sources.withdraw_locked() == [LOCKED]
    assert sources.withdraw_locked() == []
    assert not Link.objects.filter(source=LOCKED).exists()
    assert not Candidate.objects.filter(source=LOCKED).exists()
    assert set(Decision.objects.values_list("state", flat=True)) == {"ended"}
    mismatch.refresh_from_db()
    assert (mismatch.state, mismatch.said, mismatch.held) == ("closed", "", "")
    asked.refresh_from_db()
    assert (asked.state, asked.evidence) == ("withdrawn", "")
    (entry,) = [one for one in journal(fresh_db) if one.action == "sources.withdraw_locked"]
    assert entry.subject is None
    assert {str(entry.detail[name]) for name in ("links", "mismatches")} == {"1"}
    check_nothing_leads_to(LOCKED)


def test_rows_and_keys_of_a_locked_source_are_shown_for_its_purposes_only(
    folder: Path, settings: Settings
) -> None:
    load(OPEN, folder)
    other = replace(GROUNDS, purpose="tea-watch")
    sources.export_faults(OPEN, actor=STEWARD, grounds=other)
    lock(folder, settings)
    with pytest.raises(Refused) as refused:
        sources.export_faults(LOCKED, actor=STEWARD, grounds=other)
    assert refused.value.code == "source_purpose"
    with pytest.raises(Refused):
        sources.preview_trial(uuid4(), LOCKED, actor=STEWARD, grounds=other)
    sources.export_faults(LOCKED, actor=STEWARD, grounds=GROUNDS)


def test_a_guess_sent_for_a_locked_source_is_not_compared(
    folder: Path, settings: Settings, fresh_db: Database
) -> None:
    load(OPEN, folder)

    def tried() -> Findings:
        key = sources.open_upload(LOCKED, "rows.csv", [ROWS.encode()], actor=STEWARD)
        sources.try_rows(key)
        rows = sources.preview_trial(key, LOCKED, actor=STEWARD, grounds=GROUNDS).rows
        found = sources.get_trial(key, LOCKED).found
        assert (found.ok, found.rows, len(rows)) == (True, 1, 0 if is_locked else 1)
        return found

    is_locked = False
    assert tried().same == 1
    lock(folder, settings)
    is_locked = True
    found = tried()
    assert (found.new, found.changed, found.same, found.gone) == (0, 0, 0, None)
    other = replace(GROUNDS, purpose="tea-watch")
    with pytest.raises(Refused) as refused:
        sources.export_faults(LOCKED, actor=STEWARD, grounds=other)
    assert refused.value.code == "source_purpose"
    key = sources.open_upload(LOCKED, "rows.csv", [ROWS.encode()], actor=STEWARD)
    with pytest.raises(Refused):
        sources.preview_trial(key, LOCKED, actor=STEWARD, grounds=other)
    last = [row for row in journal(fresh_db) if row.action == "sources.preview_trial"][-1]
    assert last.outcome == "refused:source_purpose"


def test_a_locked_record_is_read_for_a_named_purpose_only_and_journaled(
    folder: Path, fresh_db: Database
) -> None:
    load(CLOSED, folder)
    found = sources.read_locked(CLOSED, "K1", actor=STEWARD, grounds=GROUNDS)
    assert found["kettle"] == "K1"
    other = replace(GROUNDS, purpose="tea-watch")
    with pytest.raises(Refused) as refused:
        sources.read_locked(CLOSED, "K1", actor=STEWARD, grounds=other)
    assert refused.value.code == "source_purpose"
    with pytest.raises(NotFound):
        sources.read_locked(CLOSED, "K2", actor=STEWARD, grounds=GROUNDS)
    outcomes = [row.outcome for row in journal(fresh_db) if row.action == "sources.read_locked"]
    assert outcomes == ["shown", "refused:source_purpose", "refused:record_gone"]


def put_to_clerk(row: Link, person: UUID) -> None:
    """The link as one that a clerk is to decide about."""
    Link.objects.filter(key=row.key).update(band="clerk")
    Candidate.objects.create(
        source=OPEN,
        record="K1",
        person=person,
        weight=9.0,
        shares={},
        content="K1",
        is_anothers=False,
    )


def decision(person: UUID, *, state: str) -> Decision:
    """What a clerk proposed, or decided."""
    now = clock.now()
    return Decision.objects.create(
        source=OPEN,
        record="K1" if state == "waiting" else "K2",
        person=person,
        content="K1",
        needs_two=True,
        state=state,
        proposed_by="clerk" if state == "standing" else "other",
        proposed_at=now,
        decided_by="clerk" if state == "standing" else "",
        decided_at=now if state == "standing" else None,
    )


def link(code: str, record: str, person: UUID) -> Link:
    """A link as a run leaves it."""
    return Link.objects.create(
        source=code,
        record=record,
        person=person,
        band="linked",
        weight=20.0,
        reason="alike",
        run=person,
        since=SourceRecord.objects.get(source=code).changed_at,
    )
