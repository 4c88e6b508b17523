"""A copy as a ZIP: one JSON for machines, a page to read, a table (CSV) for each part."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime
from html import escape
from typing import Final

from danso.kernel import clock
from danso.modules.protection.data import COPY_VERSION, Part
from danso.modules.protection.engine.everything import Everything

_TITLE: Final = "Bản sao dữ liệu của tôi"
_READ_FIRST: Final = """{title}
{province}. Lập lúc {at}.

du-lieu.json      để máy đọc, phiên bản {version}; nghĩa của từng mục nằm trong tệp, ở "words"
doc.html          để đọc, mở bằng trình duyệt
*.csv             từng bảng, mở bằng phần mềm bảng tính (UTF-8)

Căn cứ: {law}.
Không có ở đây: dữ liệu mà luật chưa cho người có dữ liệu xem, và dữ liệu của cơ sở dữ liệu đóng.
Tệp chứa dữ liệu cá nhân của bạn: đừng gửi cho người khác, xóa khỏi máy dùng chung.
"""
# Spreadsheets take a text that begins like this for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_STYLE: Final = (
    "body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "table{border-collapse:collapse;width:100%;margin:0 0 2rem}"
    "th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}caption{text-align:left;font-weight:bold;font-size:1.2rem;"
    "padding:.5rem 0}@media(max-width:40rem){td,th{display:block}thead{display:none}"
    "td::before{content:attr(data-label)': ';font-weight:bold}}"
)


def pack(told: Everything, *, made_at: datetime) -> bytes:
    """The ZIP's bytes; the same for the same content and second."""
    at = clock.local(made_at).strftime("%H:%M %d/%m/%Y")
    head = {"title": _TITLE, "province": told.province, "at": at, "version": COPY_VERSION}
    files = {
        "DOC-TRUOC.txt": _READ_FIRST.format(**head, law=told.law),
        "du-lieu.json": as_json(told, made_at=made_at),
        "doc.html": _page(told, at),
        **{f"{part.code}.csv": _table(part) for part in told.parts},
    }
    stamp = clock.local(made_at).timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8"))
    return out.getvalue()


def as_json(told: Everything, *, made_at: datetime) -> str:
    """The machine-readable part; its form is docs/reference/data-copy.md."""
    document = {
        "version": COPY_VERSION,
        "made_at": made_at.isoformat(),
        "province": told.province,
        "law": told.law,
        "words": {part.code: dict(part.columns) for part in told.parts},
        **{part.code: [dict(row) for row in part.rows] for part in told.parts},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _table(part: Part) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(part.columns.values())
    for row in part.rows:
        writer.writerow([_plain(row.get(code, "")) for code in part.columns])
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _page(told: Everything, at: str) -> str:
    parts = "".join(_section(part) for part in told.parts)
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{_TITLE}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{_TITLE}</h1><p>{escape(told.province)}. {at}. {escape(told.law)}.</p>{parts}"
        "</body></html>"
    )


def _section(part: Part) -> str:
    if not part.rows:
        return f"<h2>{escape(part.title)}</h2><p>Không có.</p>"
    heads = "".join(f'<th scope="col">{escape(words)}</th>' for words in part.columns.values())
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{escape(words)}">{escape(row.get(code, ""))}</td>'
            for code, words in part.columns.items()
        )
        + "</tr>"
        for row in part.rows
    )
    return (
        f"<table><caption>{escape(part.title)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    )
