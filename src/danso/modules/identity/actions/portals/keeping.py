"""A chunk's accounts written in bulk beside what stood there, each person's row in the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from danso.modules.identity.adapters.sealing import digests, unseal
from danso.modules.identity.data import PortalReason, PortalState
from danso.modules.identity.engine.portals import may_link_second
from danso.modules.identity.models import Citizen, PortalAccount

STANDING: Final = (PortalState.LINKED.value, PortalState.CONFIRMED.value)
_COLUMNS: Final = (
    "key", "portal", "login_key", "claims_key", "phone_key", "state", "reason", "person", "commune",
    "account_id", "sealed", "run", "at", "evidence", "decided_by",
)  # fmt: skip
_NAMED: Final = ", ".join(_COLUMNS)
_FRESH: Final = (
    "CREATE TEMP TABLE identity_portal_new (LIKE identity_portal_account) ON COMMIT DROP"
)
_GIVEN: Final = f"COPY identity_portal_new ({_NAMED}) FROM STDIN"
# A row that was judged anew keeps its key; what an officer once wrote about it is over.
_KEPT: Final = f"""
INSERT INTO identity_portal_account ({_NAMED}) SELECT {_NAMED} FROM identity_portal_new
ON CONFLICT (login_key, portal) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[3:])}, decided_at = NULL
"""  # noqa: S608 - only this file's constants
_STANDS: Final = """
SELECT login_key, portal, claims_key, state, reason, decided_at IS NOT NULL
FROM identity_portal_account WHERE login_key = ANY(%s::text[])
"""
_SAME_PORTAL: Final = """
SELECT portal, person, login_key, phone_key FROM identity_portal_account
WHERE person = ANY(%s::uuid[]) AND state = ANY(%s::text[])
"""


@dataclass(slots=True)
class Judged:
    """One row on its way into the table."""

    key: UUID
    portal: str
    login_key: str
    claims_key: str
    phone_key: str
    state: PortalState
    reason: PortalReason
    person: UUID | None
    commune: str
    account: UUID | None = None
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the table about an account already."""

    claims_key: str
    state: PortalState
    reason: PortalReason
    is_decided: bool

    def holds_for(self, claims_key: str) -> bool:
        """Whether it stays: linked, or decided by somebody, on the same claims."""
        is_settled = self.state in STANDING or self.is_decided
        return is_settled and self.claims_key == claims_key


def standing_of(login_keys: Iterable[str]) -> dict[tuple[str, str], Standing]:
    """What stands already, by digest of the login and portal."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [list(login_keys)])
        return {
            (row[0], row[1]): Standing(row[2], PortalState(row[3]), PortalReason(row[4]), row[5])
            for row in cursor.fetchall()
        }


def part_second_accounts(judged: Sequence[Judged]) -> None:
    """A second account of one person at one portal, opened with another telephone, is no longer
    linked unasked: the first one stands."""
    linked = [one for one in judged if one.state is PortalState.LINKED]
    first: dict[tuple[str, UUID], tuple[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAME_PORTAL, [[one.person for one in linked], list(STANDING)])
        for portal, person, login_key, phone_key in cursor.fetchall():
            first[portal, person] = (login_key, phone_key)
    for one in linked:
        if one.person is None:
            continue
        login_key, phone = first.setdefault(
            (one.portal, one.person), (one.login_key, one.phone_key)
        )
        if login_key != one.login_key and not may_link_second(one.phone_key, phone):
            one.state, one.reason = PortalState.OPEN, PortalReason.SECOND_ACCOUNT


def tie_to_eids(judged: Sequence[Judged]) -> None:
    """Whoever has an e-ID already: the account goes with it, confirmed where the telephone is the
    one that its holder proved."""
    linked = [one for one in judged if one.state is PortalState.LINKED]
    held = Citizen.objects.filter(
        account__person__in=[one.person for one in linked], is_open=True
    ).values_list("account__person", "pk", "phone_sealed")
    eids = {person: (account, unseal(phone)) for person, account, phone in held}
    for one in linked:
        if one.person in eids:
            one.account, phone = eids[one.person]
            if one.phone_key and one.phone_key in digests("phone", phone):
                one.state = PortalState.CONFIRMED


def keep(judged: Sequence[Judged], run: UUID, now: datetime) -> None:
    """All rows at once."""
    if not judged:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FRESH)
        with cursor.copy(_GIVEN) as copy:
            for one in judged:
                copy.write_row(_row(one, run, now))
        cursor.execute(_KEPT)
        cursor.execute("DROP TABLE identity_portal_new")


def _row(one: Judged, run: UUID, now: datetime) -> Sequence[Any]:
    return (
        one.key, one.portal, one.login_key, one.claims_key, one.phone_key, one.state.value,
        one.reason.value, one.person, one.commune, one.account, one.sealed, run, now, "", "",
    )  # fmt: skip


def people_by_outcome(
    judged: Iterable[Judged],
) -> Mapping[tuple[str, PortalState, PortalReason], list[UUID]]:
    """Whose number each row named, by what came out: for the journal."""
    grouped: dict[tuple[str, PortalState, PortalReason], list[UUID]] = defaultdict(list)
    for one in judged:
        if one.person is not None:
            grouped[one.portal, one.state, one.reason].append(one.person)
    return grouped


def tie_new_eid(account: UUID, person: UUID | None, phone: str) -> None:
    """In the action that opened an e-ID or proved its telephone: old accounts of that person go
    with it."""
    if person is None:
        return
    rows = PortalAccount.objects.filter(person=person, state__in=STANDING)
    rows.update(account=account)
    known = [one for one in digests("phone", phone) if one]
    rows.filter(phone_key__in=known).update(state=PortalState.CONFIRMED.value)


def follow_people(merged: UUID, kept: UUID) -> None:
    """A merge: old accounts go with the person."""
    PortalAccount.objects.filter(person=merged).update(person=kept)


def end_of_dead(people: Iterable[UUID]) -> None:
    """A death: what was linked is nobody's to use."""
    PortalAccount.objects.filter(person__in=list(people), state__in=STANDING).update(
        state=PortalState.REJECTED.value, reason=PortalReason.DEAD.value
    )


def leave_eid(account: UUID) -> None:
    """An e-ID was closed: old accounts stay the person's, and go with the next one."""
    PortalAccount.objects.filter(account_id=account).update(account=None)
