"""The part of the door about the old portals' accounts (plan I.A.2022.1, I.A.2022.8).

Since Decree 69/2024 (art. 40) nobody signs in with such an account: here it is *linked* to the
person it was opened for, so that what was filed with it is found under the person's one identity.
No e-ID is opened by it: that takes a telephone proved by its holder (or a police officer), as
always; then the old accounts go with it. Works where this home is provider or broker alike.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.identity.actions.portals import deciding, running
from danso.modules.identity.data import (
    PortalAccountData,
    PortalDecision,
    PortalFilter,
    Reconciliation,
    SheetLine,
)
from danso.modules.identity.queries import portals
from danso.modules.population.data import PersonRecord


def reconcile(
    path: Path,
    portal: str,
    report: Path,
    *,
    actor: Actor,
    again: bool = False,
    say: Callable[[int, int], None] = lambda done, rows: None,
) -> Reconciliation:
    """Verify every account of a file against the register and keep what became of it.

    CSV, XLSX or parquet with the columns login, number (12 digits exactly, or 9 as an attribute),
    full_name, birth, phone, and portal where `portal` names none. Compared as verify does, in
    transactions of 20,000 rows: accounts, a journal row for everybody whose number was named, and
    what was told of each line are one commit. A run that was cut short goes on; a file that is
    done is reported again and changes nothing, unless `again`: then what waits is judged anew.
    What is linked, confirmed or decided stays while its claims stay the same.

    `report`: CSV, mode 0600, one line for each of the file's; written last, whole or not at all.
    Raises InvalidValue (`portal_columns`, `portal_shape`, and whatever a file can't be read for),
    ReconcilingAbsent.
    """
    return running.reconcile(path, portal, report, actor=actor, again=again, say=say)


def reconciliations(limit: int = 50) -> tuple[Reconciliation, ...]:
    """Files that were reconciled or begun, the newest first."""
    return portals.reconciliations(limit)


def count_portal_accounts() -> dict[str, dict[str, int]]:
    """Accounts by portal and state."""
    return portals.count_portal_accounts()


def waiting_accounts(
    wanted: PortalFilter, *, limit: int = 50, offset: int = 0
) -> tuple[PortalAccountData, ...]:
    """Accounts that wait for a decision within the filter's reach, in a steady order. The caller
    shows of them what says nothing about anybody, or journals."""
    return portals.waiting_accounts(wanted, limit=limit, offset=offset)


def count_waiting(wanted: PortalFilter) -> dict[str, int]:
    """How many of them wait for which reason."""
    return portals.count_waiting(wanted)


def count_with_portals(wanted: PortalFilter) -> dict[str, int]:
    """How many wait for their portal, which mends the line and sends it again (`PORTAL_MENDS`)."""
    return portals.count_with_portals(wanted)


def waiting_portals(wanted: PortalFilter) -> tuple[str, ...]:
    """Portals of which any waits within reach."""
    return portals.waiting_portals(wanted)


def open_waiting(
    key: UUID, *, reach: PortalFilter, actor: Actor
) -> tuple[PortalAccountData, PersonRecord | None]:
    """One that waits, with whoever's number it was opened with (None: nobody's, a protected
    person's, or beyond reach), journaled. Raises PortalAccountUnknown."""
    return deciding.open_waiting(key, reach=reach, actor=actor)


def decide_portal_account(
    key: UUID, decision: PortalDecision, *, reach: PortalFilter, actor: Actor
) -> PortalAccountData:
    """Link it to whoever has the decision's number, or to nobody; what the file said is erased.

    Raises PortalAccountUnknown, InvalidValue (`evidence_missing`), NotFound (`portal_number`),
    Refused (`portal_holder`, `own_eid`). The caller has checked that `actor` is police.
    """
    return deciding.decide_portal_account(key, decision, reach=reach, actor=actor)


def waiting_sheet(wanted: PortalFilter, *, actor: Actor) -> tuple[bytes, int]:
    """Up to 2,000 that wait as XLSX to be answered, and how many; journaled for each person."""
    return deciding.waiting_sheet(wanted, actor=actor)


def decide_by_sheet(content: bytes, *, reach: PortalFilter, actor: Actor) -> tuple[SheetLine, ...]:
    """Take the answers of a sheet, each line an action of its own; a line taken before is told as
    `portal_account_unknown`. Raises InvalidValue (`sheet_...`) for what is no such sheet."""
    return deciding.decide_by_sheet(content, reach=reach, actor=actor)


def portal_accounts_of(account: UUID) -> tuple[PortalAccountData, ...]:
    """Old accounts that go with an e-ID, for its holder."""
    return portals.portal_accounts_of(account)


def disown_portal_account(account: UUID, key: UUID) -> None:
    """The holder says that one is not theirs: police look at it. Raises PortalAccountUnknown."""
    deciding.disown(account, key)
