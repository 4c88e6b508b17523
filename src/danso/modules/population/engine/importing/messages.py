"""Citizen messages (QCVN 109:2017 in practice): a collection of CongDan, read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

import polars as pl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from danso.toolkit.tables.files import Sheet, unreadable
from danso.toolkit.tables.frames import Row, frames_of

CITIZEN: Final = "CongDan"
MOST_CITIZENS: Final = 2_000_000
# Path in the message -> column. A name comes whole in Ten, or in its three parts.
PATHS: Final = {
    "SoDinhDanh": "number",
    "SoCMND": "old_number",
    "HoVaTen": "full_name",
    "GioiTinh": "sex",
    "DanToc": "ethnicity",
    "TonGiao": "religion",
    "TinhTrangHonNhan": "marital_status",
    "NhomMau": "blood_group",
    "NgayThangNamSinh": "birth",
    "NoiDangKyKhaiSinh": "birth_registration_place",
    "QueQuan": "origin",
    "ThuongTru/MaPhuongXa": "commune_recorded",
    "ThuongTru/MaQuanHuyen": "district_name",
    "ThuongTru": "address",
    "QuocTich": "nationality",
    "Cha": "father_name",
    "Cha/SoDinhDanh": "father_number",
    "Me": "mother_name",
    "Me/SoDinhDanh": "mother_number",
    "VoChong": "spouse_name",
    "VoChong/SoDinhDanh": "spouse_number",
    "ChuHo/QuanHe": "relation",
    "ChuHo/SoDinhDanh": "head_number",
    "SoSoHoKhau": "book_number",
}
_NAME_PARTS: Final = ("Ho", "ChuDem", "Ten")
_KIN: Final = ("Cha", "Me", "VoChong")


def open_messages(path: Path) -> Sheet:
    """The citizens of one collection. The whole file is read before the first row enters: a
    message that breaks off in the middle is refused as a whole."""
    rows = list(_citizens(path))
    columns = tuple(PATHS.values())

    def frames() -> Iterator[pl.DataFrame]:
        return frames_of(rows, len(columns))

    return Sheet("xml", "utf-8", columns, frames)


def _citizens(path: Path) -> Iterator[Row]:
    count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(str(path), events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = element
            if event == "end" and _local(element) == CITIZEN:
                count += 1
                yield count, _cells(element)
                # The collection keeps every child otherwise.
                root.clear()
            if count > MOST_CITIZENS:
                raise _broken(path, count, "has too many citizens", "Split it by commune.")
    except DefusedXmlException as error:
        raise unreadable(
            f"{path.name} declares entities or a document type.",
            code="xml_forbidden",
            fix="Citizen messages have none; ask the sender for a clean message.",
        ) from error
    except (ParseError, UnicodeError, LookupError, ValueError) as error:
        raise _broken(
            path, count, "is malformed or cut off", "Ask for the whole message."
        ) from error
    if not count:
        raise _broken(path, 0, "has no citizens in it", f"It needs elements called {CITIZEN}.")


def _broken(path: Path, count: int, what: str, fix: str) -> Exception:
    return unreadable(f"{path.name} {what} (after {count}).", code="xml_broken", fix=fix)


def _cells(citizen: Any) -> list[str]:
    return [_cell(citizen, where) for where in PATHS]


def _cell(citizen: Any, where: str) -> str:
    found: Any = citizen
    for step in where.split("/"):
        found = next((child for child in found if _local(child) == step), None)
        if found is None:
            return ""
    if where in _KIN:
        found = next((child for child in found if _local(child) == "HoVaTen"), None)
        return "" if found is None else _joined(found, _NAME_PARTS)
    if where == "HoVaTen":
        return _joined(found, _NAME_PARTS)
    if where == "NgayThangNamSinh":
        return _joined(found, ("NgayThangNam",)) or _joined(found, ("Nam",))
    if len(found):
        return _joined(found, ("ChiTiet",))
    return str(found.text or "").strip()


def _joined(element: Any, names: tuple[str, ...]) -> str:
    texts = {_local(child): str(child.text or "").strip() for child in element}
    return " ".join(filter(None, (texts.get(name, "") for name in names)))


def _local(element: Any) -> str:
    """The name without its namespace: senders differ in it."""
    return str(element.tag).rpartition("}")[2]
