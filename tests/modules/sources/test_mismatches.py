"""A mismatch from the load that shows it, through everybody who answers it, to the load that ends
it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from pytest_django import Settings

from danso.config.handlers import load_handlers
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.interface import run_handlers
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Grounds
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MismatchRecord, Owner
from danso.modules.sources.interface import Decider, Said
from danso.modules.sources.models import MismatchStep
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.modules.population.conftest import enrol, seal
from tests.modules.population.files import clean_file
from tests.modules.sources.conftest import STEWARD

SOURCE = "insurance"
HEADINGS = ("MA_SO_BHXH", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "SO_DDCN", "TEN_XA")
NUMBER = "099084000123"
INSURER = Owner(Actor("officer", "insurer-1", "bhxh-tinh"), frozenset({"bhxh-tinh"}))
TAXMAN = Owner(Actor("officer", "taxman-1", "thue-tinh"), frozenset({"thue-tinh"}))
PROVINCE = Decider(Actor("officer", "police-2", "province"), frozenset({"provincial_police"}), None)
PROOF = Said("Đã đối chiếu hồ sơ giấy", "Tờ khai TK1-TS 12/2019")
OPEN = ("asked", "promised", "contested", "above", "sent_up")


@pytest.fixture(autouse=True)
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> Path:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def insured(commune: str) -> UUID:
    return enrol("Trương Quý Khoát", number=NUMBER, commune=commune)


@pytest.fixture
def load(tmp_path: Path, insured: UUID) -> Callable[..., None]:
    """The insurer's next whole file, loaded, and compared as after a match that links every row."""

    def next_load(*births: str) -> None:
        drop(tmp_path / "drop", *births)
        Link.objects.filter(source=SOURCE).delete()
        for place in range(len(births)):
            Link.objects.create(
                source=SOURCE,
                record=f"990000000{place}",
                person=insured,
                band="linked",
                reason="number",
                run=insured,
                since=clock.now(),
            )
        sources.compare_source(SOURCE, actor=STEWARD)
        sources.keep_quality(SOURCE)

    return next_load


def drop(folder: Path, *births: str) -> None:
    """The insurer's rows about one person, loaded."""
    folder.mkdir(exist_ok=True)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        lines = [
            (f"990000000{place}", "Trương Quý Khoát", birth, "Nam", NUMBER, "")
            for place, birth in enumerate(births)
        ]
        csv.writer(file).writerows([HEADINGS, *lines])
    sources.load_source(SOURCE, sources.files_connector(SOURCE, folder), actor=STEWARD)


@pytest.fixture
def follow(fresh_db: Database, tmp_path: Path) -> Callable[[], None]:
    """Let what was announced reach the followers of this module."""

    def followed() -> None:
        load_handlers()
        seal(fresh_db, tmp_path)
        run_handlers(only={"sources.register_changed", "sources.contest_answered"})

    return followed


@pytest.fixture
def mismatch(insured: UUID, load: Callable[..., None]) -> MismatchRecord:
    load("12/03/1984")
    return only()


def only() -> MismatchRecord:
    (found,), total = sources.list_mismatches(sources=None, states=OPEN)
    assert total == 1
    return found


def now(key: UUID) -> MismatchRecord:
    return sources.get_mismatch(key, sources=None)


def test_matching_compares_and_counts_at_once(insured: UUID, tmp_path: Path) -> None:
    population.import_people(clean_file(tmp_path / "others", people=300), actor=STEWARD)
    drop(tmp_path / "drop", "12/03/1984")
    sources.match_source(SOURCE, actor=STEWARD)
    assert only().person == insured
    assert sources.quality_by_field(SOURCE, field="birth")[0].differs == 1


@pytest.mark.clause("II.2.10", partly="the owner's own system is not notified")
def test_a_difference_is_asked_of_its_owner_with_both_values_and_a_deadline(
    mismatch: MismatchRecord, insured: UUID, commune: str
) -> None:
    assert (mismatch.source, mismatch.field, mismatch.person) == (SOURCE, "birth", insured)
    assert (mismatch.said, mismatch.held, mismatch.kind) == ("1984-03-12", "1984-03-21", "other")
    assert (mismatch.state, mismatch.waits_for, mismatch.commune) == ("asked", "owner", commune)
    assert mismatch.due == province().calendar.add(clock.today(), 10)
    assert not mismatch.is_late(clock.today())


def test_the_next_load_that_agrees_closes_it_and_one_that_differs_again_is_a_new_one(
    mismatch: MismatchRecord, load: Callable[..., None]
) -> None:
    load("21/03/1984")
    closed = now(mismatch.key)
    assert (closed.state, closed.closed_as) == ("closed", "agrees")
    load("12/03/1984")
    assert only().key != mismatch.key


