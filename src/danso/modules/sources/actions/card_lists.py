"""Who must have a card and has none that is valid, as a list for the commune police."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.population import interface as population
from danso.modules.population.data import CardDue, Grounds, Scope
from danso.modules.sources.data import WorklistFile
from danso.modules.sources.engine.wording import commune_text, day_text
from danso.toolkit.platform import province
from danso.toolkit.tables import sheets
from danso.toolkit.tables.sheets import Column

MAX_PEOPLE: Final = 5000
SHOWN: Final = ("full_name", "birth", "permanent_place", "card")
REASONS: Final = {"no_card": "Chưa có thẻ", "expired": "Thẻ hết hạn"}
COLUMNS: Final = (
    Column("STT", 6),
    Column("Họ và tên", 30),
    Column("Ngày sinh", 12),
    Column("Thôn, tổ dân phố", 26),
    Column("Tình trạng", 16),
    Column("Hết hạn ngày", 14),
    Column("Hẹn làm thẻ", 16, is_for_answers=True),
    Column("Ghi chú", 30, is_for_answers=True),
)


def card_list_file(
    commune: str,
    *,
    hamlet: str | None,
    actor: Actor,
    grounds: Grounds,
    communes: tuple[str, ...] | None,
) -> WorklistFile:
    on = replace(grounds, service="worklists")
    with audit.carried_out(on.entry("sources.card_list", actor, outcome="made")) as ledger:
        due = population.list_card_due(
            commune, Scope(communes=communes), hamlet=hamlet, limit=MAX_PEOPLE
        )
        ledger.detail = {"commune": commune, "rows": len(due)}
        ledger.entries = [
            on.entry(
                "sources.card_list_row", actor, outcome="listed", subject=one.person, fields=SHOWN
            )
            for one in due
        ]
    place = ", ".join(part for part in (hamlet, commune_text(province(), commune)) if part)
    title = f"Người cần cấp, đổi thẻ căn cước: {place} ({clock.today():%d/%m/%Y})"
    rows = [_cells(number, one) for number, one in enumerate(due, start=1)]
    name = f"can-cap-the-{commune}-{clock.today():%Y%m%d}.xlsx"
    return WorklistFile(name, sheets.write(title, COLUMNS, rows), len(rows))


def _cells(number: int, one: CardDue) -> list[str]:
    return [
        str(number),
        one.full_name,
        day_text(one.birth),
        one.hamlet or "",
        REASONS[one.reason],
        day_text(one.expires.isoformat()) if one.expires else "",
        "",
        "",
    ]
