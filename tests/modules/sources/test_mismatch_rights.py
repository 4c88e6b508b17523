"""Who sees and decides a mismatch: not one's own, not unseen, nothing about protected people."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from openpyxl import load_workbook

from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MismatchRecord, RightSide
from danso.modules.sources.interface import Decider
from danso.modules.sources.models import Mismatch
from tests.modules.sources.conftest import STEWARD
from tests.modules.sources.test_mismatches import (
    INSURER,
    OPEN,
    PROOF,
    PROVINCE,
    SOURCE,
    above,
    follow,
    home,
    insured,
    load,
    mismatch,
    now,
)

# The fixtures of a mismatch on its way.
__all__ = ["above", "follow", "home", "insured", "load", "mismatch"]


def test_nobody_decides_what_they_answered(
    above: MismatchRecord, insured: UUID, police: Decider
) -> None:
    both = frozenset({"provincial_police"})
    for answered in (INSURER.actor, police.actor):
        with pytest.raises(Refused) as refused:
            sources.decide_mismatch(
                above.key,
                "source",
                PROOF,
                decider=Decider(answered, both, None),
                seen=sources.as_seen(above),
            )
        assert refused.value.code == "mismatch_own"
    assert now(above.key).state == "above"
    assert population.people_by_keys([insured])[insured].birth == "1984-03-21"


@pytest.mark.parametrize("side", ["source", "register"])
def test_what_moved_since_it_was_seen_is_not_decided_but_asked_anew(
    above: MismatchRecord, load: Callable[..., None], insured: UUID, side: RightSide
) -> None:
    seen = sources.as_seen(above)
    load("01/01/1912")
    with pytest.raises(Conflict):
        sources.decide_mismatch(above.key, side, PROOF, decider=PROVINCE, seen=seen)
    assert population.people_by_keys([insured])[insured].birth == "1984-03-21"
    moved = now(above.key)
    assert (moved.state, moved.said) == ("asked", "1912-01-01")
    assert sources.steps_of(above.key)[-1].said == "changed"
    with pytest.raises(Conflict) as stale:
        sources.answer_mismatch(above.key, "right", PROOF, owner=INSURER, seen=seen)
    assert stale.value.code == "mismatch_changed"


def test_a_contest_rejected_for_another_value_does_not_go_up(
    mismatch: MismatchRecord, police: Decider, load: Callable[..., None], follow: Callable[[], None]
) -> None:
    seen = sources.as_seen(mismatch)
    sources.answer_mismatch(mismatch.key, "right", PROOF, owner=INSURER, seen=seen)
    load("01/01/1912")
    key = now(mismatch.key).correction
    assert key is not None
    sources.answer_correction(key, accept=False, answer="Sổ gốc ghi 21/3", decider=police)
    follow()
    assert now(mismatch.key).state == "asked"


def test_a_list_answered_after_a_value_moved_changes_nothing(
    mismatch: MismatchRecord, load: Callable[..., None]
) -> None:
    grounds = Grounds(purpose="data-quality", file_code="KH-1")
    made = sources.mismatch_file(SOURCE, owner=INSURER, grounds=grounds)
    load("01/01/1912")
    book = load_workbook(io.BytesIO(made.content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("Kết quả") + 1).value = "Nguồn đúng"
    sheet.cell(2, heads.index("Căn cứ") + 1).value = "TK1-TS 12/2019"
    target = io.BytesIO()
    book.save(target)
    done = sources.read_mismatches(target.getvalue(), code=SOURCE, owner=INSURER, grounds=grounds)
    assert [(one.outcome, one.reason) for one in done] == [("bad", "mismatch_changed")]
    assert now(mismatch.key).state == "asked"


def test_who_becomes_protected_is_neither_listed_nor_compared_any_more(
    mismatch: MismatchRecord, insured: UUID, follow: Callable[[], None]
) -> None:
    seen, grounds = sources.as_seen(mismatch), Grounds(purpose="data-quality", file_code="KH-1")
    guardian = Scope(sees_protected=True)
    population.protect(insured, actor=STEWARD, grounds=Grounds(reason="test"), scope=guardian)

    # At once, before anything was followed.
    assert sources.list_mismatches(sources=None, states=(*OPEN, "closed"))[1] == 0
    assert sources.mismatch_file(SOURCE, owner=INSURER, grounds=grounds).rows == 0
    with pytest.raises(NotFound):
        now(mismatch.key)
    with pytest.raises(NotFound):
        sources.answer_mismatch(mismatch.key, "right", PROOF, owner=INSURER, seen=seen)

    Link.objects.filter(person=insured).delete()
    follow()
    row = Mismatch.objects.get(key=mismatch.key)
    assert (row.state, row.closed_as, row.said, row.held) == ("closed", "unlinked", "", "")


def test_what_closed_shows_neither_value(
    mismatch: MismatchRecord, load: Callable[..., None]
) -> None:
    load("21/03/1984")
    closed = now(mismatch.key)
    assert (closed.state, closed.said, closed.held) == ("closed", "", "")
