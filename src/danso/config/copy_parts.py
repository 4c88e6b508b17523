"""What the modules above protection keep about a person, for the copy of everything."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel import clock
from danso.modules.cases import interface as cases
from danso.modules.cases.data import STATUS_NAMES, CaseData
from danso.modules.documents import interface as documents
from danso.modules.documents.data import PaperData
from danso.modules.protection import interface as protection
from danso.modules.protection.data import Part, Row
from danso.toolkit.platform import province

_FILES = {
    "code": "Mã hồ sơ",
    "procedure": "Mã thủ tục",
    "name": "Dịch vụ",
    "status": "Trạng thái",
    "unit": "Nơi giải quyết",
    "filed_at": "Nộp lúc",
    "due_at": "Hẹn trả",
    "ended_at": "Xong lúc",
    "outcome": "Kết quả",
    "reason": "Lý do",
}
_ANSWERS = {"code": "Mã hồ sơ", "field": "Mã mục", "name": "Mục", "value": "Nội dung", "by": "Từ"}
_PAPERS = {
    "kind": "Mã loại",
    "name": "Loại giấy tờ",
    "state": "Trạng thái",
    "symbol": "Số, ký hiệu",
    "issued_on": "Ngày cấp",
    "valid_until": "Có giá trị đến",
    "issuer": "Nơi cấp",
    "kept_at": "Lưu lúc",
    "file_code": "Mã hồ sơ",
    "sha256": "Mã băm SHA-256",
}


def use_home() -> None:
    """Have copies hold the files and papers of their person too."""
    protection.use_parts(parts_of)


def parts_of(keys: tuple[UUID, ...]) -> tuple[Part, ...]:
    """Files applied for, what was answered and held in them, papers of the store."""
    files = [
        cases.get_own_case(one.key, person) for person in keys for one in cases.cases_of((person,))
    ]
    papers = [paper for person in keys for paper in documents.papers_of(person, limit=10_000)]
    answers = [row for one in files for row in _answers(one)]
    return (
        Part("files", "Hồ sơ dịch vụ công đã nộp", _FILES, tuple(map(_file, files))),
        Part("answers", "Nội dung đã khai trong hồ sơ", _ANSWERS, tuple(answers)),
        Part("papers", "Giấy tờ đã lưu", _PAPERS, tuple(map(_paper, papers))),
    )


def _file(one: CaseData) -> Row:
    return {
        "code": one.code,
        "procedure": one.definition.code,
        "name": one.definition.vi,
        "status": STATUS_NAMES[one.status],
        "unit": one.listed.unit,
        "filed_at": _moment(one.listed.filed_at),
        "due_at": _moment(one.listed.due_at),
        "ended_at": _moment(one.ended_at),
        "outcome": one.outcome.value,
        "reason": one.reason,
    }


def _answers(one: CaseData) -> list[Row]:
    """What the applicant said, and what the state held of them; other people's data are theirs."""
    said = [
        {"code": one.code, "field": code, "name": _name(one.definition, code), "value": value}
        | {"by": "người nộp khai"}
        for code, value in one.answers.items()
    ]
    held = [
        {"code": one.code, "field": code, "name": _name(one.definition, code), "value": found.value}
        | {"by": found.source}
        for code, found in one.given.items()
        if found.value and _is_own(one.definition, code)
    ]
    return [*said, *held]


def _is_own(procedure: Procedure, code: str) -> bool:
    means = procedure.fields[code].means
    return means is not None and procedure.people[means.of].found == "applicant"


def _name(procedure: Procedure, code: str) -> str:
    return procedure.fields[code].vi


def _paper(one: PaperData) -> Row:
    kind = province().papers.by_code.get(one.kind)
    return {
        "kind": one.kind,
        "name": kind.vi if kind is not None else one.kind,
        "state": one.state.value,
        "symbol": one.index.symbol,
        "issued_on": _day(one.index.issued_on),
        "valid_until": _day(one.index.valid_until),
        "issuer": one.index.issuer,
        "kept_at": _moment(one.kept_at),
        "file_code": one.file_code,
        "sha256": one.sha256,
    }


def _day(value: date | None) -> str:
    return value.isoformat() if value is not None else ""


def _moment(value: datetime | None) -> str:
    return clock.local(value).isoformat(timespec="seconds") if value is not None else ""
