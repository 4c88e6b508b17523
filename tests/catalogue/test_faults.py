"""Every check of a province fires: one broken line of the teahouse, and what to do about it."""

import shutil
from pathlib import Path

import pytest

from danso import catalogue
from danso.catalogue import CatalogueError
from danso.kernel.errors import NotFound
from tests.catalogue.conftest import Break

SHAPE = [
    ("province.yaml", 'gso_code: "00"', "gso_code: 10", "gso_code", "string"),
    ("province.yaml", "slug: teahouse\n", "", "slug", "missing"),
    ("province.yaml", "slug: teahouse", "slug: teahouse\ncolour: red", "colour", "no such key"),
    ("numbers.yaml", 'own_prefix: "901"', "own_prefix: 901", "own_prefix", "string"),
    ("numbers.yaml", 'own_prefix: "901"', 'own_prefix: "90"', "own_prefix", "pattern"),
    ("fields.yaml", "sensitivity: secret", "sensitivity: hush", "sensitivity", "hush"),
    ("databases/cups.yaml", "due: 2021-12-31", 'due: "2021-12-31"', "due", "date"),
    ("databases/cups.yaml", "cites: [U.2]", "cites: []", "cites", "at least 1"),
    ("units/today.csv", "90103,Làng", "9010,Làng", "code", "pattern"),
    ("units/today.csv", ",1000,", ",many,", "population", "integer"),
    ("units/map.csv", "90103,90103,whole", "90103,90103,half", "kind", "half"),
    ("retention.yaml", "unit: days, amount: 90", "unit: days", "rules[1]", "amount"),
    ("retention.yaml", "unit: days, amount: 90", "unit: forever, amount: 9", "rules[1]", "amount"),
    ("courts.yaml", "effect: missing", "effect: vanished", "decisions[1].effect", "vanished"),
    ("courts.yaml", "effect: dead", "effect: dead, value: x", "decisions[3]", "value"),
    ("calendar/2021.yaml", "date: 2021-01-01", "date: 2020-01-01", "file", "not in 2021"),
    ("plan/clauses.yaml", "day: 3", "day: 32", "day", "31"),
    ("people/names.yaml", "Ấm: 3", "Ấm: -3", "Ấm", "greater than or equal to 0"),
    ("units/today.csv", ",population,", ",people,", "the header", "not known here"),
]

