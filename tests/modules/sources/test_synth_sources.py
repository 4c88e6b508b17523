"""The sources of a synthetic province: faults at their rates, the whole truth, kept apart."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from danso import catalogue
from danso.catalogue.shapes.sources import Source
from danso.config.commands.catalogue import CHECKOUT
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.kernel.legacy import decode_tcvn3, decode_vni
from danso.kernel.text import fold, plain
from danso.modules.sources.engine.synth import faults as of
from danso.modules.sources.engine.synth.register import read_register
from danso.modules.sources.engine.synth.write import SourceWriter, Wish
from tests.modules.sources.synthetic import Row, World, make_world

PROVINCE = catalogue.only_province(CHECKOUT / "provinces")
TEAHOUSE = Path(__file__).parents[2] / "catalogues" / "teahouse"
ROWS = 20_000
# One of each transport, about everybody; the others: test_synth_described.
THREE = ("civil-status", "insurance", "tax")
RATES = {fault.code: fault.rate for fault in (*of.FAULTS,)} | {
    of.OLD_COMMUNE: 0.60,
    of.NO_COMMUNE: 0.05,
    of.NOT_IN_POPULATION: 0.05,
    of.DEAD: 0.01,
    of.TWICE: 0.04,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("sources")
    return make_world(folder, PROVINCE, 37_000, Wish(rows=ROWS, bare=True), THREE)


@pytest.fixture(scope="module")
def teahouse(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("tea"), TEAHOUSE, 4_000, Wish(rows=1_500))


def codes(world: World) -> list[str]:
    return [code for code in world.province.sources if (world.out / code).is_dir()]


def made(world: World) -> list[Source]:
    return [world.province.source(code) for code in codes(world)]


def test_every_source_stands_in_its_own_folder_and_the_truth_apart(world: World) -> None:
    found = {path.relative_to(world.out).as_posix() for path in world.out.rglob("*.*")}
    forms = {"file": ["rows.csv"], "rest": ["rows.jsonl"], "sql": ["table.csv", "create.sql"]}
    wanted = {"manifest.json"}
    for source in made(world):
        wanted |= {f"{source.code}/{name}" for name in forms[source.transport.kind]}
        wanted |= {f"{apart}/{source.code}.csv" for apart in ("truth", "bare")}
    assert found == wanted


def test_truth_covers_every_record_once(world: World) -> None:
    for code in codes(world):
        told = [row["record_key"] for row in world.truth(code)]
        assert len(told) == ROWS
        assert told == list(world.rows(code))


def test_no_folder_of_a_source_names_a_person_s_key(world: World) -> None:
    keys = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-")
    for code in codes(world):
        for path in (world.out / code).iterdir():
            assert not keys.search(path.read_text(encoding="utf-8"))


def test_faults_come_at_their_rates(world: World) -> None:
    for code in codes(world):
        counts = Counter(fault for row in world.truth(code) for fault in row["faults"])
        for fault, rate in RATES.items():
            assert counts[fault] == pytest.approx(rate * ROWS, rel=0.02), (code, fault)
        wrong = sum(counts[fault.code] for fault in of.WRONG)
        assert wrong == pytest.approx(of.DIGIT_OR_LETTER_WRONG * ROWS, rel=0.02)


def test_a_tenth_has_two_faults_and_nobody_more(world: World) -> None:
    mendable = {fault.code for fault in (*of.FAULTS, *of.WRONG)}
    for code in codes(world):
        counts = Counter(len(mendable.intersection(row["faults"])) for row in world.truth(code))
        assert set(counts) == {0, 1, 2}
        assert counts[2] == pytest.approx(of.TWO_FAULTS * ROWS, rel=0.02)


def test_manifest_counts_what_was_done(world: World) -> None:
    manifest = json.loads((world.out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["synthetic"] is True
    for code in codes(world):
        told, truth = manifest["sources"][code], world.truth(code)
        counts = Counter(fault for row in truth for fault in row["faults"])
        two = told["faults"].pop("two_faults")
        assert told["faults"] == {fault: counts[fault] for fault in of.TOLD if counts[fault]}
        assert two == pytest.approx(of.TWO_FAULTS * ROWS, rel=0.02)
        assert told["rows"] == ROWS
        assert told["kinds"] == dict(sorted(Counter(row["kind"] for row in truth).items()))
        assert told["resolvable"] == sum(row["resolvable"] == "true" for row in truth)


def test_every_rare_kind_is_among_the_records_and_truly_so(world: World) -> None:
    people = list(world.people.values())
    namesakes = Counter((row["full_name"], row["birth"][:4]) for row in people)
    twins = Counter((row["household"], row["birth"], row["mother_name"]) for row in people)
    sons = {
        row["father_number"]
        for row in people
        if row["father_number"] and row["full_name"] == row["father_name"]
    }
    for code in codes(world):
        kinds = Counter(row["kind"] for row in world.truth(code))
        assert set(kinds) == {"plain", "namesake", "twin", "father_son"}
        for told in world.truth(code):
            row = world.people.get(told["person"])
            if row is None:
                assert told["kind"] == "plain"
                continue
            is_son = row["full_name"] == row["father_name"] and row["father_number"]
            assert (told["kind"] == "father_son") == bool(is_son or row["number"] in sons)
            if told["kind"] == "twin":
                assert twins[row["household"], row["birth"], row["mother_name"]] > 1
            if told["kind"] == "namesake":
                assert namesakes[row["full_name"], row["birth"][:4]] > 1


def test_person_is_named_for_all_but_strangers(world: World) -> None:
    exact = {(row["full_name"], row["birth"]) for row in world.people.values()}
    numbers = {row["number"] for row in world.people.values()}
    for code in codes(world):
        rows = world.rows(code)
        for told in world.truth(code):
            stranger = of.NOT_IN_POPULATION in told["faults"]
            assert stranger == (told["person"] == "")
            assert (of.DEAD in told["faults"]) == (told["is_dead"] == "true")
            if stranger:
                row = rows[told["record_key"]]
                birth = PartialDate.parse(row["birth"]).iso
                clean = not {of.NUMBER_DIGIT_WRONG}.intersection(told["faults"])
                assert not clean or row["number"] not in numbers
                if len(told["faults"]) == 1:
                    assert (row["full_name"], birth) not in exact
                assert told["resolvable"] == "false"
            else:
                status = world.people[told["person"]]["status"]
                assert (status == "dead") == (told["is_dead"] == "true")


def test_same_person_twice_has_two_keys(world: World) -> None:
    for code in codes(world):
        times: dict[str, list[bool]] = {}
        for told in world.truth(code):
            if told["person"]:
                times.setdefault(told["person"], []).append(of.TWICE in told["faults"])
        assert {tuple(sorted(marks)) for marks in times.values()} == {(False,), (False, True)}


def test_values_are_true_but_for_what_the_truth_says(world: World) -> None:
    for code in codes(world):
        rows = world.rows(code)
        for told in world.truth(code):
            if told["person"]:
                check(rows[told["record_key"]], world.people[told["person"]], set(told["faults"]))


def check(row: Row, true: Row, faults: set[str]) -> None:
    """One record against its person."""
    name = {of.TONES_LOST, of.LEGACY_ENCODING, of.MIDDLE_LOST, of.PARTS_SWAPPED}
    hurt = faults & (name | {of.NAME_LETTER_WRONG})
    assert (row["full_name"] == true["full_name"]) == (not hurt)
    if hurt == {of.TONES_LOST}:
        assert row["full_name"].isascii()
        assert fold(true["full_name"]) == fold(row["full_name"])
    if hurt == {of.LEGACY_ENCODING}:
        readings = {decode_tcvn3(row["full_name"]), decode_vni(row["full_name"])}
        assert true["full_name"] in readings
    if hurt == {of.MIDDLE_LOST}:
        words = true["full_name"].split(" ")
        assert row["full_name"].split(" ") == [words[0], words[-1]]
        assert len(words) > 2
    if hurt == {of.PARTS_SWAPPED}:
        assert sorted(row["full_name"].split()) == sorted(true["full_name"].split())
    if hurt == {of.NAME_LETTER_WRONG}:
        assert len(row["full_name"]) == len(true["full_name"])
        assert plain(row["full_name"]) != plain(true["full_name"])
    check_birth(PartialDate.parse(row["birth"]).iso, true["birth"], faults)
    if of.NO_NUMBER in faults:
        assert row["number"] == row.get("old_number", "") == ""
    else:
        same = row["number"] == true["number"]
        assert same == (of.NUMBER_DIGIT_WRONG not in faults)
        assert row.get("old_number", "") in ("", true["old_number"])
    assert (row["commune"] == "") == (of.NO_COMMUNE in faults)


def check_birth(birth: str, true: str, faults: set[str]) -> None:
    if of.BIRTH_YEAR_ONLY in faults:
        assert birth == true[:4] != true
    elif of.DAY_MONTH_SWAPPED in faults:
        assert birth == f"{true[:4]}-{true[8:]}-{true[5:7]}" != true
    elif of.BIRTH_DIGIT_WRONG in faults:
        assert sum(one != other for one, other in zip(birth, true, strict=True)) == 1
    else:
        assert birth == true


def test_communes_are_those_of_the_map_that_the_truth_says(world: World) -> None:
    units = world.province.units
    former: dict[str, set[tuple[str, str]]] = {}
    for step in units.old_to_new:
        old = units.old_by_code[step.old_code]
        former.setdefault(step.new_code, set()).add((old.name, old.district_name))
    with_district: Counter[bool] = Counter()
    rows = world.rows("insurance")
    for told in world.truth("insurance"):
        person = world.people.get(told["person"])
        words = rows[told["record_key"]]["commune"].split(", ")
        if person is None or of.NO_COMMUNE in told["faults"]:
            continue
        if of.OLD_COMMUNE in told["faults"]:
            known = former[person["commune"]]
            with_district[len(words) > 1] += 1
            assert words[0] in {name for name, _ in known}
            assert len(words) == 1 or (words[0], words[1]) in known
        else:
            assert words[0] == units.by_code[person["commune"]].name
    assert with_district[True] > with_district[False] > 0


def test_resolvable_is_what_can_be_told_from_the_record(world: World) -> None:
    """Derived anew for records without number, commune and name fault: name and birth only."""
    counts = Counter((plain_key(row["full_name"]), row["birth"]) for row in world.people.values())
    years = Counter(
        (plain_key(row["full_name"]), row["birth"][:4]) for row in world.people.values()
    )
    seen: Counter[tuple[str, bool]] = Counter()
    for code in codes(world):
        for told in world.truth(code):
            if not told["person"]:
                continue
            true, faults = world.people[told["person"]], set(told["faults"])
            is_one = told["resolvable"] == "true"
            if not faults & {of.NO_NUMBER, of.NUMBER_DIGIT_WRONG}:
                assert is_one
            elif of.NO_COMMUNE in faults and of.NO_NUMBER in faults:
                key = plain_key(true["full_name"])
                whole = len(true["birth"]) == 10
                alone = faults - {of.NO_COMMUNE, of.NO_NUMBER, of.TWICE, of.DEAD}
                if alone <= {of.TONES_LOST, of.LEGACY_ENCODING, of.PARTS_SWAPPED} and whole:
                    assert is_one == (counts[key, true["birth"]] == 1)
                    seen["day", is_one] += 1
                if alone == {of.BIRTH_YEAR_ONLY}:
                    assert is_one == (years[key, true["birth"][:4]] == 1)
                    seen["year", is_one] += 1
    assert seen["day", True]
    assert seen["year", True]
    assert seen["year", False]


def plain_key(name: str) -> str:
    return " ".join(sorted(plain(name).split()))


def test_no_number_is_outside_the_synthetic_prefixes(world: World, teahouse: World) -> None:
    for one in (world, teahouse):
        made_up = one.province.numbers.synthetic
        starts = {made_up.prefix, made_up.old_number_prefix, made_up.tax_prefix}
        starts.add(made_up.insurance_prefix)
        for code in codes(one):
            for row in one.rows(code).values():
                for value in row.values():
                    for digits in re.findall("[0-9]{9,}", value):
                        told = re.sub("^[1-5](?=[0-9]{12}$)", "", digits)
                        assert told.startswith(tuple(starts)), code


def test_rows_of_rest_and_sql_come_in_the_order_of_their_changes(world: World) -> None:
    for source in made(world):
        if source.transport.kind != "file":
            moments = [row["updated_at"] for row in world.rows(source.code).values()]
            assert moments == sorted(moments)
            assert len(set(moments)) > ROWS // 2


def test_fields_fit_the_pattern_that_describes_them(world: World, teahouse: World) -> None:
    for one in (world, teahouse):
        for source in made(one):
            patterned = [field for field in source.fields if field.pattern]
            for row in one.rows(source.code).values():
                for field in patterned:
                    assert re.fullmatch(field.pattern or "", row[str(field.term or field.code)])


def test_cards_end_after_they_begin(world: World) -> None:
    rows = world.rows("insurance").values()
    spans = [
        (PartialDate.parse(row["card_from"]).iso, PartialDate.parse(row["card_until"]).iso)
        for row in rows
    ]
    assert all(begin < end for begin, end in spans)
    valid = sum(begin <= "2026-06-30" <= end for begin, end in spans)
    assert 0.8 < valid / len(spans) < 1


def test_bare_file_has_the_headings_of_an_outside_check(world: World) -> None:
    asked = "record_key,full_name,birth,sex,number,old_number,commune,father_name,mother_name"
    for source in made(world):
        head = (
            (world.out / "bare" / f"{source.code}.csv")
            .read_text(encoding="utf-8")
            .split("\n", 1)[0]
        )
        held = {"record_key", *source.terms}
        assert head == ",".join(name for name in asked.split(",") if name in held)


def test_same_seed_gives_the_same_bytes_and_a_source_alone_as_well(
    world: World, tmp_path: Path
) -> None:
    register = read_register(world.clean, prefix=world.province.numbers.synthetic_prefix)
    first = made(world)[0]
    out = tmp_path / "again"
    SourceWriter(world.province, register, out, Wish(rows=ROWS, bare=True)).write([first])
    for path in (p for p in out.rglob("*.*") if p.name != "manifest.json"):
        assert path.read_bytes() == (world.out / path.relative_to(out)).read_bytes()
    other = tmp_path / "other"
    SourceWriter(world.province, register, other, Wish(rows=ROWS, seed=2)).write([first])
    truth = f"truth/{first.code}.csv"
    assert (other / truth).read_bytes() != (out / truth).read_bytes()


def test_teahouse_source_works_without_communes(teahouse: World) -> None:
    (code,) = codes(teahouse)
    counts = Counter(fault for row in teahouse.truth(code) for fault in row["faults"])
    assert counts[of.OLD_COMMUNE] == counts[of.NO_COMMUNE] == 0
    assert counts[of.NO_NUMBER] == pytest.approx(0.35 * 1_500, abs=1)
    row = next(iter(teahouse.rows(code).values()))
    assert row["kettle"].startswith("K")
    assert row["sex"] in ("Nam", "Nữ")


def test_too_many_records_are_refused(teahouse: World, tmp_path: Path) -> None:
    register = read_register(teahouse.clean, prefix=teahouse.province.numbers.synthetic_prefix)
    writer = SourceWriter(teahouse.province, register, tmp_path / "out", Wish(rows=9_000))
    with pytest.raises(InvalidValue) as refusal:
        writer.write(made(teahouse))
    assert refusal.value.code == "synth_sources_rows"


def test_people_who_are_not_made_up_are_refused(teahouse: World) -> None:
    with pytest.raises(Refused) as refusal:
        read_register(teahouse.clean, prefix="038")
    assert refusal.value.code == "synth_sources_not_synthetic"
