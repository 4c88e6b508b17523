"""The verification record as a page for the file: PDF/A made by typst, in Vietnamese."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typst

from danso.toolkit.platform import province
from danso.wire.reasons import REASONS

log = logging.getLogger(__name__)
TEMPLATE: Final = Path(__file__).with_name("record_page.typ")
_LIVES: Final = {"alive": "còn sống", "dead": "đã mất", "missing": "bị tuyên bố mất tích"}
# Of a place, a relative, a fact, a card, an end of life: what is said first comes first.
_ORDER: Final = (
    *("detail", "hamlet", "commune", "code", "name", "value", "kind", "status", "date", "number"),
    *("issued", "expires", "since", "until"),
)
_PROOF_NOTE: Final = (
    "Trang này do máy lập từ bản ghi điện tử; bản ghi điện tử là bản gốc. Kiểm tra bản ghi bằng "
    "khóa công khai của nhật ký: danso journal check-record TỆP. Khớp hay không khớp được so với "
    "cơ sở dữ liệu tại thời điểm hỏi."
)


def record_page(sealed: Mapping[str, Any]) -> bytes | None:
    """The PDF of a sealed record; None where it could not be made: others must not wait."""
    data = json.dumps(_page(sealed), ensure_ascii=False)
    try:
        made: bytes = typst.compile(
            TEMPLATE.read_bytes(),
            sys_inputs={"data": data},
            # Its own fonts have every Vietnamese letter; a machine's might not.
            ignore_system_fonts=True,
            pdf_standards="a-2u",
        )
    except typst.TypstError:
        # Its message may quote what is on the page.
        log.warning("no page could be made of record %s", sealed["record"]["key"])
        return None
    return made


def _page(sealed: Mapping[str, Any]) -> dict[str, Any]:
    record, seal = sealed["record"], sealed["seal"]
    case = record["case"]
    court = province().agencies.get(case["court"])
    head = [
        ("Số hồ sơ vụ án", case["number"]),
        (
            "Tòa án",
            " – ".join(filter(None, (court.vi if court else case["court"], case["division"]))),
        ),
        ("Mục đích", _purpose(record["purpose"])),
        ("Thủ tục; cán bộ", f"{case['procedure']}; {case['officer']}"),
        ("Thời điểm hỏi (giờ UTC)", f"{record['asked_at'][11:19]} {_day(record['asked_at'][:10])}"),
        ("Dữ liệu tính đến", _day(record["as_of"]) if record["as_of"] else "thời điểm hỏi"),
        ("Mã biên bản", record["key"]),
    ]
    proof = [
        ("Vị trí trong nhật ký", str(seal["position"])),
        ("Giá trị băm (SHA-256)", sealed["digest"]),
        ("Đầu cây đã ký", _folded(sealed["head"].strip())),
    ]
    return {
        "date": [int(part) for part in record["asked_at"][:10].split("-")],
        "title": "Biên bản xác thực người tham gia tố tụng",
        "footer": f"Biên bản {record['key']}",
        "head": head,
        "parties": [_party(place, one) for place, one in enumerate(record["parties"], 1)],
        "proof_title": "Bằng chứng trong nhật ký",
        "proof": proof,
        "proof_note": _PROOF_NOTE,
    }


def _party(place: int, party: Mapping[str, Any]) -> dict[str, Any]:
    role = province().courts.role(party["role"])
    asked = party["asked"]
    rows = [
        ("Hồ sơ nêu", f"{asked['full_name']}, {asked['number']}, {_day(asked['birth'])}"),
        ("Kết quả", _reason(party["code"])),
        *((_field(code), _reason(answer)) for code, answer in party["answers"].items()),
    ]
    told = party["told"]
    if told is not None:
        rows.append(("Tình trạng", _LIVES.get(told["life"], told["life"])))
        for code, value in (*told["fields"].items(), *told["facts"].items()):
            rows.append((f"{_field(code)} (được cấp)", _told(code, value)))
        if told["unknown"]:
            rows.append(("Không rõ vào ngày đó", ", ".join(map(_field, told["unknown"]))))
    rows.append(("Dòng nhật ký", str(party["journal_position"])))
    return {"title": f"{place}. {role.vi if role else party['role']}", "rows": rows}


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def _folded(text: str) -> str:
    """Lines that fit the page: a signature is one long word."""
    return "\n".join(
        line[at : at + 56] for line in text.split("\n") for at in range(0, max(1, len(line)), 56)
    )


def _reason(code: str) -> str:
    reason = REASONS.get(code)
    return reason.vi if reason else code


def _field(code: str) -> str:
    field = province().fields.get(code)
    if field is not None:
        return field.vi
    fact = province().facts.get(code)
    return fact.vi if fact else code


def _purpose(code: str) -> str:
    purpose = province().purposes.get(code)
    return purpose.vi if purpose else code


def _told(code: str, value: object) -> str:
    """A coded value by its name in the list."""
    field = province().fields.get(code)
    if field is not None and field.code_list and value is not None:
        rows = province().code_list(field.code_list).rows
        return next((row.vi for row in rows if row.code == str(value)), str(value))
    return _value(value)


def _value(value: object) -> str:
    if value is None:
        return "không có"
    if isinstance(value, Mapping):
        commune = province().units.by_code.get(str(value.get("commune")))
        shown = {**value, "commune": commune.name if commune else value.get("commune")}
        kept = [str(shown[name]) for name in _ORDER if shown.get(name)]
        return ", ".join(kept) or "không có"
    if isinstance(value, list):
        return "; ".join(map(_value, value))
    return str(value)
