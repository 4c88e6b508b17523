"""Papers come in once, are looked at on record, prove once checked, and go when their term ends."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, DansoError, InvalidValue, NotFound, Refused, Unavailable
from danso.modules.documents import interface as documents
from danso.modules.documents.adapters import shelf
from danso.modules.documents.data import (
    Grounds,
    Index,
    NewPaper,
    Origin,
    PaperState,
    Reach,
)
from danso.modules.documents.models import Paper
from tests.conftest import Database
from tests.modules.documents.conftest import VIRUS, Clamd
from tests.modules.documents.test_telling_forms import PDF, PNG
from tests.officers import journal

pytestmark = [
    pytest.mark.clause("II.2.5", partly="papers are kept and used again; cases bring them"),
    pytest.mark.usefixtures("fresh_db"),
]

OFFICER = Actor(kind="officer", id="an-officer", unit="16000")
CITIZEN = Actor(kind="citizen", id="a-citizen")
GROUNDS = Grounds("public-services", procedure="birth-registration", file_code="H56.1-261201-0001")
KIND = "dwelling-proof"
BLANK = Index()


def new(
    person: UUID,
    content: bytes = PDF,
    *,
    kind: str = KIND,
    origin: Origin = "desk",
    is_signed: bool = False,
    index: Index = BLANK,
    replaces: UUID | None = None,
) -> NewPaper:
    return NewPaper(person, kind, content, "giay.pdf", "16000", origin, index, is_signed, replaces)


def kept(paper: NewPaper, actor: Actor = OFFICER) -> UUID:
    return documents.keep_paper(paper, actor=actor, grounds=GROUNDS)


def checked(person: UUID, content: bytes = PDF, index: Index = BLANK) -> UUID:
    key = kept(new(person, content))
    reach = Reach(units={"16000"})
    documents.check_paper(key, index, reach=reach, actor=OFFICER, grounds=GROUNDS)
    return key


def code_of(error: pytest.ExceptionInfo[DansoError]) -> str:
    return error.value.code


def test_a_paper_is_kept_sealed_and_opened_on_record(
    shelf_folder: Path, fresh_db: Database
) -> None:
    person = uuid4()
    key = kept(new(person))
    files = [path for path in shelf_folder.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"%PDF" not in files[0].read_bytes()
    content = documents.open_paper(key, reach=Reach(person=person), actor=CITIZEN, grounds=GROUNDS)
    assert content == PDF
    entries = [entry for entry in journal(fresh_db) if entry.action.startswith("documents.")]
    assert [entry.action for entry in entries] == ["documents.kept", "documents.opened"]
    assert {entry.subject for entry in entries} == {str(person)}
    assert entries[0].detail["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_another_persons_paper_looks_as_if_it_were_not_there() -> None:
    key = kept(new(uuid4()))
    for reach in (Reach(person=uuid4()), Reach(units={"16001"}), Reach()):
        with pytest.raises(NotFound) as missing:
            documents.open_paper(key, reach=reach, actor=OFFICER, grounds=GROUNDS)
        assert code_of(missing) == "paper_unknown"
        with pytest.raises(NotFound):
            documents.get_paper(key, reach=reach)


def test_the_same_paper_is_kept_once_and_another_persons_is_no_double(shelf_folder: Path) -> None:
    person = uuid4()
    kept(new(person))
    with pytest.raises(Conflict) as known:
        kept(new(person))
    assert code_of(known) == "paper_known"
    kept(new(uuid4()))
    kept(new(person, PDF + b" ", kind="health-check"))
    assert sum(path.is_file() for path in shelf_folder.rglob("*")) == 3


def test_only_what_was_checked_and_is_in_force_proves() -> None:
    person = uuid4()
    key = kept(new(person))
    assert documents.find_proof(person, KIND) is None
    reach = Reach(units={"16000"})
    ends = clock.today() + timedelta(days=3)
    said = Index(symbol=" 12/GCN ", valid_until=ends)
    documents.check_paper(key, said, reach=reach, actor=OFFICER, grounds=GROUNDS)
    found = documents.find_proof(person, KIND)
    assert found is not None
    assert (found.key, found.index.symbol) == (key, "12/GCN")
    assert documents.find_proof(person, KIND, day=ends + timedelta(days=1)) is None
    documents.reuse_paper(key, person=person, actor=OFFICER, grounds=GROUNDS)
    assert documents.count_reuse()[KIND] == (1, 1)
    documents.revoke_paper(key, reach=reach, actor=OFFICER, grounds=GROUNDS)
    assert documents.find_proof(person, KIND) is None
    with pytest.raises(Conflict) as useless:
        documents.reuse_paper(key, person=person, actor=OFFICER, grounds=GROUNDS)
    assert code_of(useless) == "paper_no_proof"


def test_a_result_proves_only_if_it_is_signed() -> None:
    person = uuid4()
    kept(new(person, kind="birth-certificate", origin="result"))
    assert documents.find_proof(person, "birth-certificate") is None
    signed = new(person, PDF + b" ", kind="birth-certificate", origin="result", is_signed=True)
    key = kept(signed)
    found = documents.find_proof(person, "birth-certificate")
    assert found is not None
    assert found.key == key


def test_whoever_handed_in_a_sensitive_paper_does_not_check_it() -> None:
    person = uuid4()
    key = kept(new(person, kind="birth-notification", origin="applicant"), CITIZEN)
    reach = Reach(person=person)
    with pytest.raises(Refused) as own:
        documents.check_paper(key, Index(), reach=reach, actor=CITIZEN, grounds=GROUNDS)
    assert code_of(own) == "paper_own"
    documents.check_paper(key, Index(), reach=reach, actor=OFFICER, grounds=GROUNDS)


def test_a_rejected_paper_says_why_and_cannot_be_checked_after() -> None:
    person = uuid4()
    key = kept(new(person))
    reach = Reach(units={"16000"})
    with pytest.raises(InvalidValue):
        documents.reject_paper(key, "  ", reach=reach, actor=OFFICER, grounds=GROUNDS)
    documents.reject_paper(key, "Mờ, không đọc được", reach=reach, actor=OFFICER, grounds=GROUNDS)
    with pytest.raises(Conflict):
        documents.check_paper(key, Index(), reach=reach, actor=OFFICER, grounds=GROUNDS)
    assert documents.papers_of(person)[0].rejected_why == "Mờ, không đọc được"
    # The same file may be brought again, say after a mistake of ours.
    kept(new(person))


def test_a_new_version_takes_the_place_of_the_old_one() -> None:
    person = uuid4()
    first = checked(person)
    second = kept(new(person, PDF + b" ", replaces=first))
    assert documents.get_paper(second, reach=Reach(person=person)).version == 2
    assert documents.get_paper(first, reach=Reach(person=person)).state is PaperState.REPLACED
    with pytest.raises(NotFound):
        kept(new(uuid4(), PDF + b"  ", replaces=second))


def test_a_virus_is_refused_and_a_silent_scanner_keeps_everything_out(
    clamd: Clamd, shelf_folder: Path
) -> None:
    person = uuid4()
    assert documents.get_paper(kept(new(person)), reach=Reach(person=person)).scan == "clean"
    with pytest.raises(InvalidValue) as infected:
        kept(new(person, PNG[:20] + VIRUS + PNG[20:]))
    assert code_of(infected) in {"paper_form", "paper_infected"}
    with pytest.raises(InvalidValue) as infected:
        kept(new(person, PDF[:9] + VIRUS + PDF[9:]))
    assert code_of(infected) == "paper_infected"
    clamd.answer = b"INSTREAM size limit exceeded. ERROR"
    with pytest.raises(Unavailable) as silent:
        kept(new(person, PDF + b" "))
    assert code_of(silent) == "scanner_out_of_reach"
    assert Paper.objects.count() == 1
    assert sum(path.is_file() for path in shelf_folder.rglob("*")) == 1


def test_a_scanner_that_is_not_there_keeps_everything_out(settings: Any) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    with pytest.raises(Unavailable):
        kept(new(uuid4()))
    settings.CLAMD_ADDRESS = "/no/such/socket"
    with pytest.raises(Unavailable):
        kept(new(uuid4()))
    assert not Paper.objects.exists()


def test_a_shelf_that_cannot_be_written_keeps_nothing(settings: Any) -> None:
    settings.PAPERS_ADDRESS = "file:///proc/papers"
    with pytest.raises(Unavailable):
        kept(new(uuid4()))
    assert not Paper.objects.exists()


def test_a_damaged_file_is_said_and_not_shown(shelf_folder: Path) -> None:
    person = uuid4()
    key = kept(new(person))
    (file,) = (path for path in shelf_folder.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-4] + b"AAAA")
    with pytest.raises(Unavailable) as damaged:
        documents.open_paper(key, reach=Reach(person=person), actor=CITIZEN, grounds=GROUNDS)
    assert code_of(damaged) == "paper_damaged"
    file.unlink()
    with pytest.raises(Unavailable):
        documents.open_paper(key, reach=Reach(person=person), actor=CITIZEN, grounds=GROUNDS)


def test_what_is_past_its_term_is_destroyed_and_the_row_stays(
    shelf_folder: Path, fresh_db: Database
) -> None:
    person = uuid4()
    key = checked(person, index=Index(symbol="1", valid_until=date(2020, 1, 1)))
    assert documents.end_expired() == 1
    assert documents.destroy_past_term() == {}
    Paper.objects.filter(key=key).update(ended_at=clock.now() - timedelta(days=3700))
    assert documents.destroy_past_term() == {KIND: 1}
    assert not any(path.is_file() for path in shelf_folder.rglob("*"))
    told = documents.get_paper(key, reach=Reach(person=person))
    assert (told.state, told.index.symbol) == (PaperState.DESTROYED, "")
    with pytest.raises(Conflict):
        documents.open_paper(key, reach=Reach(person=person), actor=CITIZEN, grounds=GROUNDS)
    assert "documents.destroyed" in {entry.action for entry in journal(fresh_db)}


def test_a_file_without_a_row_is_swept_after_a_day(
    shelf_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = kept(new(uuid4()))
    stray = uuid4()
    shelf.put(stray, b"left by a kill")
    assert documents.sweep_shelf() == 0
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr("danso.kernel.clock.now", lambda: later)
    assert documents.sweep_shelf() == 1
    assert shelf.get(stray) is None
    assert shelf.get(key) is not None


def test_what_rolls_back_leaves_no_row() -> None:
    def fall() -> None:
        with transaction.atomic():
            kept(new(uuid4()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fall()
    assert not Paper.objects.exists()
