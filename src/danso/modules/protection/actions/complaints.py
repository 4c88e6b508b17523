"""A person complains about one look at their data; an auditor finds out and decides."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message
from danso.modules.population import interface as population
from danso.modules.protection import rules
from danso.modules.protection.actions import guarding
from danso.modules.protection.actions.telling import note, tell
from danso.modules.protection.data import (
    OPEN_COMPLAINTS,
    ComplaintAnswered,
    ComplaintFiled,
    ComplaintState,
    NewComplaint,
)
from danso.modules.protection.models import Complaint
from danso.toolkit.platform import province

SERVICE: Final = "rights"
OPEN: Final = tuple(state.value for state in OPEN_COMPLAINTS)
_IN_HAND: Final = (ComplaintState.TAKEN.value, ComplaintState.ASKED.value)
# To an agency: what it is about stands in the journal, which it can't read by itself.
_ASKED_TITLE: Final = "Đề nghị giải trình một lượt xem dữ liệu công dân"
_ASKED: Final = (
    "Kiểm tra viên nhật ký đề nghị cơ quan giải trình một lượt xem dữ liệu công dân.\n\n"
    "Lượt xem số: %(position)s\nLúc: %(at)s\n\n%(question)s\n\n"
    "Trả lời bằng văn bản, ghi số lượt xem; không ghi dữ liệu của công dân vào thư."
)


def file_complaint(account: UUID, new: NewComplaint, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(_entry("filed", actor, {"reason": new.reason.value})) as ledger:
        person = guarding.person_of(account)
        ledger.subject = person
        written = guarding.checked_text(new.text) if new.text.strip() else ""
        # The proof is there only for who may see the entry: another's or a withheld one is unknown.
        also = population.keys_of(person)
        proof = audit.prove_look(person, new.reference, also=also)
        said = json.loads(proof.entry or "{}")
        _check_room(account, person, proof.position)
        row = Complaint.objects.create(
            account=account,
            person=person,
            position=proof.position,
            reference=new.reference,
            reason=new.reason.value,
            text=written,
            due=rules.due(province().rights.complaint, clock.today(), province().calendar),
            **_look(said),
        )
        ledger.detail = {"complaint": str(row.key), "position": proof.position}
        ledger.happened(ComplaintFiled(row.key, proof.position))
        note(row.key, "filed", actor.id)
        tell(account, "complaint_filed")
        return row.key


def withdraw_complaint(key: UUID, *, account: UUID, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("withdrawn", actor, {"complaint": str(key)})) as ledger:
        row = Complaint.objects.select_for_update().filter(key=key, account=account).first()
        if row is None:
            raise guarding.unknown()
        ledger.subject = row.person
        guarding.check_open(row, OPEN)
        row.state, row.answered_at = ComplaintState.WITHDRAWN.value, clock.now()
        row.save(update_fields=["state", "answered_at"])
        note(key, "withdrawn", actor.id)
        ledger.happened(_over(row))


def take_complaint(key: UUID, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("taken", actor, {"complaint": str(key)})) as ledger:
        row = _for_auditor(key, actor)
        ledger.subject = row.person
        guarding.check_open(row, [ComplaintState.WAITING.value])
        row.state, row.taken_by = ComplaintState.TAKEN.value, UUID(actor.id)
        row.save(update_fields=["state", "taken_by"])
        note(key, "taken", actor.id)


def ask_unit(key: UUID, question: str, *, actor: Actor) -> bool:
    """See interface."""
    with carried_out(_entry("unit_asked", actor, {"complaint": str(key)})) as ledger:
        row = _for_auditor(key, actor)
        ledger.subject = row.person
        guarding.check_open(row, _IN_HAND)
        asked = guarding.checked_text(question)
        guarding.check_nobody_named(asked)
        row.state = ComplaintState.ASKED.value
        row.save(update_fields=["state"])
        note(key, "unit_asked", actor.id, asked)
        was_sent = _write_to(row, asked)
        ledger.detail = {"unit": row.unit, "letter": int(was_sent)}
        return was_sent


def note_explanation(key: UUID, text: str, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("explained", actor, {"complaint": str(key)})) as ledger:
        row = _for_auditor(key, actor)
        ledger.subject = row.person
        guarding.check_open(row, _IN_HAND)
        said = guarding.checked_text(text)
        row.state = ComplaintState.TAKEN.value
        row.save(update_fields=["state"])
        note(key, "explained", actor.id, said)


def decide_complaint(key: UUID, *, is_justified: bool, answer: str, actor: Actor) -> None:
    """See interface."""
    state = ComplaintState.JUSTIFIED if is_justified else ComplaintState.UNJUSTIFIED
    with carried_out(_entry("answered", actor, {"complaint": str(key)})) as ledger:
        row = _for_auditor(key, actor)
        ledger.subject = row.person
        guarding.check_open(row, _IN_HAND)
        row.answer = guarding.checked_text(answer)
        row.state, row.answered_at = state.value, clock.now()
        row.save(update_fields=["answer", "state", "answered_at"])
        ledger.detail = {"decision": state.value}
        note(key, state.value, actor.id)
        tell(row.account, "complaint_answered")
        ledger.happened(_over(row))


def _entry(what: str, actor: Actor, detail: dict[str, str | int]) -> Entry:
    law = province().rights.law
    action = f"rights.complaint_{what}"
    return Entry(actor, action, "done", service=SERVICE, legal_basis=law, detail=detail)


def _look(said: dict[str, Any]) -> dict[str, Any]:
    """What the entry says of the look, kept with the complaint: entries end sooner than it."""
    return {
        "looked_at": datetime.fromisoformat(said["at"]),
        "looker_kind": said["actor_kind"],
        "looker": said["actor"],
        "unit": said.get("unit", ""),
        "action": said["action"],
    }


def _check_room(account: UUID, person: UUID, position: int) -> None:
    is_open = Complaint.objects.filter(state__in=OPEN)
    if is_open.filter(person=person, position=position).exists():
        raise Conflict(
            "There is an open complaint about this look already.",
            code="complaint_open",
            fix="Wait for its answer.",
        )
    if is_open.filter(account=account).count() >= rules.MOST_OPEN:
        raise Refused(
            "There are many open complaints already.",
            code="requests_enough",
            fix="Wait for an answer first.",
        )


def _for_auditor(key: UUID, actor: Actor) -> Complaint:
    row = Complaint.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise guarding.unknown()
    guarding.check_not_own(actor, row.person)
    if row.looker == actor.id:
        raise Refused(
            "Nobody decides about their own look.",
            code="own_look",
            fix="Leave it to another auditor.",
        )
    return row


def _write_to(row: Complaint, question: str) -> bool:
    """By e-mail, where the home knows the agency's address."""
    address = notices.contact_of(row.unit)
    if address is None:
        return False
    told = _ASKED % {
        # With dots: nine digits in a row would be taken for somebody's number.
        "position": f"{row.position:,}".replace(",", "."),
        "at": clock.local(row.looked_at).strftime("%d/%m/%Y %H:%M:%S"),
        "question": question,
    }
    code = "rights.explanation_asked"
    notices.tell(Message(Channel.EMAIL, address, code, told, title=_ASKED_TITLE))
    return True


def _over(row: Complaint) -> ComplaintAnswered:
    return ComplaintAnswered(row.key, row.position, row.state, in_time=clock.today() <= row.due)
