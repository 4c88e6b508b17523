"""Worklists: made per commune and hamlet, handed out as XLSX, read back line by line."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError, InvalidValue
from danso.kernel.text import fold, sort_key
from danso.modules.audit import interface as audit
from danso.modules.population import interface as population
from danso.modules.population.data import Correction as FieldCorrection
from danso.modules.population.data import (
    Grounds,
    NothingChanges,
    PersonRecord,
    columns_of,
    person_not_found,
)
from danso.modules.population.data import Scope as Reach
from danso.modules.sources.actions.correcting import Decider
from danso.modules.sources.data import (
    Answer,
    RowOutcome,
    RowState,
    WorklistFile,
    WorklistOrder,
    worklist_not_found,
)
from danso.modules.sources.engine.wording import commune_text, stored_text, written_value
from danso.modules.sources.models import Worklist, WorklistRow
from danso.modules.sources.rules import FIELDS_TO_CHECK, fields_to_check, may_answer
from danso.toolkit.platform import platform, province
from danso.toolkit.tables import sheets
from danso.toolkit.tables.sheets import Column, Line

MAX_PEOPLE: Final = 2000
ANSWERS: Final[dict[str, Answer]] = {"Đúng": "right", "Sai": "wrong", "Không tìm thấy": "not_found"}
COLUMNS: Final = (
    Column("STT", 6),
    Column("Mã dòng", 38),
    Column("Họ và tên", 28),
    Column("Ngày sinh", 12),
    Column("4 số cuối", 8),
    Column("Thôn, tổ dân phố", 18),
    Column("Địa chỉ", 24),
    Column("Trường cần kiểm tra", 24),
    Column("Giá trị đang lưu", 34),
    Column("Kết quả", 15, tuple(ANSWERS), is_for_answers=True),
    Column("Giá trị đúng", 30, is_for_answers=True),
    Column("Ghi chú", 24, is_for_answers=True),
)
# Who the officer at the door asks for, and where: each only where the purpose shows the field.
FINDING: Final = ("number", "permanent_place")
ROW_KEY, ANSWER, RIGHT_VALUE = "Mã dòng", "Kết quả", "Giá trị đúng"
GUIDE: Final = (
    "Cột Kết quả: chọn Đúng nếu giá trị đang lưu đúng; Sai nếu sai; Không tìm thấy nếu người này "
    "không còn ở địa chỉ đã ghi.",
    "Khi chọn Sai, ghi giá trị đúng vào cột Giá trị đúng. Dòng để trống Kết quả được coi là chưa "
    "kiểm tra và có thể gửi sau.",
    "Giá trị đang lưu để trống thì không chọn Đúng: chọn Sai và ghi giá trị đúng.",
    "Ngày sinh: ngày/tháng/năm, hoặc tháng/năm, hoặc chỉ năm. Giới tính: Nam hoặc Nữ.",
    "Nơi thường trú: xã|thôn|địa chỉ, ví dụ: Phường A|Tổ dân phố 1|Số nhà 12.",
    "Ngày chết hoặc mất tích: khi chọn Sai, ghi ngày chết. Nơi tạm trú: khi chọn Sai, ghi ngày hết "
    "hạn mới, hoặc ghi Không nếu người này không còn tạm trú.",
    "Không sửa cột Mã dòng. Gửi lại tệp hai lần không gây hại. Nếu dữ liệu đã thay đổi từ khi lập "
    "danh sách, dòng đó không được nhận và cần kiểm tra lại.",
)


@dataclass(frozen=True)
class _Given:
    """What one line of a returned sheet says."""

    answer: Answer
    value: str

    def digest(self, row: UUID) -> str:
        """The same answer about the same row again: the same digest."""
        text = f"{row}|{self.answer}|{fold(self.value)}"
        return hashlib.sha256(text.encode()).hexdigest()


def make_worklist(
    order: WorklistOrder, *, actor: Actor, grounds: Grounds, communes: tuple[str, ...] | None
) -> UUID:
    opening = _on(grounds).entry("sources.worklist_make", actor, outcome="made")
    with audit.carried_out(opening) as ledger:
        rows = _rows_for(order, communes)
        made: Worklist = Worklist.objects.create(
            commune=order.commune,
            hamlet=order.hamlet or "",
            measure=order.measure,
            made_at=clock.now(),
            made_by=actor.id,
        )
        WorklistRow.objects.bulk_create(
            WorklistRow(worklist=made, person=person.key, field=field, version=person.version)
            for person, field in rows
        )
        ledger.detail = {"worklist": str(made.key), "rows": len(rows)}
    key: UUID = made.key
    return key


def _rows_for(
    order: WorklistOrder, communes: tuple[str, ...] | None
) -> list[tuple[PersonRecord, str]]:
    if order.measure not in FIELDS_TO_CHECK:
        raise InvalidValue(
            "This measure cannot be checked from door to door.",
            code="measure_not_checkable",
            fix="Open each person's record from the list instead.",
        )
    reach = Reach(communes=communes)
    faulty = population.list_faulty(
        order.measure, order.commune, reach, limit=MAX_PEOPLE if order.hamlet is None else 100_000
    )
    keys = [one.person for one in faulty if order.hamlet is None or one.hamlet == order.hamlet]
    people = population.people_by_keys(keys[:MAX_PEOPLE])
    rows = [
        (people[key], field)
        for key in keys
        if key in people
        for field in fields_to_check(order.measure, people[key].flags)
    ]
    if not rows:
        raise InvalidValue(
            "Nobody is left to check here.",
            code="worklist_empty",
            fix="Choose another hamlet or another measure.",
        )
    return rows


def worklist_file(
    key: UUID, *, actor: Actor, grounds: Grounds, communes: tuple[str, ...] | None
) -> WorklistFile:
    """What is still unanswered and has not changed since; journaled for each person on it."""
    on = _on(grounds)
    detail = {"worklist": str(key)}
    opening = on.entry("sources.worklist_file", actor, outcome="made", detail=detail)
    with audit.carried_out(opening) as ledger:
        made = _reachable(key, communes)
        finding = _finding(grounds)
        waiting = WorklistRow.objects.filter(worklist=made, digest="")
        people = population.people_by_keys(row.person for row in waiting)
        listed = [
            (row, people[row.person])
            for row in waiting
            if row.person in people and _is_listed(row, people[row.person])
        ]
        listed.sort(key=_by_hamlet_and_name)
        ledger.detail = {"rows": len(listed)}
        ledger.entries = [
            on.entry(
                "sources.worklist_row",
                actor,
                outcome="listed",
                subject=row.person,
                fields=tuple(dict.fromkeys(("full_name", "birth", *finding, row.field))),
                detail=detail,
            )
            for row, _ in listed
        ]
    content = sheets.write(_title(made), COLUMNS, _cells(listed, finding), GUIDE)
    name = f"danh-sach-{made.commune}-{made.made_at:%Y%m%d}-{str(key)[-6:]}.xlsx"
    return WorklistFile(name, content, len(listed))


def _by_hamlet_and_name(pair: tuple[WorklistRow, PersonRecord]) -> tuple[str, str, UUID, str]:
    row, person = pair
    return sort_key(person.hamlet or ""), person.sort_key, person.key, row.field


def _is_listed(row: WorklistRow, person: PersonRecord) -> bool:
    return not person.protected and not _is_stale(row, person)


def _finding(grounds: Grounds) -> tuple[str, ...]:
    """What helps to find a person at the door, as far as the purpose shows it."""
    purpose = province().purposes.get(grounds.purpose)
    return tuple(field for field in FINDING if purpose is not None and field in purpose.share)


def _found_by(person: PersonRecord, finding: tuple[str, ...]) -> list[str]:
    """The number's last four digits only: the sheet is printed and carried from door to door."""
    has_place = "permanent_place" in finding
    return [
        (person.number or "")[-4:] if "number" in finding else "",
        (person.hamlet or "") if has_place else "",
        (person.address or "") if has_place else "",
    ]


