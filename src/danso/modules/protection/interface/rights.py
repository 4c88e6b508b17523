"""The part of the door about a person's own: requests, complaints, copies."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from danso.catalogue.shapes.rights import Ground, RightKind
from danso.kernel.actors import Actor
from danso.modules.identity.data import Whose
from danso.modules.protection.actions import complaints, copies, requests, retaining
from danso.modules.protection.adapters import parts_above
from danso.modules.protection.data import (
    ComplaintData,
    CopyData,
    NewComplaint,
    Part,
    RequestAnswer,
    RequestData,
    Standing,
)
from danso.modules.protection.queries import rights as queries
from danso.toolkit.platform import province


def right_kinds() -> tuple[RightKind, ...]:
    """What a person may ask about their data, with law, term and road (rights.yaml)."""
    return province().rights.kinds


def find_right(code: str) -> RightKind | None:
    """One of them by code, or None."""
    return province().rights.kind(code)


def refusal_grounds() -> tuple[Ground, ...]:
    """On what a request may be refused (Law 91/2025/QH15, art. 14 and 19)."""
    return province().rights.grounds


def file_request(
    account: UUID, kind: str, text: str, *, actor: Actor, whose: Whose | None = None
) -> UUID:
    """Ask something about one's data, or about those of `whose` one acts (a parent for a child, an
    officer for somebody beside them): its clocks start today, the holder is told, RightFiled.

    Raises InvalidValue (`right_unknown`, `text_shape`), Conflict (`right_open`: the same right of
    the same person is being dealt with), Refused (`requests_enough`, `no_person`, `acting_scope`).
    Law: Decree 356/2025/NĐ-CP, art. 5.
    """
    return requests.file_request(account, kind, text, actor=actor, whose=whose)


def withdraw_request(key: UUID, *, persons: Collection[UUID], actor: Actor) -> None:
    """Take back an open request about the person with these keys. Raises NotFound
    (`matter_unknown`), Conflict (`matter_moved`)."""
    requests.withdraw_request(key, persons=persons, actor=actor)


def requests_of(persons: Collection[UUID]) -> tuple[RequestData, ...]:
    """Requests about the person with these keys, whoever filed them, newest first, without
    steps."""
    return queries.requests_of(persons)


def get_request(
    key: UUID,
    *,
    persons: Collection[UUID] | None = None,
    roles: Collection[str] | None = None,
) -> RequestData:
    """One with its steps: about the person with these keys, or of a kind that one of these roles
    answers; anything else raises NotFound (`matter_unknown`). The caller journals an officer's
    look."""
    return queries.get_request(key, persons=persons, roles=roles)


def list_requests(
    roles: Collection[str], *, is_open: bool, limit: int = 200
) -> tuple[RequestData, ...]:
    """Those that these roles answer: open ones by their day, the others newest answer first."""
    return queries.list_requests(roles, is_open=is_open, limit=limit)


def requests_standing(roles: Collection[str]) -> Standing:
    """How many of those are open and late."""
    return queries.requests_standing(roles)


def take_request(key: UUID, *, roles: frozenset[str], actor: Actor) -> None:
    """Say that it is dealt with (the first term, two working days) and by whom; the holder is
    told. Raises NotFound, Conflict (`matter_moved`), Refused (`own_matter`)."""
    requests.take_request(key, roles=roles, actor=actor)


def extend_request(key: UUID, why: str, *, roles: frozenset[str], actor: Actor) -> None:
    """Give it the law's further days, once and before its day, with a reason that the holder
    reads. Raises as `take_request`, Conflict (`request_extended`, `request_late`)."""
    requests.extend_request(key, why, roles=roles, actor=actor)


def answer_request(
    key: UUID, answer: RequestAnswer, *, roles: frozenset[str], actor: Actor
) -> None:
    """Say that it was carried out and how, or refuse it with a ground of the law and reasons.

    The holder is told; RightAnswered. What was asked is carried out where it lies (correction,
    consents, the source's owner): this is the record of it. Raises as `take_request`, InvalidValue
    (`refusal_ground`, `text_shape`).
    """
    requests.answer_request(key, answer, roles=roles, actor=actor)


def file_complaint(account: UUID, new: NewComplaint, *, actor: Actor) -> UUID:
    """Complain about one entry that `audit.entries_about` showed the person; ComplaintFiled.

    Raises NotFound (`look_unknown`) for another's or a withheld entry, NotSealedYet until a
    signed head covers it, Conflict (`complaint_open`), Refused (`requests_enough`, `no_person`),
    InvalidValue (`text_shape`).
    """
    return complaints.file_complaint(account, new, actor=actor)


def withdraw_complaint(key: UUID, *, account: UUID, actor: Actor) -> None:
    """Take back one's own open complaint. Raises as `withdraw_request`."""
    complaints.withdraw_complaint(key, account=account, actor=actor)


def complaints_of(account: UUID) -> tuple[ComplaintData, ...]:
    """An account's complaints, newest first, without steps."""
    return queries.complaints_of(account)


def get_complaint(key: UUID, *, account: UUID | None = None) -> ComplaintData:
    """One with its steps (of this account, where given); raises NotFound (`matter_unknown`). The
    caller journals an auditor's look."""
    return queries.get_complaint(key, account=account)


def list_complaints(*, is_open: bool, limit: int = 200) -> tuple[ComplaintData, ...]:
    """For auditors: open ones by their day, the others newest answer first."""
    return queries.list_complaints(is_open=is_open, limit=limit)


def complaints_standing() -> Standing:
    """How many complaints are open and late."""
    return queries.complaints_standing()


def take_complaint(key: UUID, *, actor: Actor) -> None:
    """An auditor begins. Raises NotFound, Conflict (`matter_moved`), Refused (`own_look` for who
    looked, `own_matter` for who complained)."""
    complaints.take_complaint(key, actor=actor)


def ask_unit(key: UUID, question: str, *, actor: Actor) -> bool:
    """Ask the looker's unit to explain; True where a letter went out (the home knows the unit's
    e-mail address), else the auditor asks in writing. No citizen's data goes into the letter.

    Raises as `take_complaint`, InvalidValue (`text_shape`, `text_names_somebody`).
    """
    return complaints.ask_unit(key, question, actor=actor)


def note_explanation(key: UUID, text: str, *, actor: Actor) -> None:
    """Write down what the unit said. Raises as `take_complaint`, InvalidValue."""
    complaints.note_explanation(key, text, actor=actor)


def decide_complaint(key: UUID, *, is_justified: bool, answer: str, actor: Actor) -> None:
    """Decide whether the complaint is right (`is_justified`), with an answer that the holder
    reads; they are told; ComplaintAnswered. Raises as `take_complaint`, InvalidValue
    (`text_shape`)."""
    complaints.decide_complaint(key, is_justified=is_justified, answer=answer, actor=actor)


def ask_copy(account: UUID, *, actor: Actor) -> UUID:
    """Have a copy made of everything about the person that they may see; a job makes it.

    Raises Refused (`copy_level` below level 2, `copies_enough`, `no_person`), Conflict
    (`copy_waiting`). Law: Decree 356/2025/NĐ-CP, art. 5 (access and supply).
    """
    return copies.ask_copy(account, actor=actor)


def make_copy(key: UUID) -> None:
    """Make one that waits: gathered, packed, sealed, journaled in one commit; CopyMade. A fault
    leaves it failed. Twice is harmless."""
    copies.make_copy(key)


def waiting_copies() -> tuple[UUID, ...]:
    """Copies that still are to be made, the oldest first."""
    return queries.waiting_copies()


def copies_of(account: UUID) -> tuple[CopyData, ...]:
    """An account's copies, newest first, without their content."""
    return queries.copies_of(account)


def fetch_copy(key: UUID, *, account: UUID, actor: Actor) -> bytes:
    """The ZIP, journaled. The caller has checked a strong and fresh session.

    Raises NotFound (`copy_unknown`), Conflict (`copy_over`).
    """
    return copies.fetch_copy(key, account=account, actor=actor)


def end_copies() -> int:
    """Destroy the content of copies whose days are over; how many. Twice is harmless."""
    return copies.end_copies()


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """Destroy requests, complaints, copies and breaches past the catalogue's terms (at most 1,000
    of each a call), each kind journaled; how many by kind."""
    return retaining.destroy_past_term(now=now)


def use_parts(find: Callable[[tuple[UUID, ...]], tuple[Part, ...]]) -> Callable[[], None]:
    """Say what modules above keep about a person (by every key they had), to go into copies; the
    answer takes it back. `config` does it as a process starts."""
    return parts_above.use_parts(find)
