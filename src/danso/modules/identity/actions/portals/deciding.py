"""Old accounts that wait: police decide whose each is, one by one or by a sheet that comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError, InvalidValue, NotFound, Refused
from danso.kernel.text import fold
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import eids
from danso.modules.identity.actions.judging import standing_of
from danso.modules.identity.data import (
    PORTAL_REASONS,
    PortalAccountData,
    PortalAccountUnknown,
    PortalDecision,
    PortalFilter,
    PortalReason,
    PortalState,
    SheetLine,
)
from danso.modules.identity.models import Account, Citizen, PortalAccount
from danso.modules.identity.queries import portals as queries
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.population.data import Scope as Reach
from danso.toolkit.tables import sheets
from danso.toolkit.tables.sheets import Column

MOST_LINES: Final = 2000
KEY, ANSWER, NUMBER, EVIDENCE = "Mã dòng", "Kết quả", "Số định danh đúng", "Căn cứ"
LINK, NOBODY = "Liên kết", "Không phải"
COLUMNS: Final = (
    Column(KEY, 38),
    Column("Cổng", 24),
    Column("Lý do", 28),
    Column("Tài khoản", 22),
    Column("Họ tên cổng ghi", 28),
    Column("Ngày sinh cổng ghi", 14),
    Column("Số cổng ghi", 16),
    Column(ANSWER, 14, (LINK, NOBODY), is_for_answers=True),
    Column(NUMBER, 18, is_for_answers=True),
    Column(EVIDENCE, 30, is_for_answers=True),
)
GUIDE: Final = (
    "Kết quả: chọn Liên kết nếu tài khoản là của người có số định danh ghi ở cột Số định danh "
    "đúng; chọn Không phải nếu tài khoản không phải của ai trong sổ, hoặc mở bằng số người khác.",
    "Căn cứ: giấy tờ đã xem. Dòng để trống Kết quả được coi là chưa xem.",
    "Không sửa cột Mã dòng. Gửi lại tệp hai lần không gây hại.",
)
FIELDS: Final = ("number", "full_name", "birth")


def decide_portal_account(
    key: UUID, decision: PortalDecision, *, reach: PortalFilter, actor: Actor
) -> PortalAccountData:
    """See interface."""
    with carried_out(eids.entry(actor, "portal_decided", portal_account=str(key))) as ledger:
        row = queries.waiting(reach).select_for_update().filter(pk=key).first()
        if row is None:
            raise PortalAccountUnknown
        if not decision.evidence.strip():
            raise InvalidValue(
                "What was seen is not written down.",
                code="evidence_missing",
                fix="Say which card or paper you saw.",
            )
        ledger.detail["portal"] = row.portal
        ledger.subject = row.person
        if decision.number:
            _link(row, decision.number, reach, actor, ledger)
        else:
            row.state, row.reason = PortalState.REJECTED.value, PortalReason.NOT_THEIRS.value
        ledger.fields = FIELDS
        ledger.detail["result"] = row.state
        row.sealed, row.evidence = "", decision.evidence.strip()[:200]
        row.decided_at, row.decided_by = clock.now(), actor.id
        row.save()
        return queries.portal_account_data(row)


def _link(
    row: PortalAccount, number: str, reach: PortalFilter, actor: Actor, ledger: Ledger
) -> None:
    person = _holder(number, reach)
    ledger.subject = person.key
    own = Account.objects.filter(pk=actor.id).values_list("person", flat=True).first()
    if own is not None and own == person.key:
        raise Refused("Nobody decides about their own.", code="own_eid", fix="Leave it to another.")
    standing = standing_of(person)
    if standing.life != "alive" or standing.age < rules.OWN_FROM:
        raise Refused(
            "This person may not hold an account alone.",
            code="portal_holder",
            fix="Of the dead and of children under 14 no old account is linked: choose nobody.",
        )
    row.person, row.commune = person.key, person.commune or ""
    row.state, row.reason = PortalState.LINKED.value, PortalReason.OFFICER.value
    row.account_id = (
        Citizen.objects.filter(account__person=person.key, is_open=True)
        .values_list("pk", flat=True)
        .first()
    )


def _holder(number: str, reach: PortalFilter) -> PersonRecord:
    communes = None if reach.communes is None else tuple(reach.communes)
    try:
        found = population.find_by_number(number, Reach(communes=communes))
    except InvalidValue:
        found = None
    if found is None or found.outcome != "active" or len(found.people) != 1:
        raise NotFound(
            "Nobody within your reach has this number now.",
            code="portal_number",
            fix="Type the 12 digits of the card; see the register for who they are.",
        )
    return found.people[0]


def disown(account: UUID, key: UUID) -> None:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(eids.entry(actor, "portal_disowned", account=str(account))) as ledger:
        row = (
            PortalAccount.objects.select_for_update()
            .filter(pk=key, account_id=account, state__in=queries.STANDING)
            .first()
        )
        if row is None:
            raise PortalAccountUnknown
        ledger.subject = row.person
        ledger.detail["portal"] = row.portal
        row.state, row.reason = PortalState.OPEN.value, PortalReason.DISOWNED.value
        row.account, row.decided_at = None, clock.now()
        row.decided_by = str(account)
        row.save(update_fields=["state", "reason", "account", "decided_at", "decided_by"])


def open_waiting(
    key: UUID, *, reach: PortalFilter, actor: Actor
) -> tuple[PortalAccountData, PersonRecord | None]:
    """See interface."""
    with carried_out(eids.entry(actor, "portal_opened", portal_account=str(key))) as ledger:
        found = queries.get_waiting(key, reach)
        person = _candidate(found, reach)
        ledger.subject = found.person
        ledger.fields = FIELDS if person else ()
        return found, person


def _candidate(found: PortalAccountData, reach: PortalFilter) -> PersonRecord | None:
    """Whose number it was opened with, unless hidden or beyond reach by now."""
    if found.person is None:
        return None
    person = population.people_by_keys([found.person]).get(found.person)
    if person is None or person.protected:
        return None
    is_near = reach.communes is None or person.commune in reach.communes
    return person if is_near else None


def waiting_sheet(wanted: PortalFilter, *, actor: Actor) -> tuple[bytes, int]:
    """See interface."""
    with carried_out(eids.entry(actor, "portal_sheet")) as ledger:
        rows = queries.waiting_accounts(wanted, limit=MOST_LINES)
        ledger.detail["rows"] = len(rows)
        ledger.entries = [
            replace(
                eids.entry(actor, "portal_listed", subject=row.person, portal=row.portal),
                outcome="listed",
            )
            for row in rows
            if row.person is not None
        ]
    cells = [
        [
            str(row.key),
            row.portal,
            PORTAL_REASONS[row.reason],
            row.claim.login,
            row.claim.full_name,
            row.claim.birth,
            row.claim.number,
            "",
            "",
            "",
        ]
        for row in rows
    ]
    return sheets.write("Tài khoản cũ chờ xác định chủ", COLUMNS, cells, GUIDE), len(rows)


def decide_by_sheet(content: bytes, *, reach: PortalFilter, actor: Actor) -> tuple[SheetLine, ...]:
    """See interface."""
    told: list[SheetLine] = []
    for line in sheets.read(content, [KEY, ANSWER, NUMBER, EVIDENCE]):
        if not line.cells[ANSWER]:
            continue
        try:
            _take(line.cells, reach, actor)
        except DansoError as error:
            told.append(SheetLine(line.number, error))
        else:
            told.append(SheetLine(line.number))
    return tuple(told)


def _take(cells: dict[str, str], reach: PortalFilter, actor: Actor) -> None:
    answer = fold(cells[ANSWER])
    if answer not in (fold(LINK), fold(NOBODY)):
        raise InvalidValue(
            "That is no answer.", code="sheet_answer", fix=f"Choose {LINK} or {NOBODY}."
        )
    links = answer == fold(LINK)
    if links and not cells[NUMBER]:
        raise InvalidValue(
            "Without a number nobody is linked.", code="portal_number_missing", fix=f"See {NUMBER}."
        )
    try:
        key = UUID(cells[KEY])
    except ValueError:
        raise PortalAccountUnknown from None
    decision = PortalDecision(cells[NUMBER] if links else "", cells[EVIDENCE])
    decide_portal_account(key, decision, reach=reach, actor=actor)
