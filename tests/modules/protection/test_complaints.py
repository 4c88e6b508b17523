"""A complaint about one look, from the entry a person was shown to the auditor's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import BodyKind, Decision
from danso.modules.audit.jobs import Sealer
from danso.modules.notices import interface as notices
from danso.modules.notices.adapters.port import Carrier
from danso.modules.notices.data import Channel
from danso.modules.notices.models import OutgoingMessage
from danso.modules.protection import interface as protection
from danso.modules.protection.data import ComplaintReason, ComplaintState, NewComplaint
from tests.conftest import Database
from tests.eid_world import citizen
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.rights_world import citizen_actor, holder, look_at, messages, officer

pytestmark = pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
TEXT = "Tôi không có việc gì ở đó"


@pytest.fixture
def person(fresh_db: Database, key_path: Path) -> UUID:  # noqa: F811
    del key_path
    return citizen()


def complain(account: UUID, reference: str) -> UUID:
    new = NewComplaint(reference, ComplaintReason.NO_BUSINESS, TEXT)
    return protection.file_complaint(account, new, actor=citizen_actor(account))


def test_a_complaint_keeps_the_look_and_its_day(person: UUID, sealer: Sealer) -> None:  # noqa: F811
    account, looker = holder(person), replace(officer("steward"), unit="so-y-te")
    reference = look_at(person, looker, sealer=sealer)
    with clock.frozen(datetime(2026, 12, 1, 2, tzinfo=UTC)):
        found = protection.get_complaint(complain(account, reference), account=account)
    assert (found.looker, found.unit, found.action) == (
        looker.id,
        "so-y-te",
        "population.open_person",
    )
    assert found.due.isoformat() == "2026-12-11"
    assert audit.open_entry(found.position)[0].actor.id == looker.id
    with pytest.raises(Conflict) as refused:
        complain(account, reference)
    assert refused.value.code == "complaint_open"


def test_anothers_and_a_withheld_look_are_unknown(person: UUID, sealer: Sealer) -> None:  # noqa: F811
    account, other = holder(person), citizen("099084000124", "Lê Văn Đồi")
    theirs = look_at(other, officer("steward"), sealer=sealer)
    body = Actor("officer", "detective", "cong-an-tinh", "pages")
    until = clock.now() + timedelta(days=30)
    decision = Decision(BodyKind.INVESTIGATION, "cong-an-tinh", person, "QD-1", until)
    # Entries are withheld from the second of the signature on.
    with clock.frozen(clock.now() - timedelta(seconds=5)):
        case = audit.propose_withholding(decision, actor=officer("auditor"))
        audit.sign_withholding(case, actor=officer("auditor"))
    look_at(person, body)
    sealer.seal()
    sealer.sign_head()
    hidden = audit.entries_about(person, with_withheld=True)[0]
    assert hidden.is_withheld
    for reference in (theirs, hidden.reference, "zz", "00" * 8):
        with pytest.raises(NotFound) as refused:
            complain(account, reference)
        assert refused.value.code == "look_unknown"


def test_nobody_decides_about_their_own_look_or_complaint(
    person: UUID,
    sealer: Sealer,  # noqa: F811
) -> None:
    account, looker = holder(person), officer("auditor")
    key = complain(account, look_at(person, looker, sealer=sealer))
    for actor, code in ((looker, "own_look"), (officer("auditor", person=person), "own_matter")):
        with pytest.raises(Refused) as refused:
            protection.take_complaint(key, actor=actor)
        assert refused.value.code == code


def test_the_unit_is_asked_and_the_answer_seen(person: UUID, sealer: Sealer) -> None:  # noqa: F811
    account, auditor = holder(person), officer("auditor")
    looker = replace(officer("steward"), unit="so-y-te")
    key = complain(account, look_at(person, looker, sealer=sealer))
    with pytest.raises(Conflict):
        protection.decide_complaint(key, is_justified=True, answer="vội", actor=auditor)
    protection.take_complaint(key, actor=auditor)
    with pytest.raises(InvalidValue) as refused:
        protection.ask_unit(key, "Vì sao xem 099084000123?", actor=auditor)
    assert refused.value.code == "text_names_somebody"
    assert not protection.ask_unit(key, "Vì sao xem?", actor=auditor)
    protection.note_explanation(key, "Xem nhầm người", actor=auditor)
    protection.decide_complaint(key, is_justified=True, answer="Đã nhắc nhở", actor=auditor)
    found = protection.get_complaint(key, account=account)
    assert (found.state, found.answer) == (ComplaintState.JUSTIFIED, "Đã nhắc nhở")
    assert [step.what for step in found.steps] == [
        "filed",
        "taken",
        "unit_asked",
        "explained",
        "justified",
    ]
    assert len(messages("complaint_answered")) == 1


class _Post:
    """A home that knows one agency's address and has no way out: the letter stays written."""

    def find(self, channel: Channel) -> Carrier | None:
        del channel
        return None

    def contact(self, code: str) -> str | None:
        return "so@example.vn" if code == "so-y-te" else None


def test_the_letter_to_the_unit_names_the_entry_and_nobody(
    person: UUID,
    sealer: Sealer,  # noqa: F811
) -> None:
    auditor, looker = officer("auditor"), replace(officer("steward"), unit="so-y-te")
    key = complain(holder(person), look_at(person, looker, sealer=sealer))
    protection.take_complaint(key, actor=auditor)
    take_back = notices.use_carriers(_Post())
    try:
        assert protection.ask_unit(key, "Vì sao xem?", actor=auditor)
    finally:
        take_back()
    letter = OutgoingMessage.objects.get(code="rights.explanation_asked")
    position = protection.get_complaint(key).position
    assert letter.address == "so@example.vn"
    assert f"Lượt xem số: {position}\n" in letter.text
    assert str(person) not in letter.text
    assert TEXT not in letter.text
