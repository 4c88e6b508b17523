"""A partner's file of people, read row by row into claims; what is wrong with a row is a code."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.text import tidy

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 200_000
_HEADINGS: Final = {
    "number": "number",
    "so_dinh_danh": "number",
    "full_name": "full_name",
    "ho_ten": "full_name",
    "birth": "birth",
    "ngay_sinh": "birth",
    "sex": "sex",
    "gioi_tinh": "sex",
    "permanent_place": "permanent_place",
    "ma_xa": "permanent_place",
    "ref": "ref",
    "consent": "consent",
}
_SEXES: Final = {"": 0, "1": 1, "2": 2, "nam": 1, "nữ": 2}
_NUMBER: Final = re.compile(r"[0-9]{12}")
_PLACE: Final = re.compile(r"[0-9]{5}")
# A spreadsheet would run these. The reference goes back as it came, so such a row is refused.
_FORMULA: Final = ("=", "+", "-", "@", "\t")
_LONGEST: Final = 120
# As for a claim of one call (wire/envelope.py).
MOST_FACTS: Final = 10
_LONGEST_FACT: Final = 200
# The column beside a fact's own that says for which day it is asked.
_ON: Final = ".on"
# What the paper says is left open: whether there is any in force.
_ANY: Final = "*"
_WHOLE_DAY: Final = len("2026-03-21")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file. `wrong` is a code, or '' where the claim can be asked; `facts` are asked
    of connected sources, by code, as `wire.envelope.FactClaim` says."""

    line: int
    ref: str
    number: str = ""
    full_name: str = ""
    birth: str = ""
    sex: int = 0
    place: str = ""
    consent: str = ""
    wrong: str = ""
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_list(self) -> list[Any]:
        """For JSON; `Row(*values)` reads it back."""
        return [getattr(self, name) for name in self.__slots__]


def fact_columns(content: bytes, facts: Collection[str]) -> tuple[str, ...]:
    """Which of the facts an agreement names the columns of a file ask for, in their order."""
    names = next(csv.reader(io.StringIO(_text(content)), delimiter=_delimiter(content)), [])
    asked = (_heading(name, facts).removesuffix(_ON) for name in names)
    return tuple(dict.fromkeys(code for code in asked if code in facts))


def read_rows(
    content: bytes, fields: Sequence[str], facts: Collection[str] = (), *, needs_consent: bool
) -> Iterator[Row]:
    """Every row of a CSV file (UTF-8; comma, semicolon or tab) under an agreement's fields.

    A column named by one of `facts` says what the paper does (`*`: any value), `CODE.on` the day.
    Raises InvalidValue when the file as a whole cannot be read: `file_too_large`, `file_encoding`,
    `file_headings`, `file_rows`. A wrong row is told by its code and stands alone.
    """
    reader = csv.reader(io.StringIO(_text(content)), delimiter=_delimiter(content), strict=True)
    try:
        headings = _headings(next(reader, []), facts)
        beyond = {"birth", "sex", "permanent_place"} & set(headings) - set(fields)
        for count, values in enumerate(reader, start=1):
            if count > MOST_ROWS:
                raise _refused(
                    "file_rows", f"the file has more than {MOST_ROWS:,} rows", "Split it."
                )
            if values:
                yield _row(reader.line_num, headings, values, beyond, needs_consent)
    except csv.Error as error:
        raise _refused(
            "file_rows", f"line {reader.line_num}: {error}", "Save it as CSV again."
        ) from error


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _refused("file_too_large", f"the file is over {MOST_BYTES:,} bytes", "Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            "file_encoding", f"byte {error.start} is not UTF-8", "Save it as CSV UTF-8."
        ) from error
    if "\x00" in text:
        raise _refused("file_encoding", "the file is not text", "Save it as CSV UTF-8.")
    return text


def _delimiter(content: bytes) -> str:
    first = content.split(b"\n", 1)[0]
    return max(",;\t", key=lambda sign: first.count(sign.encode()))


