"""A person asks something about their data; an officer takes it, carries it out or refuses."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from danso.catalogue.shapes.rights import RightKind
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.identity import interface as identity
from danso.modules.identity.data import ActingGround, MandateScope, Whose
from danso.modules.protection import rules
from danso.modules.protection.actions import guarding
from danso.modules.protection.actions.telling import note, tell
from danso.modules.protection.data import (
    OPEN_REQUESTS,
    RequestAnswer,
    RequestState,
    RightAnswered,
    RightFiled,
)
from danso.modules.protection.models import DataRequest
from danso.toolkit.platform import province

SERVICE: Final = "rights"
OPEN: Final = tuple(state.value for state in OPEN_REQUESTS)


def file_request(
    account: UUID, kind: str, text: str, *, actor: Actor, whose: Whose | None = None
) -> UUID:
    """See interface."""
    with carried_out(_entry("filed", actor, {"right": kind})) as ledger:
        person, account = _about(account, whose)
        ledger.subject = person
        right = get_kind(kind)
        written = guarding.checked_text(text)
        _check_room(account, person, kind)
        today, calendar = clock.today(), province().calendar
        row = DataRequest.objects.create(
            account=account,
            person=person,
            right=kind,
            text=written,
            acknowledge_by=rules.due(province().rights.acknowledge, today, calendar),
            due=rules.due(right.carry_out, today, calendar),
        )
        ledger.detail = {"request": str(row.key), "due": row.due.isoformat()}
        ledger.happened(RightFiled(row.key, kind))
        note(row.key, "filed", actor.id)
        tell(account, "request_filed")
        return row.key


def withdraw_request(key: UUID, *, persons: Collection[UUID], actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("withdrawn", actor, {"request": str(key)})) as ledger:
        row = _locked(key, persons)
        ledger.subject = row.person
        guarding.check_open(row, OPEN)
        row.state, row.answered_at = RequestState.WITHDRAWN.value, clock.now()
        row.save(update_fields=["state", "answered_at"])
        note(key, "withdrawn", actor.id)
        ledger.happened(_over(row))


def take_request(key: UUID, *, roles: frozenset[str], actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("taken", actor, {"request": str(key)})) as ledger:
        row = _for_officer(key, roles, actor)
        ledger.subject = row.person
        guarding.check_open(row, [RequestState.WAITING.value])
        row.state, row.taken_at = RequestState.TAKEN.value, clock.now()
        row.taken_by = UUID(actor.id)
        row.save(update_fields=["state", "taken_at", "taken_by"])
        note(key, "taken", actor.id)
        tell(row.account, "request_taken")


def extend_request(key: UUID, why: str, *, roles: frozenset[str], actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("extended", actor, {"request": str(key)})) as ledger:
        row = _for_officer(key, roles, actor)
        ledger.subject = row.person
        guarding.check_open(row, [RequestState.TAKEN.value])
        right = get_kind(row.right)
        if row.extended_why or not right.extend:
            raise Conflict(
                "This request can't be given more time.",
                code="request_extended",
                fix="Answer it by its day.",
            )
        if row.due < clock.today():
            raise Conflict(
                "Its day has passed: more time is given before it.",
                code="request_late",
                fix="Answer it now; it stays on record as late.",
            )
        row.extended_why = guarding.checked_text(why)
        filed = clock.local(row.filed_at).date()
        row.due = rules.due(right.carry_out, filed, province().calendar, more=right.extend)
        row.save(update_fields=["extended_why", "due"])
        ledger.detail = {"due": row.due.isoformat()}
        note(key, "extended", actor.id, row.extended_why)
        tell(row.account, "request_extended")


def answer_request(
    key: UUID, answer: RequestAnswer, *, roles: frozenset[str], actor: Actor
) -> None:
    """See interface."""
    state = RequestState.DONE if answer.is_done else RequestState.REFUSED
    with carried_out(_entry("answered", actor, {"request": str(key)})) as ledger:
        row = _for_officer(key, roles, actor)
        ledger.subject = row.person
        guarding.check_open(row, [RequestState.TAKEN.value])
        row.answer = guarding.checked_text(answer.text)
        row.ground = _ground(answer)
        row.state, row.answered_at = state.value, clock.now()
        row.save(update_fields=["answer", "ground", "state", "answered_at"])
        ledger.detail = {"decision": state.value, "ground": row.ground}
        note(key, state.value, actor.id)
        tell(row.account, "request_answered")
        ledger.happened(_over(row))


def get_kind(code: str) -> RightKind:
    """The kind of request. Raises InvalidValue (`right_unknown`)."""
    found = province().rights.kind(code)
    if found is None:
        raise InvalidValue(
            "There is no such request.", code="right_unknown", fix="Choose one of the list."
        )
    return found


def _entry(what: str, actor: Actor, detail: dict[str, str | int]) -> Entry:
    law = province().rights.law
    action = f"rights.request_{what}"
    return Entry(actor, action, "done", service=SERVICE, legal_basis=law, detail=detail)


def _check_room(account: UUID, person: UUID, kind: str) -> None:
    is_open = DataRequest.objects.filter(state__in=OPEN)
    if is_open.filter(person=person, right=kind).exists():
        raise Conflict(
            "The same request is being dealt with already.",
            code="right_open",
            fix="Wait for its answer, or take it back first.",
        )
    mine = is_open.filter(account=account, person=person)
    if mine.count() >= rules.MOST_OPEN:
        raise Refused(
            "There are many open requests already.",
            code="requests_enough",
            fix="Wait for an answer first.",
        )


def _about(account: UUID, whose: Whose | None) -> tuple[UUID, UUID]:
    """Whom the request is about, and the account that is told of it: a parent's for a child; of
    somebody beside an officer their own, if they have one."""
    if whose is None or whose.acting is None or whose.person is None:
        return guarding.person_of(account), account
    whose.check(MandateScope.RIGHTS)
    if whose.acting.ground is ActingGround.CHILD:
        return whose.person, account
    eid = identity.find_eid_of(whose.person)
    return whose.person, eid.account if eid is not None else account


def _locked(key: UUID, persons: Collection[UUID]) -> DataRequest:
    row = DataRequest.objects.select_for_update().filter(key=key, person__in=persons).first()
    if row is None:
        raise guarding.unknown()
    return row


def _for_officer(key: UUID, roles: frozenset[str], actor: Actor) -> DataRequest:
    row = DataRequest.objects.select_for_update().filter(key=key).first()
    if row is None or get_kind(row.right).answered_by not in roles:
        raise guarding.unknown()
    guarding.check_not_own(actor, row.person)
    return row


def _ground(answer: RequestAnswer) -> str:
    """A refusal must say by which law; what was carried out needs none."""
    if answer.is_done:
        return ""
    if province().rights.ground(answer.ground) is None:
        raise InvalidValue(
            "A refusal names its ground in law.",
            code="refusal_ground",
            fix="Choose the ground, and give the reasons in the answer.",
        )
    return answer.ground


def _over(row: DataRequest) -> RightAnswered:
    return RightAnswered(row.key, row.right, row.state, in_time=clock.today() <= row.due)