CROSS = [
    # identity
    ("province.yaml", "slug: teahouse", "slug: coffeehouse", "coffeehouse", "folder is called"),
    ("databases/cups.yaml", "code: cups", "code: mugs", "mugs", "file is called"),
    ("calendar/2022.yaml", "year: 2022", "year: 2023", "2023", "not in 2023"),
    ("agencies.yaml", "code: cup-office", "code: kettle-office", "kettle-office", "twice"),
    ("fields.yaml", "code: birth", "code: full_name", "full_name", "twice"),
    ("purposes.yaml", "code: tea-tasting", "code: tea-service", "tea-service", "twice"),
    ("retention.yaml", "code: quarantine", "code: journal", "journal", "twice"),
    ("courts.yaml", "requests: person-request", "requests: forgotten", "kept.requests", "no rule"),
    ("courts.yaml", "code: drinker", "code: pourer", "pourer", "twice"),
    ("courts.yaml", "code: found", "code: lost", "lost", "twice"),
    ("agencies.yaml", "under: tea-court", "under: tea-room", "tray-courts", "no agency"),
    ("code_lists/code_lists.yaml", "code: leaf", "code: sex", "sex", "twice"),
    ("code_lists/leaf.csv", "02,Lá", "01,Lá", "01", "twice"),
    ("units/today.csv", "90103,Làng", "90102,Làng", "90102", "twice"),
    ("units/older.csv", "90104,Làng", "90103,Làng", "90103", "twice"),
    ("plan/clauses.yaml", "id: T.2", "id: T.1", "T.1", "twice"),
    ("numbers.yaml", '{code: "902"', '{code: "901"', "901", "twice"),
    # references
    ("units/today.csv", "Trà Sen,làng", "Trà Sen,hồ", "hồ", "kinds"),
    ("units/map.csv", "90103,90103,whole", "90109,90103,whole", "90109", "no commune"),
    ("units/map.csv", "90103,90103,whole", "90103,90109,whole", "90103", "no commune of today"),
    ("units/map.csv", "90103,90103,whole\n", "", "90103", "missing"),
    ("units/map.csv", "90111,90102,part\n", "", "90111", "part-default"),
    ("units/map.csv", "90111,90102,part", "90111,90102,part-default", "90111", "part-default"),
    ("units/map.csv", "90104,,unresolved", "90104,90101,unresolved", "90104", "names a new code"),
    ("units/map.csv", "90104,,unresolved", "90104,,whole", "90104", "(empty)"),
    ("units/outlines.geojson", '"code": "90103"', '"code": "90109"', "90103", "no outline"),
    ("units/outlines.geojson", '"code": "90103"', '"code": 90103', "feature 2", "no commune"),
    ("units/outlines.geojson", '"code": "90103"', '"code": "90102"', "90102", "two outlines"),
    ("units/outlines.geojson", '"type": "Polygon"', '"type": "Point"', "90101", "no area"),
    ("units/outlines.geojson", "[100.0, 10.0]", "[1000.0, 10.0]", "90101", "no area"),
    (
        "units/outlines.geojson",
        '"FeatureCollection", "features": [',
        '"FeatureCollection", "features": [7, ',
        "feature 0",
        "no area",
    ),
    ("units/outlines.geojson", '"code": "90103"', '"code": "90109"', "90109", "no commune"),
    ("agencies.yaml", "agency: cup-office", "agency: mug-office", "saucer-office", "no agency"),
    (
        "agencies.yaml",
        "basis: law}\n  - {code: cup",
        "basis: law, until: 2020-01-01}\n  - {code: cup",
        "kettle-office",
        "without successors",
    ),
    ("agencies.yaml", "agency: cup-office", "agency: saucer-office", "saucer-office", "circle"),
    ("databases/cups.yaml", "owner_2022: saucer-office", "owner_2022: x", "cups", "no agency"),
    ("databases/cups.yaml", "owner_today: [cup-office]", "owner_today: [x]", "cups", "no agency"),
    (
        "databases/cups.yaml",
        "owner_today: [cup-office]",
        "owner_today: [saucer-office]",
        "cups",
        "ended on",
    ),
    ("databases/cups.yaml", "purposes: [tea-service]", "purposes: [spying]", "cups", "no purpose"),
    ("databases/cups.yaml", "due: 2021-12-31", "due: 2021-12-30", "cups", "first date"),
    ("plan/clauses.yaml", "{cups: cup-office}", "{cups: tea-master}", "cups", "U.2 names other"),
    ("databases/cups.yaml", "counted: true", "counted: false", "cups", "counted"),
    ("fields.yaml", "code_list: leaf", "code_list: leaves", "ethnicity", "does not exist"),
    ("plan/clauses.yaml", "lead: cup-office", "lead: mug-office", "U.2", "no agency"),
    ("plan/clauses.yaml", "with: [cup-office]", "with: [mug-office]", "U.1", "no agency"),
    ("plan/clauses.yaml", "agency: saucer-office", "agency: mug-office", "V.2", "no agency"),
    ("plan/clauses.yaml", "to: tea-master", "to: mug-office", "V.1", "no agency"),
    ("plan/clauses.yaml", "through: kettle-office", "through: mug-office", "V.1", "no agency"),
    ("plan/clauses.yaml", "{cups: cup-office}", "{cups: mug-office}", "U.2", "no agency"),
    (
        "plan/clauses.yaml",
        "{cups: cup-office}",
        "{mugs: cup-office}",
        "U.2",
        "agency or database",
    ),
    ("plan/clauses.yaml", "[kettles, lids]", "[kettles, spouts]", "T.2", "no database"),
    ("plan/clauses.yaml", "members: [cup-office]", "members: [x]", "task_force", "no agency"),
    ("plan/clauses.yaml", "seal: tea-master", "seal: x", "task_force", "no agency"),
    ("plan/clauses.yaml", "clauses: [T.2]", "clauses: [T.7]", "2022-01-01", "no clause"),
    ("plan/not_built.yaml", "T.9:", "T.8:", "T.8", "no such clause"),
    (
        "purposes.yaml",
        "verify: [number, full_name, birth]",
        "verify: [number, shoe]",
        "tea-tasting",
        "no field",
    ),
    ("purposes.yaml", "    consent: true\n", "", "tea-tasting", "consent"),
    (
        "purposes.yaml",
        "services: [verify, batch, share]\n    verify: [number, full_name, birth]",
        "services: [verify, changes, share]\n    verify: [number, full_name, birth]",
        "tea-tasting",
        "share by consent",
    ),
    (
        "purposes.yaml",
        "services: [share, correction]",
        "services: [correction]",
        "tea-watch",
        "do not go together",
    ),
    (
        "purposes.yaml",
        "readers: [officer]\n    roles: [steward, commune_police, provincial_police]",
        "readers: [agency]",
        "tea-watch",
        "may not leave",
    ),
    ("numbers.yaml", 'prefix: "909"', 'prefix: "902"', "synthetic", "real one"),
    ("numbers.yaml", 'prefix: "909"', 'prefix: "911"', "synthetic", "real one"),
    ("numbers.yaml", 'own_prefix: "901"', 'own_prefix: "999"', "own_prefix", "not among"),
    ("people/ethnicity-by-district.csv", "902,01,1000", "902,01,900", "902", "add up to 900"),
    ("people/ethnicity-by-district.csv", "902,01,1000", "902,09,1000", "09", "not in the list"),
    ("people/ethnicity-by-district.csv", "902,01,1000", "903,01,1000", "903", "no old district"),
    ("people/composition.yaml", "per_mille: 100}", "per_mille: 90}", "ages", "add up to 990"),
    ("people/composition.yaml", 'prefix: "902"', 'prefix: "777"', "777", "no such prefix"),
    ("people/names.yaml", 'ethnicity: "02"', 'ethnicity: "07"', "07", "not in the list"),
    ("people/names.yaml", "born_from: 2000", "born_from: 0", "generations", "not in order"),
    ("calendar/2021.yaml", "date: 2021-03-13", "date: 2021-03-12", "2021-03-12", "weekend"),
    (
        "calendar/2021.yaml",
        "instead_of: 2021-03-05",
        "instead_of: 2021-03-08",
        "2021-03-13",
        "not among the days off",
    ),
    ("calendar/2021.yaml", "date: 2021-03-05", "date: 2021-01-01", "2021-01-01", "twice"),
    # citation
    ("databases/kettles.yaml", "cites: [U.1, T.2]", "cites: [U.7, U.1]", "kettles", "no clause"),
    (
        "databases/cups.yaml",
        "cites: [U.2]",
        "cites: [T.1]",
        "U.2",
        "nothing in the catalogue cites",
    ),
    ("plan/not_built.yaml", "  V.2: Nobody writes reports yet\n", "", "V.2", "no reason"),
]


