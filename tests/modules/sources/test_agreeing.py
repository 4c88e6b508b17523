"""What a record says of its person beside the register: every kind of difference by its name."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from danso.catalogue.shapes.sources import Term
from danso.modules.sources.engine import agreeing
from danso.toolkit.platform import province

SOURCE = "civil-status"
NAMES = [
    ("Nguyễn Thị Hòa", "Nguyễn Thị Hoà", "agrees"),
    ("NGUYỄN THỊ LÝ", "Nguyễn Thị Lí", "agrees"),
    ("Nguyễn Thị Hoa", "Nguyễn Thị Hòa", "tone"),
    ("Đỗ Văn Tân", "Đỗ Văn Tấn", "tone"),
    ("Đỗ Văn Tan", "Đỗ Văn Tấn", "tone"),
    ("Thị Hòa Nguyễn", "Nguyễn Thị Hòa", "order"),
    ("Nguyễn Hòa", "Nguyễn Thị Hòa", "partial"),
    ("Nguyễn Thị Thu Hòa", "Nguyễn Thị Hòa", "partial"),
    ("Nguyễn Thị Hiền", "Nguyễn Thị Hòa", "other"),
]
BIRTHS = [
    ("1984-03-02", "1984-03-02", "agrees"),
    ("1984", "1984-03-02", "partial"),
    ("1984-03-02", "1984", "fuller"),
    ("1984-02-03", "1984-03-02", "swapped"),
    ("1948-03-02", "1984-03-02", "year"),
    ("1984-03-12", "1984-03-02", "other"),
    ("1984-03-12", None, "unknown"),
]


def verdict(term: Term, said: str | None, held: str | None, *, fault: str = "") -> str | None:
    """The engine's verdict, as PostgreSQL reaches it."""
    source = province().source(SOURCE)
    field = source.terms[term].code
    column = agreeing.HELD[term].removeprefix("p.").removeprefix("nullif(p.").partition(",")[0]
    columns = {"number", "old_number", "full_name", "birth", "commune"} - {column}
    others = "".join(f", NULL::text AS {one}" for one in columns)
    kind = "smallint" if term == "sex" else "text"
    statement = f"""SELECT {agreeing.verdict(source, term)}
        FROM (SELECT %s::jsonb AS payload, %s::jsonb AS faults) r,
             (SELECT %s::text AS commune_said) a,
             (SELECT uuidv7() AS person, %s::{kind} AS {column}{others}) p"""
    payload = {field: said} if said is not None else {}
    with connection.cursor() as cursor:
        faults = {field: fault} if fault else {}
        cursor.execute(statement, [json.dumps(payload), json.dumps(faults), said, held])
        (found,) = cursor.fetchone() or (None,)
    return found if found is None else str(found)


@pytest.mark.parametrize(("said", "held", "expected"), NAMES)
def test_names_are_told_apart_by_kind(db: None, said: str, held: str, expected: str) -> None:
    assert verdict("full_name", said, held) == expected
    assert verdict("mother_name", said, held) == expected


@pytest.mark.parametrize(("said", "held", "expected"), BIRTHS)
def test_births_are_told_apart_by_kind(
    db: None, said: str, held: str | None, expected: str
) -> None:
    assert verdict("birth", said, held) == expected


def test_a_value_is_missing_invalid_or_only_partly_known(db: None) -> None:
    assert verdict("birth", None, "1984-03-02") == "missing"
    assert verdict("birth", "31/02/1984", "1984-03-02", fault="date_day_range") == "invalid"
    assert verdict("birth", "1984", "1984-03-02", fault="date_partial") == "partial"
    assert verdict("full_name", "Hòa", "Hòa", fault="name_doubtful") == "agrees"


def test_sex_and_commune_are_codes_and_what_the_register_lacks_is_not_compared(db: None) -> None:
    assert verdict("sex", "1", "1") == "agrees"
    assert verdict("sex", "2", "1") == "other"
    assert verdict("sex", "2", "0") == "unknown"
    assert verdict("commune", "14758", "14758") == "agrees"
    assert verdict("commune", "14758", "14812") == "other"
    assert verdict("number", "099084000123", None) == "unknown"


def test_every_verdict_of_the_statement_is_a_known_one(db: None) -> None:
    reached = {expected for _, _, expected in (*NAMES, *BIRTHS)}
    assert reached <= set(agreeing.VERDICTS)
    assert set(agreeing.DIFFERENT) - {"earlier", "dead", "contradicts"} <= reached