def test_the_same_load_again_changes_nothing(
    mismatch: MismatchRecord, load: Callable[..., None]
) -> None:
    load("12/03/1984")
    again = sources.compare_source(SOURCE, actor=STEWARD)
    assert (again.opened, again.closed, again.returned) == (0, 0, 0)
    assert only() == mismatch


def test_a_record_that_is_gone_ends_it(
    mismatch: MismatchRecord, load: Callable[..., None], insured: UUID
) -> None:
    load("21/03/1984", "21/03/1984")
    assert now(mismatch.key).state == "closed"
    load("21/03/1984", "12/03/1984")
    second = only()
    load("21/03/1984")
    assert now(second.key).closed_as == "gone"


def test_mended_says_the_owner_and_the_next_load_says_otherwise(
    mismatch: MismatchRecord, load: Callable[..., None]
) -> None:
    state = sources.answer_mismatch(
        mismatch.key, "corrected", Said("", ""), owner=INSURER, seen=sources.as_seen(mismatch)
    )
    assert (state, now(mismatch.key).waits_for) == ("promised", "next_load")
    with clock.frozen(clock.now() + timedelta(days=3)):
        load("12/03/1984")
        assert only().state == "asked"
        steps = [step.said for step in sources.steps_of(mismatch.key)]
    assert steps == ["corrected", "still_different"]


def test_only_its_owner_answers(mismatch: MismatchRecord) -> None:
    with pytest.raises(Refused) as refused:
        sources.answer_mismatch(
            mismatch.key, "corrected", PROOF, owner=TAXMAN, seen=sources.as_seen(mismatch)
        )
    assert refused.value.code == "mismatch_not_yours"
    with pytest.raises(InvalidValue) as bare:
        sources.answer_mismatch(
            mismatch.key,
            "right",
            Said("đúng mà", " "),
            owner=INSURER,
            seen=sources.as_seen(mismatch),
        )
    assert bare.value.code == "mismatch_proof_missing"
    assert now(mismatch.key).state == "asked"


@pytest.mark.clause("I.A.2022.2", partly="one source's owner, one register")
def test_the_owner_is_right_and_commune_police_agree(
    mismatch: MismatchRecord, insured: UUID, police: Decider, follow: Callable[[], None]
) -> None:
    assert (
        sources.answer_mismatch(
            mismatch.key, "right", PROOF, owner=INSURER, seen=sources.as_seen(mismatch)
        )
        == "contested"
    )
    key = now(mismatch.key).correction
    assert key is not None
    correction = sources.get_correction(key)
    assert (correction.origin, correction.claimed) == ("source", "1984-03-12")
    assert "TK1-TS" in correction.evidence
    assert population.people_by_keys([insured])[insured].birth == "1984-03-21"

    sources.answer_correction(key, accept=True, answer="giấy khai sinh", decider=police)
    follow()

    closed = now(mismatch.key)
    assert (closed.state, closed.closed_as) == ("closed", "agrees")
    assert population.people_by_keys([insured])[insured].birth == "1984-03-12"
    assert [step.said for step in sources.steps_of(mismatch.key)] == ["right", "police_wrong"]


@pytest.fixture
def above(mismatch: MismatchRecord, police: Decider, follow: Callable[[], None]) -> MismatchRecord:
    """Both sides hold that they are right."""
    sources.answer_mismatch(
        mismatch.key, "right", PROOF, owner=INSURER, seen=sources.as_seen(mismatch)
    )
    key = now(mismatch.key).correction
    assert key is not None
    sources.answer_correction(key, accept=False, answer="Sổ gốc ghi 21/3", decider=police)
    follow()
    return now(mismatch.key)


@pytest.mark.clause("II.2.10", partly="the owner's own system is not notified")
def test_a_disagreement_goes_up_with_both_proofs_and_the_register_is_right(
    above: MismatchRecord, load: Callable[..., None], follow: Callable[[], None]
) -> None:
    assert (above.state, above.waits_for) == ("above", "province")
    proofs = [(step.said, step.evidence, step.words) for step in sources.steps_of(above.key)]
    assert proofs[0] == ("right", PROOF.evidence, PROOF.words)
    assert proofs[1][0] == "police_right"
    assert proofs[1][2] == "Sổ gốc ghi 21/3"
    follow()
    assert MismatchStep.objects.count() == 2  # heard once

    ruling = Said("Theo sổ gốc", "Biên bản 5/BB")
    assert (
        sources.decide_mismatch(
            above.key, "register", ruling, decider=PROVINCE, seen=sources.as_seen(above)
        )
        == "asked"
    )
    with pytest.raises(Conflict) as decided:
        sources.answer_mismatch(
            above.key, "right", PROOF, owner=INSURER, seen=sources.as_seen(above)
        )
    assert decided.value.code == "mismatch_decided"
    load("21/03/1984")
    assert now(above.key).closed_as == "agrees"


