"""What waits for a source's owner as XLSX: handed out, answered in a spreadsheet, read back."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.errors import DansoError
from danso.kernel.text import fold
from danso.modules.audit import interface as audit
from danso.modules.population.data import Grounds
from danso.modules.sources.actions.mismatching import (
    SERVICE,
    Said,
    answer_mismatch,
    register_field,
)
from danso.modules.sources.data import (
    Owner,
    OwnersAnswer,
    RowOutcome,
    WorklistFile,
    mismatch_changed,
    mismatch_not_yours,
    source_locked,
)
from danso.modules.sources.engine.wording import code_text, commune_text, day_text, life_text
from danso.modules.sources.models import Mismatch, MismatchStep
from danso.modules.sources.queries.quality import as_seen, shown_mismatches
from danso.toolkit.platform import province
from danso.toolkit.tables import sheets
from danso.toolkit.tables.sheets import Column, Line

MAX_ROWS: Final = 4_000
ANSWERS: Final[dict[str, OwnersAnswer]] = {"Đã sửa": "corrected", "Nguồn đúng": "right"}
KINDS: Final = {
    "tone": "khác dấu",
    "order": "đảo chữ",
    "partial": "thiếu một phần",
    "swapped": "đảo ngày, tháng",
    "year": "khác năm",
    "earlier": "số cũ của người này",
    "dead": "đã chết",
    "contradicts": "trái bản ghi kia",
    "other": "khác",
}
COLUMNS: Final = (
    Column("STT", 6),
    Column("Mã dòng", 38),
    Column("Mã bản ghi", 20),
    Column("Trường", 22),
    Column("Nguồn đang ghi", 30),
    Column("Dân cư đang lưu", 30),
    Column("Khác thế nào", 16),
    Column("Hạn trả lời", 12),
    Column("Kết quả", 14, tuple(ANSWERS), is_for_answers=True),
    Column("Căn cứ", 34, is_for_answers=True),
    Column("Ghi chú", 24, is_for_answers=True),
)
ROW_KEY, ANSWER, PROOF, NOTE = "Mã dòng", "Kết quả", "Căn cứ", "Ghi chú"
SAID, HELD = "Nguồn đang ghi", "Dân cư đang lưu"
GUIDE: Final = (
    "Cột Kết quả: chọn Đã sửa nếu đã sửa bản ghi ở nguồn; lần nạp sau khớp thì dòng tự khép lại.",
    "Chọn Nguồn đúng nếu nguồn đúng và dân cư sai: ghi giấy tờ làm căn cứ vào cột Căn cứ. Công an "
    "nơi cư trú xem xét; không thống nhất thì cấp tỉnh quyết định.",
    "Dòng để trống Kết quả được coi là chưa trả lời và có thể gửi sau.",
    "Không sửa cột Mã dòng. Gửi lại tệp hai lần không gây hại.",
)


def mismatch_file(code: str, *, owner: Owner, grounds: Grounds) -> WorklistFile:
    source = province().source(code)
    on = replace(grounds, service=SERVICE)
    detail = {"source": code}
    opening = on.entry("sources.mismatch_file", owner.actor, outcome="made", detail=detail)
    with audit.carried_out(opening) as ledger:
        _check(code, owner)
        rows = list(
            shown_mismatches().filter(source=code, state="asked").order_by("due", "key")[:MAX_ROWS]
        )
        ledger.detail = {"rows": len(rows)}
        ledger.entries = [
            on.entry(
                "sources.mismatch_row",
                owner.actor,
                outcome="listed",
                subject=row.person,
                fields=(register_field(row),),
                detail=detail,
            )
            for row in rows
        ]
    cells = [_cells(number, row) for number, row in enumerate(rows, start=1)]
    today = clock.today()
    title = f"Sai lệch với dân cư: {source.vi} (lập {today:%d/%m/%Y})"
    content = sheets.write(title, COLUMNS, cells, GUIDE)
    return WorklistFile(f"sai-lech-{code}-{today:%Y%m%d}.xlsx", content, len(rows))


def value_text(field: str, value: str) -> str:
    """A value as people read it, by the register's field: a code by its name, a day as written."""
    if field == "permanent_place":
        return commune_text(province(), value)
    if field == "death":
        return life_text(value)
    return day_text(value) if field == "birth" else code_text(province(), field, value)


def read_mismatches(
    content: bytes, *, code: str, owner: Owner, grounds: Grounds
) -> list[RowOutcome]:
    """Each line in a transaction of its own: what is right stays, whatever follows it."""
    opening = replace(grounds, service=SERVICE).entry(
        "sources.mismatch_read",
        owner.actor,
        outcome="read",
        detail={"source": code, "sha256": hashlib.sha256(content).hexdigest()},
    )
    with audit.refusals_journaled(opening):
        _check(code, owner)
        lines = sheets.read(content, (ROW_KEY, SAID, HELD, ANSWER, PROOF))
    outcomes = [_read_line(line, code, owner) for line in lines]
    with audit.carried_out(opening) as ledger:
        ledger.detail = dict(Counter(one.outcome for one in outcomes))
    return outcomes


def _check(code: str, owner: Owner) -> None:
    if province().is_locked(code):
        raise source_locked(code)
    if not owner.speaks_for(province().source(code).owner):
        raise mismatch_not_yours()


def _cells(number: int, row: Mismatch) -> list[str]:
    field = register_field(row)
    return [
        str(number),
        str(row.key),
        row.record,
        province().source(row.source).compared[row.field].vi,
        value_text(field, row.said),
        value_text(field, row.held),
        KINDS[row.kind],
        f"{row.due:%d/%m/%Y}" if row.due else "",
        "",
        "",
        "",
    ]


def _read_line(line: Line, code: str, owner: Owner) -> RowOutcome:
    answer, proof = line.cells[ANSWER], line.cells[PROOF]
    if not answer:
        return RowOutcome(line.number, "bad" if proof else "no_answer", "answer_missing")
    known = {fold(word): one for word, one in ANSWERS.items()}.get(fold(answer))
    if known is None:
        return RowOutcome(line.number, "bad", "answer_unknown")
    row = _row_of(line, code)
    if row is None:
        return RowOutcome(line.number, "unknown_row", "row_unknown")
    if row.state == "closed" or _is_said(row, known):
        return RowOutcome(line.number, "already")
    given, seen = Said(line.cells.get(NOTE, ""), proof), as_seen(row.key, row.said, row.held)
    try:
        if not _is_as_listed(row, line):
            raise mismatch_changed()
        answer_mismatch(row.key, known, given, owner=owner, seen=seen)
    except DansoError as refusal:
        return RowOutcome(line.number, "bad", refusal.code)
    return RowOutcome(line.number, "applied")


def _row_of(line: Line, code: str) -> Mismatch | None:
    try:
        key = UUID(line.cells[ROW_KEY])
    except ValueError:
        return None
    return shown_mismatches().filter(key=key, source=code).first()


def _is_as_listed(row: Mismatch, line: Line) -> bool:
    """Whether both values are still those that the list shows."""
    field = register_field(row)
    shown = ((SAID, row.said), (HELD, row.held))
    return all(fold(line.cells[head]) == fold(value_text(field, value)) for head, value in shown)


def _is_said(row: Mismatch, answer: OwnersAnswer) -> bool:
    """Whether this very answer is the last thing that was said."""
    last = MismatchStep.objects.filter(mismatch=row).order_by("-at", "-key").first()
    return last is not None and last.said == answer
