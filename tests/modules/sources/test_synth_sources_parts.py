"""The parts that make synthetic sources: patterns, numbers, who is struck, what is left."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danso import catalogue
from danso.catalogue.shapes.sources import Source, SourceField, SqlTransport
from danso.kernel.errors import InvalidValue
from danso.kernel.tax_number import find_check_digit
from danso.kernel.text import plain
from danso.modules.sources.engine.synth import faults as of
from danso.modules.sources.engine.synth import patterns
from danso.modules.sources.engine.synth.communes import CommuneWords
from danso.modules.sources.engine.synth.forms import write_rows
from danso.modules.sources.engine.synth.pointing import BirthLeft, NameLeft, Population
from danso.modules.sources.engine.synth.register import read_register
from danso.modules.sources.engine.synth.values import FieldValues, tax_numbers
from danso.modules.sources.engine.synth.write import Wish

TEAHOUSE = catalogue.load(Path(__file__).parents[2] / "catalogues" / "teahouse")
KETTLES = TEAHOUSE.source("kettles")


def like_kettles(**other: object) -> Source:
    """The teahouse's source with other parts; a copy would keep what it remembers."""
    return Source.model_validate(
        {name: getattr(KETTLES, name) for name in Source.model_fields} | other
    )


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize("number", ["0100109106", "0100047516", "0100233488", "0314409058"])
def test_check_digit_is_that_of_numbers_in_use(number: str) -> None:
    assert find_check_digit(number[:9]) == number[9]


def test_check_digit_of_a_sequence_never_issued_is_none() -> None:
    assert find_check_digit("000000000") is None


def test_tax_numbers_are_valid_and_all_different() -> None:
    numbers = tax_numbers(20_000, "99", rng())
    assert numbers.is_unique().all()
    for number in numbers.to_list():
        assert number.startswith("99")
        assert find_check_digit(number[:9]) == number[9]


def test_tax_numbers_that_run_out_are_refused() -> None:
    with pytest.raises(InvalidValue) as refusal:
        tax_numbers(9_500_000, "99", rng())
    assert refusal.value.code == "synth_sources_tax_numbers"


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9]{10}$",
        "^[A-Z]{2}[1-5][0-9]{12}$",
        "^[0-9]{10}(-[0-9]{3})?$|^[0-9]{12}$",
        "^K[0-9]+$",
        r"^\d{3}\.\d{2,}$",
        "^(?:AB|CD){2}[0-9]{1,4}x*$",
        "^(A|B)?[0-9]{6}$",
        "^[A-Za-z0-9-]{6}$",
    ],
)
def test_values_fit_their_pattern_and_never_repeat(pattern: str) -> None:
    alphabets = patterns.widen(patterns.read_pattern(pattern), 50)
    count = min(50, patterns.room_of(alphabets))
    values = patterns.draw_unique(patterns.put_prefix(alphabets, "99"), count, rng())
    assert values.is_unique().all()
    assert [value for value in values.to_list() if not re.fullmatch(pattern, value)] == []


@pytest.mark.parametrize(
    "pattern", ["^(?=A)B$", r"^\w+$", "^[^a]$", "^.*$", "^(AB$", "^AB)$", "^(?!A)$", "[a", "^+$"]
)
def test_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        patterns.read_pattern(pattern)
    assert refusal.value.code == "synth_sources_pattern"


def test_numbers_in_a_pattern_start_with_the_synthetic_prefix() -> None:
    short, long = ("^[0-9]{8}$", "^AB[0-9]{9}$")
    read = {one: patterns.widen(patterns.read_pattern(one), 1) for one in (short, long)}
    assert patterns.put_prefix(read[short], "99") == read[short]
    values = patterns.draw_unique(patterns.put_prefix(read[long], "99"), 20, rng())
    assert all(value.startswith("AB99") for value in values.to_list())


def test_pattern_without_room_for_all_is_refused() -> None:
    with pytest.raises(InvalidValue) as refusal:
        patterns.draw_unique(("AB", "AB"), 5, rng())
    assert refusal.value.code == "synth_sources_pattern_room"


