"""What a correction may claim: read by the register's own check before anything is opened."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from danso import catalogue
from danso.gateway.problems import Problem
from danso.kernel.claims import CORRECTABLE, Words, claimed_value
from danso.kernel.errors import InvalidValue

_NOT_LISTED: Final = frozenset({"value_not_listed", "claimed_sex", "claimed_place"})
_SEX: Final = "1 (Nam), 2 (Nữ)"

Claims = Mapping[str, Words | None]


def read_claims(province: Path | None, files: Path | None = None) -> Claims:
    """Each field that may be corrected, with the words of its code list. No province: none."""
    if province is None:
        return {}
    known = catalogue.load_standing(province, files)
    return {field: known.words_of(field) for field in CORRECTABLE}


def check_claim(claims: Claims, field: str, claimed: str) -> None:
    """Refuse what nobody could accept: a field of another way, a value that can't be."""
    if field not in claims:
        allowed = ", ".join(claims)
        raise Problem("field_not_correctable", at="field", detail=f"Correctable: {allowed}.")
    try:
        claimed_value(field, claimed, claims[field])
    except InvalidValue as error:
        if error.code in _NOT_LISTED:
            allowed = _allowed(field, claims[field])
            raise Problem("value_not_listed", at="claimed", detail=allowed) from None
        told = f"{error.message} {error.fix}".strip()
        raise Problem("claimed_wrong", at="claimed", detail=told) from None


def _allowed(field: str, words: Words | None) -> str:
    if field == "permanent_place":
        return "Allowed: commune code|hamlet|address, with the code of a commune of today."
    codes = _SEX if field == "sex" else ", ".join(sorted(set((words or {}).values())))
    return f"Allowed: {codes}."