def _cells(
    listed: list[tuple[WorklistRow, PersonRecord]], finding: tuple[str, ...]
) -> list[list[str]]:
    here = province()
    return [
        [
            str(number),
            str(row.key),
            person.full_name,
            stored_text(here, "birth", person),
            *_found_by(person, finding),
            here.field(row.field).vi,
            stored_text(here, row.field, person),
            "",
            "",
            "",
        ]
        for number, (row, person) in enumerate(listed, start=1)
    ]


def _title(made: Worklist) -> str:
    place = ", ".join(
        part for part in (made.hamlet, commune_text(province(), made.commune)) if part
    )
    return f"Danh sách cần kiểm tra: {place} (lập {clock.local(made.made_at):%d/%m/%Y})"


def read_worklist(content: bytes, *, decider: Decider, grounds: Grounds) -> list[RowOutcome]:
    """Each line in a transaction of its own: what is right stays, whatever follows it."""
    opening = _on(grounds).entry(
        "sources.worklist_read",
        decider.actor,
        outcome="read",
        detail={"sha256": hashlib.sha256(content).hexdigest()},
    )
    with audit.refusals_journaled(opening):
        lines = sheets.read(content, (ROW_KEY, ANSWER, RIGHT_VALUE))
    outcomes = [_read_line(line, decider, grounds) for line in lines]
    with audit.carried_out(opening) as ledger:
        ledger.detail = dict(Counter(outcome.outcome for outcome in outcomes))
    return outcomes