@given(st.integers(0, 2**32), st.integers(200, 2_000), st.floats(0.2, 1))
def test_faults_are_exact_where_enough_are_eligible(seed: int, count: int, share: float) -> None:
    draw = np.random.default_rng(seed)
    faults = of.faults_of(KETTLES)
    scarce = {of.DAY_MONTH_SWAPPED: 0.25, of.MIDDLE_LOST: share}
    eligible = {fault.code: draw.random(count) < scarce.get(fault.code, 1.1) for fault in faults}
    struck = of.assign(faults, eligible, draw)
    total = sum(mask.astype(int) for mask in struck.values())
    assert int(np.max(total)) <= 2
    for fault in faults:
        mine = struck[fault.code]
        assert not (mine & ~eligible[fault.code]).any()
        assert mine.sum() >= min(round(fault.rate * count), eligible[fault.code].sum()) * 0.5
        for other in fault.not_with & set(struck):
            assert not (mine & struck[other]).any()


def test_wrong_digit_falls_on_what_a_source_has() -> None:
    told = tuple(f for f in KETTLES.fields if f.term in ("full_name", "birth"))
    named = like_kettles(fields=told)
    rates = {fault.code: fault.rate for fault in of.faults_of(named)}
    assert of.NUMBER_DIGIT_WRONG not in rates
    wrong = rates[of.NAME_LETTER_WRONG] + rates[of.BIRTH_DIGIT_WRONG]
    assert wrong == pytest.approx(of.DIGIT_OR_LETTER_WRONG)


WORDS = st.sampled_from(["Lê", "Le", "Trần", "Văn", "An", "Án", "Bình"])
PEOPLE = st.lists(
    st.tuples(
        st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
        st.sampled_from(
            ["1990-02-03", "1990-03-02", "1990-02-20", "1990", "1990-02", "1991-01-01"]
        ),
        st.sampled_from(["90101", "90102"]),
    ),
    min_size=1,
    max_size=12,
)


@given(PEOPLE, st.sampled_from(NameLeft), st.sampled_from(BirthLeft), st.booleans())
def test_pointing_agrees_with_counting_one_by_one(
    people: list[tuple[str, str, str]], name: NameLeft, birth: BirthLeft, commune: bool
) -> None:
    frame = pl.DataFrame(people, schema=["full_name", "birth", "commune"], orient="row")
    every = np.arange(len(people))
    found = Population(frame).points_to_one(
        every,
        np.full(len(people), int(name)),
        np.full(len(people), int(birth)),
        commune=np.full(len(people), commune),
    )
    for one, is_alone in zip(people, found.tolist(), strict=True):
        # A person whom the register knows by year only is looked for by the year.
        left = BirthLeft.YEAR if len(one[1]) < 10 and birth < BirthLeft.YEAR else birth
        alike = [
            other
            for other in people
            if name_left(other[0], name) == name_left(one[0], name)
            and birth_left(other[1], left) == birth_left(one[1], left)
            and (not commune or other[2] == one[2])
        ]
        assert is_alone == (len(alike) == 1)


def name_left(name: str, left: NameLeft) -> list[str]:
    words = plain(name).split()
    some = {
        NameLeft.ALL: words,
        NameLeft.ENDS: [words[0], words[-1]],
        NameLeft.NO_GIVEN: words[:-1],
        NameLeft.NO_FAMILY: words[1:],
    }
    return sorted(some[left])


def birth_left(birth: str, left: BirthLeft) -> Sequence[str]:
    if left == BirthLeft.NOTHING:
        return ()
    if left == BirthLeft.YEAR:
        return (birth[:4],)
    if left == BirthLeft.UNORDERED and len(birth) == 10 and birth[8:] <= "12":
        return (birth[:4], *sorted((birth[5:7], birth[8:])))
    return (birth,)


def test_commune_is_sure_only_where_its_words_mean_one() -> None:
    people = pl.DataFrame(
        {
            "commune": ["90101", "90102"],
            "commune_recorded": ["90111", "90111"],
            "code_version": [TEAHOUSE.units.files.older.label] * 2,
            "home": [0, 0],
        }
    )
    words = CommuneWords(TEAHOUSE)
    yes, no = np.ones(2, dtype=np.bool_), np.zeros(2, dtype=np.bool_)
    told, is_sure = words.write(people, yes, no, rng())
    assert all(text.startswith("Làng Ấm Đất") for text in told.to_list())
    assert is_sure.tolist() == [False, False]  # it was split between two
    told, is_sure = words.write(people, no, no, rng())
    assert [text.split(",")[0] for text in told.to_list()] == ["Làng Trà Xanh", "Chợ Trà Đen"]
    assert is_sure.tolist() == [True, True]
    told, is_sure = words.write(people, yes, yes, rng())
    assert told.to_list() == ["", ""]
    assert not is_sure.any()


