"""The citizen message (CongDan) of a look-up, as fields by their catalogue codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from xml.etree.ElementTree import Element

_BLOOD_UNKNOWN: Final = "00"
_PLAIN: Final = {
    "ethnicity": "DanToc",
    "religion": "TonGiao",
    "marital_status": "TinhTrangHonNhan",
    "nationality": "QuocTich",
}
_PLACES: Final = {"birth_registration_place": "NoiDangKyKhaiSinh", "home_place": "QueQuan"}
_KIN: Final = {
    "father": "Cha",
    "mother": "Me",
    "spouse": "VoChong",
    "representative": "NguoiDaiDien",
}


@dataclass(frozen=True, slots=True)
class Citizen:
    """What one message says: numbers, and values by field code in the shape of a share. A field
    that the message leaves empty is None; one that it cannot carry is not in `fields`."""

    number: str
    old_number: str
    as_of: str
    fields: dict[str, Any] = field(default_factory=dict)


def local(element: Element) -> str:
    """The name without its namespace: senders differ in it."""
    return str(element.tag).rpartition("}")[2]


def find(root: Element, name: str) -> Element | None:
    """The first element of that name at any depth."""
    return next((one for one in root.iter() if local(one) == name), None)


def read_citizen(element: Element) -> Citizen:
    """One CongDan."""
    number, old = _text(element, "SoDinhDanh"), _text(element, "SoCMND")
    fields: dict[str, Any] = {
        "number": number or None,
        "old_number": old or None,
        "full_name": _name(_child(element, "HoVaTen")) or None,
        "birth": _birth(_child(element, "NgayThangNamSinh")),
        "sex": int(sex) if (sex := _text(element, "GioiTinh")) in ("1", "2") else None,
        "blood_group": _blood(_text(element, "NhomMau")),
        "relation_to_head": _text(_child(element, "ChuHo"), "QuanHe") or None,
        "household_head": _relative(_child(element, "ChuHo")),
        "permanent_place": _residence(_child(element, "ThuongTru")),
        "current_place": _residence(_child(element, "NoiOHienTai")),
    }
    fields |= {code: _text(element, name) or None for code, name in _PLAIN.items()}
    fields |= {code: _place(_child(element, name)) for code, name in _PLACES.items()}
    fields |= {code: _relative(_child(element, name)) for code, name in _KIN.items()}
    return Citizen(number, old, _day(element.get("ThoiDiemDuLieu", "")), fields)


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((one for one in element if local(one) == name), None)


def _text(element: Element | None, name: str) -> str:
    found = _child(element, name)
    return "" if found is None else (found.text or "").strip()


def _name(element: Element | None) -> str:
    return " ".join(filter(None, (_text(element, part) for part in ("Ho", "ChuDem", "Ten"))))


def _birth(element: Element | None) -> str | None:
    return _day(_text(element, "NgayThangNam")) or _text(element, "Nam") or None


def _day(digits: str) -> str:
    """yyyymmdd[...] as ISO 8601; '' for anything else, a day that does not exist among it."""
    if not (digits[:8].isascii() and digits[:8].isdecimal()):
        return ""
    written = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    try:
        date.fromisoformat(written)
    except ValueError:
        return ""
    return written


def _blood(code: str) -> str | None:
    return None if code in ("", _BLOOD_UNKNOWN) else code


def _place(element: Element | None) -> dict[str, str | None] | None:
    code, detail = _text(element, "MaPhuongXa"), _text(element, "ChiTiet")
    return {"code": code or None, "detail": detail or None} if code or detail else None


def _residence(element: Element | None) -> dict[str, str | None] | None:
    """The commune as the sender wrote it; its code may be of an older map, so no newer is given."""
    code, detail = _text(element, "MaPhuongXa"), _text(element, "ChiTiet")
    if not code and not detail:
        return None
    names = ("commune", "map", "hamlet")
    return dict.fromkeys(names) | {"as_recorded": code or None, "detail": detail or None}


def _relative(element: Element | None) -> dict[str, str | None] | None:
    name = _name(_child(element, "HoVaTen"))
    number = _text(element, "SoDinhDanh") or _text(element, "SoCMND")
    return {"name": name or None, "number": number or None} if name or number else None