def _read_line(line: Line, decider: Decider, grounds: Grounds) -> RowOutcome:
    answer, value = line.cells[ANSWER], line.cells[RIGHT_VALUE]
    try:
        key = UUID(line.cells[ROW_KEY])
    except ValueError:
        return RowOutcome(line.number, "unknown_row", "row_key_unreadable")
    if not answer:
        return RowOutcome(line.number, "bad" if value else "no_answer", "answer_missing")
    known = {fold(word): code for word, code in ANSWERS.items()}.get(fold(answer))
    if known is None:
        return RowOutcome(line.number, "bad", "answer_unknown")
    if known == "wrong" and not value:
        return RowOutcome(line.number, "bad", "value_missing")
    given = _Given(known, value if known == "wrong" else "")
    opening = _on(grounds).entry(
        "sources.worklist_answer", decider.actor, outcome=known, detail={"row": str(key)}
    )
    try:
        with audit.refusals_journaled(opening), transaction.atomic():
            state, reason = _answer_row(key, given, decider, grounds)
    except DansoError as refusal:
        return RowOutcome(line.number, "bad", refusal.code)
    return RowOutcome(line.number, state, reason)


def _answer_row(
    key: UUID, given: _Given, decider: Decider, grounds: Grounds
) -> tuple[RowState, str]:
    rows = WorklistRow.objects.select_for_update(of=("self",)).select_related("worklist")
    if decider.communes is not None:
        rows = rows.filter(worklist__commune__in=decider.communes)
    row = rows.filter(key=key).first()
    if row is None:
        return "unknown_row", "row_unknown"
    if not may_answer(row.field, decider.roles):
        return "bad", "correction_not_yours"
    digest = given.digest(key)
    if row.digest:
        return ("already", "") if row.digest == digest else ("bad", "answered_otherwise")
    person = population.find_person(row.person)
    if person is None or person.protected:
        raise person_not_found()
    if _is_stale(row, person):
        return "stale", "value_changed"
    if given.answer == "right" and not stored_text(province(), row.field, person):
        return "bad", "value_empty"
    state = _carry_out(row, person, given, decider, grounds)
    row.answer, row.digest = given.answer, digest
    row.answered_at, row.answered_by = clock.now(), decider.actor.id
    row.save(update_fields=["answer", "digest", "answered_at", "answered_by"])
    audit.record(
        _on(grounds).entry(
            "sources.worklist_answer",
            decider.actor,
            outcome=given.answer,
            subject=row.person,
            fields=(row.field,),
            detail={"worklist": str(row.worklist.key), "row": str(row.key)},
        )
    )
    return state, ""


def _carry_out(
    row: WorklistRow, person: PersonRecord, given: _Given, decider: Decider, grounds: Grounds
) -> RowState:
    """The change an answer means, with the worklist as its evidence."""
    why = replace(grounds, reason="worklist", evidence=f"worklist {row.worklist.key}")
    reach = Reach(communes=decider.communes)
    if given.answer == "wrong":
        _correct(row, given.value, decider, why, reach)
        return "applied"
    if given.answer == "not_found":
        return _flag(person, "permanent_place", decider, why, reach)
    if person.flags.get(row.field) == "unverified":
        population.mark_field(
            row.person, row.field, None, actor=decider.actor, grounds=why, scope=reach
        )
        return "applied"
    if platform().register_mode == "authority":
        population.confirm_person(row.person, actor=decider.actor, grounds=why, scope=reach)
    return "confirmed"


def _correct(row: WorklistRow, text: str, decider: Decider, why: Grounds, reach: Reach) -> None:
    value = written_value(province(), row.field, text)
    if row.field == "death":
        day = PartialDate.from_iso(str(value))
        population.record_death(row.person, day, actor=decider.actor, grounds=why, scope=reach)
        return
    correction = FieldCorrection(row.field, value)
    population.correct_field(row.person, correction, actor=decider.actor, grounds=why, scope=reach)


def _flag(
    person: PersonRecord, field: str, decider: Decider, why: Grounds, reach: Reach
) -> RowState:
    """Who was not found at the address: the residence is doubtful until somebody knows better."""
    if field in person.flags:
        return "confirmed"
    try:
        population.mark_field(
            person.key, field, "unverified", actor=decider.actor, grounds=why, scope=reach
        )
    except NothingChanges:
        return "confirmed"
    return "applied"


def _is_stale(row: WorklistRow, person: PersonRecord) -> bool:
    """Whether the value in doubt, the life or the record itself changed since the list was made.

    Compared by field: correcting a person's sex from a list leaves the line about their birth good.
    """
    if person.merged_into is not None:
        return True
    if person.version == row.version:
        return False
    watched = {*columns_of(row.field), "status"}
    return any(
        before != after
        for entry in population.history_of(row.person)
        if entry.seq > row.version
        for column, (before, after) in entry.changes.items()
        if column in watched
    )


def _reachable(key: UUID, communes: tuple[str, ...] | None) -> Worklist:
    found = Worklist.objects.filter(key=key)
    if communes is not None:
        found = found.filter(commune__in=communes)
    made: Worklist | None = found.first()
    if made is None:
        raise worklist_not_found()
    return made


def _on(grounds: Grounds) -> Grounds:
    """The caller's grounds, said to the journal as work on lists."""
    return replace(grounds, service="worklists")