@pytest.mark.parametrize(("file", "old", "new", "item", "words"), SHAPE)
def test_a_wrong_shape_is_named(
    file: str, old: str, new: str, item: str, words: str, breaking: Break
) -> None:
    faults = [fault for fault in breaking(file, old, new) if item in fault.item]
    assert any(words in fault.wrong and fault.file == file for fault in faults), faults
    assert all(fault.fix for fault in faults)


@pytest.mark.parametrize("name", ["retension.yaml", "databases/mugs.yml", "calendar/2023.yaml.old"])
def test_a_file_that_nothing_reads_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("code: mugs\n", encoding="utf-8")
    (folder / "README.md").write_text("For people.", encoding="utf-8")
    (fault,) = catalogue.find_faults(folder)
    assert (fault.file, "nothing reads it" in fault.wrong) == (name, True)


@pytest.mark.parametrize(("file", "old", "new", "item", "words"), CROSS)
def test_a_broken_promise_is_named(
    file: str, old: str, new: str, item: str, words: str, breaking: Break
) -> None:
    found = breaking(file, old, new)
    named = [fault for fault in found if words in fault.wrong]
    assert any(item == fault.item or item in fault.wrong for fault in named), found
    assert all(fault.fix and fault.line >= 1 for fault in found)


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("databases/cups.yaml", "counted: true", "counted: 1", 4),
        ("databases/cups.yaml", "purposes: [tea-service]", "purposes: [spying]", 15),
        ("plan/clauses.yaml", "lead: cup-office", "lead: mug-office", 8),
        ("units/map.csv", "90103,90103,whole", "90103,90109,whole", 6),
        ("purposes.yaml", "    consent: true\n", "", 17),
    ],
)
def test_a_fault_names_its_line(file: str, old: str, new: str, line: int, breaking: Break) -> None:
    assert [(fault.file, fault.line) for fault in breaking(file, old, new)] == [(file, line)]


def test_a_missing_year_between_others_is_named(folder: Path) -> None:
    text = (folder / "calendar/2022.yaml").read_text(encoding="utf-8")
    (folder / "calendar/2024.yaml").write_text(text.replace("2022", "2024"), encoding="utf-8")
    (fault,) = catalogue.find_faults(folder)
    assert (fault.item, fault.wrong) == ("2023", "the year is left out")


def test_a_missing_file_is_named_with_where_to_read_on(folder: Path) -> None:
    (folder / "purposes.yaml").unlink()
    (fault,) = catalogue.find_faults(folder)
    assert (fault.file, fault.wrong) == ("purposes.yaml", "it is missing")
    assert "bring-another-province" in fault.fix


def test_all_faults_are_shown_at_once_and_load_refuses(folder: Path) -> None:
    for file in ("agencies.yaml", "fields.yaml"):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace("basis: law", "basis: rumour", 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        catalogue.load(folder)
    assert {fault.file for fault in caught.value.faults} == {"agencies.yaml", "fields.yaml"}
    assert caught.value.code == "catalogue_faults"
    assert "rumour" in str(caught.value)


def test_a_folder_without_a_province_is_all_missing_files(tmp_path: Path) -> None:
    faults = catalogue.find_faults(tmp_path)
    assert {"province.yaml", "units/units.yaml"} <= {fault.file for fault in faults}
    assert all(fault.wrong.startswith("it is missing") for fault in faults)


@pytest.mark.parametrize("name", ["calendar", "databases"])
def test_a_folder_that_is_gone_is_said_to_be_missing(folder: Path, name: str) -> None:
    shutil.rmtree(folder / name)
    found = [fault for fault in catalogue.find_faults(folder) if fault.file == name]
    assert [(fault.item, "missing" in fault.wrong) for fault in found] == [("the folder", True)]


def test_a_province_that_is_no_folder_is_one_clear_refusal(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no folder"):
        catalogue.find_faults(tmp_path / "nowhere")


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_csv_without_commas_is_told_to_want_commas(folder: Path, mark: str) -> None:
    file = folder / "units" / "today.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", mark), encoding="utf-8")
    (found,) = [one for one in catalogue.find_faults(folder) if one.file == "units/today.csv"]
    assert (found.item, "not commas" in found.wrong) == ("the header", True)
