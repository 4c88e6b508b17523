"""The summary that somebody signs before an officer acts for them: one A4, made by typst."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import gettext, override

from danso.kernel.dates import PartialDate
from danso.kernel.errors import Unavailable
from danso.modules.identity.data import SCOPE_NAMES, AssistedData

TEMPLATE: Final = Path(__file__).with_name("summary_page.typ")
HANOI: Final = timedelta(hours=7)


def made(seen: AssistedData, helper: str) -> tuple[bytes, str]:
    """The PDF, and the SHA-256 of what it says, which stands on it."""
    with override("vi"):
        said = _said(seen, helper)
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())
    said["digest"] = digest.hexdigest()
    try:
        page: bytes = typst.compile(
            TEMPLATE.read_bytes(),
            sys_inputs={"data": json.dumps(said, ensure_ascii=False)},
            # Its own fonts have every Vietnamese letter; a machine's might not.
            ignore_system_fonts=True,
            pdf_standards="a-2u",
        )
    except typst.TypstError as error:
        # Its message may quote what is on the page.
        raise Unavailable(
            "The page could not be made.", code="summary_unmade", fix="Confirm another way."
        ) from error
    return page, said["digest"]


def _said(seen: AssistedData, helper: str) -> dict[str, Any]:
    at = seen.begun_at + HANOI
    born = PartialDate.from_iso(seen.birth)
    parts = (born.day, born.month, born.year)
    birth = "/".join(str(part) for part in parts if part is not None)
    deeds = [gettext(words) for scope, words in SCOPE_NAMES.items() if scope in seen.scopes]
    return {
        "rows": [
            ["Người được giúp", seen.full_name],
            ["Ngày sinh", birth],
            ["Người giúp", helper],
            ["Lúc", f"{at:%H:%M} ngày {at:%d/%m/%Y}"],
            ["Mã phiên", str(seen.key)],
        ],
        "deeds": deeds,
        "date": [at.year, at.month, at.day],
    }