def _heading(name: str, facts: Collection[str]) -> str:
    name = name.strip().lower()
    return name if name.removesuffix(_ON) in facts else _HEADINGS.get(name, "")


def _headings(names: Sequence[str], facts: Collection[str]) -> list[str]:
    known = [_heading(name, facts) for name in names]
    unknown = [name for name, heading in zip(names, known, strict=True) if not heading]
    if unknown or len(set(known)) < len(known) or not {"number", "full_name"} <= set(known):
        told = f" Facts of this agreement: {', '.join(facts)}." if facts else ""
        raise _refused(
            "file_headings",
            "the first line must name each column once, number and full_name among them",
            f"Use: {', '.join(_HEADINGS)}.{told}",
        )
    if len({name.removesuffix(_ON) for name in known} & set(facts)) > MOST_FACTS:
        raise _refused(
            "file_headings", f"more than {MOST_FACTS} facts are asked for", "Split the columns."
        )
    return known


def _row(
    line: int,
    headings: Sequence[str],
    values: Sequence[str],
    beyond: set[str],
    needs_consent: bool,
) -> Row:
    if len(values) != len(headings):
        return Row(line, "", wrong="columns_differ")
    given = dict(zip(headings, (tidy(value) for value in values), strict=True))
    ref, consent = given.get("ref", ""), given.get("consent", "")
    wrong = _wrong(given, beyond, needs_consent=needs_consent)
    if wrong:
        return Row(line, "" if wrong == "ref_unsafe" else ref, wrong=wrong)
    birth = given.get("birth", "")
    return Row(
        line,
        ref,
        given["number"],
        given["full_name"],
        PartialDate.parse(birth).iso if birth else "",
        _SEXES[given.get("sex", "").lower()],
        given.get("permanent_place", ""),
        consent,
        facts=_facts(given),
    )


def _facts(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What a row asks of sources: a column that is empty, its day too, asks nothing."""
    asked: dict[str, dict[str, str]] = {}
    for name, value in given.items():
        code = name.removesuffix(_ON)
        if code in _HEADINGS or not value:
            continue
        said = asked.setdefault(code, {})
        if name.endswith(_ON):
            said["on"] = PartialDate.parse(value).iso
        elif value != _ANY:
            said["value"] = value
    return asked


def _wrong(given: dict[str, str], beyond: set[str], *, needs_consent: bool) -> str:
    ref, consent = given.get("ref", ""), given.get("consent", "")
    place = given.get("permanent_place", "")
    facts = {name: value for name, value in given.items() if name not in _HEADINGS}
    checks = (
        ("ref_unsafe", ref.startswith(_FORMULA) or max(len(ref), len(consent)) > _LONGEST),
        ("number_malformed", not _NUMBER.fullmatch(given["number"])),
        ("name_empty", not given["full_name"] or len(given["full_name"]) > 100),
        ("birth_wrong", not _is_birth(given.get("birth", ""))),
        ("sex_wrong", given.get("sex", "").lower() not in _SEXES),
        ("place_wrong", bool(place) and not _PLACE.fullmatch(place)),
        ("fact_wrong", any(_is_no_fact(value) for value in facts.values())),
        ("fact_day_wrong", any(n.endswith(_ON) and not _is_day(v) for n, v in facts.items())),
        ("field_not_agreed", any(given.get(field) for field in beyond)),
        ("consent_missing", needs_consent and not consent),
    )
    return next((code for code, is_wrong in checks if is_wrong), "")


def _is_birth(text: str) -> bool:
    try:
        return not text or bool(PartialDate.parse(text))
    except InvalidValue:
        return False


def _is_no_fact(value: str) -> bool:
    return len(value) > _LONGEST_FACT or not value.isprintable()


def _is_day(text: str) -> bool:
    return not text or (_is_birth(text) and len(PartialDate.parse(text).iso) == _WHOLE_DAY)


def _refused(code: str, message: str, fix: str) -> InvalidValue:
    return InvalidValue(message, code=code, fix=fix)