def test_the_province_finds_the_source_right(above: MismatchRecord, insured: UUID) -> None:
    ruling = Said("Theo giấy khai sinh", "Biên bản 6/BB")
    assert (
        sources.decide_mismatch(
            above.key, "source", ruling, decider=PROVINCE, seen=sources.as_seen(above)
        )
        == "closed"
    )
    assert population.people_by_keys([insured])[insured].birth == "1984-03-12"


def test_only_the_province_decides_and_with_proof(above: MismatchRecord, police: Decider) -> None:
    with pytest.raises(NotFound):
        sources.decide_mismatch(
            above.key, "register", PROOF, decider=police, seen=sources.as_seen(above)
        )
    with pytest.raises(InvalidValue):
        sources.decide_mismatch(
            above.key, "register", Said("x", ""), decider=PROVINCE, seen=sources.as_seen(above)
        )


def test_a_change_of_the_register_asks_sources_that_hold_the_old_value(
    insured: UUID, load: Callable[..., None], follow: Callable[[], None]
) -> None:
    load("21/03/1984")
    assert sources.list_mismatches(sources=None, states=OPEN)[1] == 0
    population.correct_field(
        insured,
        Correction("birth", PartialDate(1985, 3, 21).iso),
        actor=STEWARD,
        grounds=Grounds(reason="test"),
    )
    follow()
    found = only()
    assert (found.kind, found.said, found.held) == ("year", "1984-03-21", "1985-03-21")


def test_figures_of_the_day_are_counted_by_field_and_commune(
    mismatch: MismatchRecord, load: Callable[..., None], commune: str
) -> None:
    (whole,) = sources.quality_by_field(SOURCE, field="")
    assert (whole.records, whole.linked, whole.correct, whole.differs) == (1, 1, 0, 1)
    assert whole.age_days == 0
    by_field = {one.field: one for one in sources.quality_by_field(SOURCE)}
    assert by_field["birth"].correct_share == 0
    assert by_field["full_name"].correct_share == 1
    assert by_field["commune"].missing == 1
    assert by_field["card_until"].complete_share == 0
    places = {one.commune: one for one in sources.quality_by_commune(SOURCE, field="birth")}
    assert places[commune].differs == 1
    with clock.frozen(clock.now() + timedelta(days=1)):
        load("21/03/1984", "21/03/1984")
        trend = sources.quality_trend(SOURCE, field="birth")
        assert [one.correct_share for one in trend] == [0, 1]
        (whole,) = sources.quality_by_field(SOURCE, field="")
        assert (whole.doubled, whole.clean_share) == (2, 0)
    (standing,) = [one for one in sources.source_standings() if one.code == SOURCE]
    assert standing.records == 2


def test_waits_tell_the_owners_work_from_that_of_others(mismatch: MismatchRecord) -> None:
    (agency,) = sources.waits_by_agency()
    assert (agency.code, agency.owner, agency.total, agency.late) == ("bhxh-tinh", 1, 1, 0)
    sources.answer_mismatch(
        mismatch.key, "right", PROOF, owner=INSURER, seen=sources.as_seen(mismatch)
    )
    (agency,), (place,) = sources.waits_by_agency(), sources.waits_by_commune()
    assert (agency.owner, agency.commune, place.commune) == (0, 1, 1)
    with clock.frozen(clock.now() + timedelta(days=60)):
        assert sources.waits_by_agency()[0].late == 0


def test_the_list_travels_as_a_workbook_and_comes_back_answered(mismatch: MismatchRecord) -> None:
    grounds = Grounds(purpose="data-quality", file_code="KH-1")
    made = sources.mismatch_file(SOURCE, owner=INSURER, grounds=grounds)
    assert made.rows == 1
    book = load_workbook(io.BytesIO(made.content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    shown = {head: cell.value for head, cell in zip(heads, sheet[2], strict=True)}
    assert (shown["Nguồn đang ghi"], shown["Dân cư đang lưu"]) == ("12/03/1984", "21/03/1984")
    sheet.cell(2, heads.index("Kết quả") + 1).value = "Nguồn đúng"
    target = io.BytesIO()
    book.save(target)
    bare = sources.read_mismatches(target.getvalue(), code=SOURCE, owner=INSURER, grounds=grounds)
    assert [(one.outcome, one.reason) for one in bare] == [("bad", "mismatch_proof_missing")]
    sheet.cell(2, heads.index("Căn cứ") + 1).value = "TK1-TS 12/2019"
    target = io.BytesIO()
    book.save(target)
    for expected in ("applied", "already"):
        done = sources.read_mismatches(
            target.getvalue(), code=SOURCE, owner=INSURER, grounds=grounds
        )
        assert [one.outcome for one in done] == [expected]
    assert now(mismatch.key).state == "contested"
    with pytest.raises(Refused):
        sources.mismatch_file(SOURCE, owner=TAXMAN, grounds=grounds)
