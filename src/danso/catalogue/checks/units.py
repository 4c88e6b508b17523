"""Checks of units: codes once each, every old commune mapped or unresolved, outlines."""

from collections import Counter
from collections.abc import Iterable

from danso.catalogue.checks.outlines import check_outlines
from danso.catalogue.province import Province
from danso.catalogue.shapes.units import Succession, Units
from danso.catalogue.shaping import Reader


def check_units(province: Province, reader: Reader) -> None:
    """Identity of units, the map between generations, and the outlines."""
    units = province.units
    files = units.files
    _check_codes(reader, f"units/{files.today.file}", [unit.code for unit in units.communes])
    _check_codes(reader, f"units/{files.older.file}", [unit.code for unit in units.old_communes])
    _check_kinds(units, reader)
    _check_map(units, reader)
    _check_successors(units, reader)
    check_outlines(units, reader)


def _check_codes(reader: Reader, file: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            fix = "A code stands for one unit in each generation: correct one of the rows"
            reader.note(file, (index,), item=code, wrong="the code stands twice", fix=fix)
        seen.add(code)


def _check_kinds(units: Units, reader: Reader) -> None:
    kinds = {kind.code for kind in units.files.kinds}
    for file, listed in (
        (units.files.today.file, [unit.kind for unit in units.communes]),
        (units.files.older.file, [unit.kind for unit in units.old_communes]),
    ):
        for index, kind in enumerate(listed):
            if kind not in kinds:
                wrong = f"the kind {kind} is not among the kinds of units.yaml"
                fix = "Add the kind there, or correct it here"
                reader.note(f"units/{file}", (index,), item=kind, wrong=wrong, fix=fix)


def _check_map(units: Units, reader: Reader) -> None:
    file = f"units/{units.files.map.file}"
    for index, row in enumerate(units.old_to_new):
        wrong = _wrong_row(units, row)
        if wrong:
            fix = "Correct the code, or mark the row unresolved with no new code"
            reader.note(file, (index,), item=row.old_code, wrong=wrong, fix=fix)


def _wrong_row(units: Units, row: Succession) -> str:
    if row.old_code not in units.old_by_code:
        return "no commune of the older generation has this code"
    if row.kind == "unresolved":
        return "an unresolved row names a new code" if row.new_code else ""
    if row.new_code not in units.by_code:
        return f"its new code {row.new_code or '(empty)'} is no commune of today"
    return ""


def _check_successors(units: Units, reader: Reader) -> None:
    rows: dict[str, Counter[str]] = {unit.code: Counter() for unit in units.old_communes}
    for row in units.old_to_new:
        rows.setdefault(row.old_code, Counter())[row.kind] += 1
    allowed = ({"whole": 1}, {"unresolved": 1})
    for index, unit in enumerate(units.old_communes):
        kinds = rows[unit.code]
        if kinds in allowed or _split(kinds):
            continue
        wrong = f"its rows in the map are {dict(kinds) or 'missing'}"
        fix = "One row whole, or several part (one may be part-default), or one unresolved"
        file = f"units/{units.files.older.file}"
        reader.note(file, (index,), item=unit.code, wrong=wrong, fix=fix)


def _split(kinds: Counter[str]) -> bool:
    return (
        set(kinds) <= {"part", "part-default"} and kinds.total() >= 2 and kinds["part-default"] <= 1
    )
