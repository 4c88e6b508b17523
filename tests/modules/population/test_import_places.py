"""Communes as lists of real communes write them: shortened, with what stands behind, on both
maps; what is not certain waits with what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.modules.population import interface as population
from danso.modules.population.data import FileReport, ImportOptions
from danso.modules.population.engine.importing.places import Given, Place, Places
from danso.modules.population.engine.importing.residence import split_residence
from danso.modules.population.models import Person, Quarantined
from danso.toolkit.platform import province
from tests.modules.population.conftest import OFFICER
from tests.modules.population.files import csv_file, person


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.of(province().units, province().name)


def found(places: Places, name: str, district: str = "") -> tuple[str | None, str | None]:
    place = places.resolve(Given(name=name, district=district))
    return place.recorded, place.version


@pytest.mark.parametrize(
    ("written", "code", "version"),
    [
        ("ham rong", "14758", "2025"),
        ("P. Hàm Rồng", "14758", "2025"),
        ("P.Hàm Rồng", "14758", "2025"),
        ("P HÀM RỒNG", "14758", "2025"),
        ("Phường Hàm Rồng, tỉnh Thanh Hóa", "14758", "2025"),
        ("Phường Hàm Rồng, TP Thanh Hóa", "14755", "2022"),
        ("P.Hàm Rồng - TP.Thanh Hoá", "14755", "2022"),
        ("X. Hà Trung", "15271", "2025"),
        ("TT. Hà Trung", "15271", "2022"),
        ("T.T Hà Trung, H.Hà Trung", "15271", "2022"),
        # Today's ward with the old town behind it.
        ("P. Hạc Thành, TP Thanh Hóa, tỉnh Thanh Hóa", "14797", "2025"),
        ("P. Ba Đình, TX. Bỉm Sơn", "14812", "2022"),
        ("phường Ba Đình (TP. Thanh Hóa)", "14776", "2022"),
        ("Phú Sơn, Thanh Hóa, Thanh Hóa, Việt Nam", "14770", "2022"),
        ("xã Xuân Lộc, huyện Thường Xuân, T. Thanh Hóa", "15643", "2022"),
        # Two of one district that only their marks tell apart.
        ("X. Nga Thanh, H. Nga Sơn", "16123", "2022"),
        ("X. Nga Thành, H. Nga Sơn", "16141", "2022"),
    ],
)
def test_shortened_kinds_and_what_stands_behind_are_understood(
    places: Places, written: str, code: str, version: str
) -> None:
    assert found(places, written) == (code, version)


@pytest.mark.parametrize("district", ["TP.Thanh Hóa", "Tp Thanh Hóa", "Thanh Hóa", "T.P Thanh Hóa"])
def test_a_column_of_districts_may_be_shortened_too(places: Places, district: str) -> None:
    assert found(places, "P.Ba Đình", district) == ("14776", "2022")


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        (
            "P. Ba Đình, Thanh Hóa",
            "Phường Ba Đình, Thành phố Thanh Hóa (2022); Phường Ba Đình, Thị xã Bỉm Sơn (2022)",
        ),
        ("Xã Hàm Rồng", "Phường Hàm Rồng (2025); Phường Hàm Rồng, Thành phố Thanh Hóa (2022)"),
        (
            "x. nga thanh, h. nga son",
            "Xã Nga Thanh, Huyện Nga Sơn (2022); Xã Nga Thành, Huyện Nga Sơn (2022)",
        ),
        ("Xã Quảng Phú, huyện Đô Lương, tỉnh Nghệ An", "Xã Quảng Phú, Huyện Thọ Xuân (2022)"),
        ("Xã Không Có", ""),
    ],
)
def test_what_is_not_certain_is_offered_and_never_guessed(
    places: Places, written: str, offered: str
) -> None:
    assert places.resolve(Given(name=written)) == Place(
        None, None, None, reason="commune_unknown", offer=offered
    )


def test_the_provinces_name_alone_is_no_commune(places: Places) -> None:
    assert found(places, "Thanh Hóa") == (None, None)
    assert found(places, "Xã Thanh Hòa") != (None, None)


def test_two_districts_that_contradict_each_other_settle_nothing(places: Places) -> None:
    assert found(places, "P. Ba Đình, TX Bỉm Sơn", "TP Thanh Hóa") == (None, None)


def test_every_commune_of_both_maps_is_found_by_its_name_in_full(places: Places) -> None:
    units = province().units
    for old in units.old_communes:
        written = f"{old.name}, {old.district_name}, tỉnh Thanh Hóa"
        assert found(places, written) == (old.code, "2022"), written
    for unit in units.communes:
        shortened = unit.name.replace("Xã ", "X. ").replace("Phường ", "P.")
        assert found(places, shortened) == (unit.code, "2025"), shortened


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        ("SN 12, P. Ba Đình, TP Thanh Hoá, Thanh Hoá", "14776"),
        ("SN 12 - P. Ba Đình - TX Bỉm Sơn - Thanh Hoá", "14812"),
        ("Thôn 3, xã Hà Bình, Hà Trung, Thanh Hóa", "15328"),
        ("Thôn 3, xã Bát Mọt, H. Thường Xuân, tỉnh Thanh Hóa", "15607"),
        ("thôn Đoài, xã Phú Sơn, huyện Đô Lương, Nghệ An", None),
    ],
)
def test_a_residence_in_one_cell_is_taken_apart(
    places: Places, whole: str, code: str | None
) -> None:
    parts = split_residence(whole, places)
    assert found(places, parts.commune or "", parts.district or "")[0] == code
    assert whole.startswith(parts.hamlet or "?")


def load(folder: Path, *rows: dict[str, str]) -> FileReport:
    options = ImportOptions(with_quality=False)
    path = csv_file(folder, list(rows))
    return population.import_people(path, actor=OFFICER, options=options).files[0]


def test_rows_of_a_commune_enter_and_the_uncertain_wait_with_candidates(
    db: object, tmp_path: Path
) -> None:
    names = {
        "099084000101": "P. Hàm Rồng",
        "099084000102": "Phường Hàm Rồng, TP Thanh Hóa",
        "099084000103": "P.Ba Đình",
    }
    rows = [
        {**person(**{"Số định danh": number}), "Mã xã": "", "Xã/Phường": name}
        for number, name in names.items()
    ]
    report = load(tmp_path, *rows)

    assert (report.loaded, report.reasons) == (2, {"commune_unknown": 1})
    assert set(Person.objects.values_list("commune", flat=True)) == {"14758"}
    assert "Phường Ba Đình, Thị xã Bỉm Sơn (2022)" in Quarantined.objects.get().suggestion


def test_an_old_district_behind_todays_name_does_not_change_what_its_code_means(
    places: Places,
) -> None:
    """14758 is Hàm Rồng today and was Đông Thọ."""
    given = Given(recorded="14758", name="P. Hàm Rồng", district="TP Thanh Hóa")
    assert places.resolve(given) == Place("14758", "14758", "2025")
    older = given._replace(name="P. Đông Thọ")
    assert places.resolve(older).version == "2022"