def field(code: str, **more: object) -> SourceField:
    base = {"code": code, "vi": code, "en": code, "columns": (code.upper(),), "kind": "text"}
    told = {**base, "basis": "assumed", "sensitivity": "basic", **more}
    return SourceField.model_validate(told)


def table(engine: str, by: str, *fields: SourceField) -> Source:
    transport = SqlTransport.model_validate(
        {"kind": "sql", "engine": engine, "table": "T", "changed": "AT", "by": by}
    )
    key = field("id", required=True)
    at = field("at", columns=("AT",), required=True)
    return like_kettles(transport=transport, key="id", fields=(key, *fields, at), facts=())


def made(source: Source, count: int = 40) -> pl.DataFrame:
    people = pl.DataFrame({"full_name": ["Lê An"] * count, "birth": ["1990-02-03"] * count})
    values = FieldValues(TEAHOUSE, source, people, date(2026, 6, 30))
    draw = rng()
    return pl.DataFrame([values.make(one, draw).alias(one.code) for one in source.fields])


def test_values_follow_the_kind_of_their_field() -> None:
    source = table(
        "postgresql",
        "number",
        field("paid", kind="amount"),
        field("paid_in", kind="month"),
        field("seen_on", kind="date"),
        field("witness", kind="name"),
        field("witness_number", kind="number"),
        field("leaf", kind="code", code_list="leaf"),
        field("born_in", kind="place"),
        field("office"),
    )
    rows = made(source)
    assert rows["at"].to_list() == [str(number) for number in range(1, 41)]
    assert rows["id"].is_unique().all()
    shapes = {
        "id": "88[0-9]{8}",
        "paid": "[0-9]+000",
        "paid_in": "[0-9]{4}-[0-9]{2}",
        "seen_on": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "witness": "Lê An",
        "witness_number": "909[0-9]{9}",
        "leaf": "0[12]",
        "born_in": "(Làng|Chợ) Trà .*",
        "office": "office [0-9]+",
    }
    for code, shape in shapes.items():
        assert [v for v in rows[code].to_list() if not re.fullmatch(shape, v)] == []


@pytest.mark.parametrize(
    ("engine", "by", "lines"),
    [
        ("mariadb", "timestamp", ["CREATE TABLE `T` (", "  `AT` DATETIME NOT NULL,"]),
        ("postgresql", "number", ['CREATE TABLE "T" (', '  "AT" BIGINT NOT NULL,']),
    ],
)
def test_table_is_created_in_the_engine_s_dialect(
    tmp_path: Path, engine: str, by: str, lines: list[str]
) -> None:
    source = table(engine, by)
    write_rows(tmp_path / "out", source, made(source))
    script = (tmp_path / "out" / "create.sql").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in script] == []


def test_members_of_json_lie_as_deep_as_their_path(tmp_path: Path) -> None:
    deep = (field("a", columns=("x.y.A",)), field("b", columns=("x.B",)), field("c"))
    source = like_kettles(transport=catalogue_rest(), fields=deep)
    rows = pl.DataFrame({"a": ["1"], "b": [""], "c": ["3"]})
    (path,) = write_rows(tmp_path / "out", source, rows)
    assert json.loads(path.read_text()) == {"x": {"y": {"A": "1"}, "B": None}, "C": "3"}


def catalogue_rest() -> object:
    provinces = Path(__file__).parents[3] / "provinces"
    sources = catalogue.load(catalogue.only_province(provinces)).sources.values()
    return next(source.transport for source in sources if source.transport.kind == "rest")


@pytest.mark.parametrize("wish", [{"seed": -1}, {"share": 0.0}, {"share": 1.1}, {"rows": 0}])
def test_impossible_wish_is_refused(wish: dict[str, int]) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Wish(**wish)  # type: ignore[arg-type]
    assert refusal.value.code == "synth_sources_wish"


def test_folder_that_is_no_province_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue) as refusal:
        read_register(tmp_path, prefix="909")
    assert refusal.value.code == "synth_sources_no_province"
    (tmp_path / "manifest.json").write_text('{"as_of": "2026-06-30"}')
    with pytest.raises(InvalidValue):
        read_register(tmp_path, prefix="909")
