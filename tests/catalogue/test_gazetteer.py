"""Communes are found as people write them, and never guessed."""

import pytest

from danso.catalogue import Province
from danso.catalogue.gazetteer import Gazetteer


@pytest.fixture(scope="module")
def places(thanh_hoa: Province) -> Gazetteer:
    return Gazetteer(thanh_hoa)


@pytest.mark.parametrize(
    "written",
    ["Xã Nguyệt Ấn", "nguyệt ấn", "XÃ NGUYỆT ẤN", "xa nguyet an", "X. Nguyệt Ấn", "Nguyet  An"],
)
def test_a_name_is_found_however_written(written: str, places: Gazetteer) -> None:
    found = places.find(written)
    assert found[0].code == "15115"
    assert not found[0].older
    assert all(place.name == "Xã Nguyệt Ấn" for place in found)


def test_one_name_in_many_places_returns_them_all(places: Gazetteer) -> None:
    found = places.find("Phường Đông Sơn")
    assert {place.older for place in found} == {True, False}
    assert len(found) >= 3
    only = places.find("Đông Sơn", district="TX Bỉm Sơn")
    assert {place.district_code for place in only} == {"381"}


def test_an_old_name_is_found_under_each_name_it_had(places: Gazetteer) -> None:
    (renamed,) = places.find("Phường Rừng Thông")
    assert (renamed.code, renamed.name, renamed.older) == ("16378", "Thị trấn Rừng Thông", True)
    # One commune had the name in 2022; its neighbour took it over when the two became one.
    both = places.find("Xã Xuân Lộc", district="H. Triệu Sơn")
    assert {place.code for place in both} == {"15739", "15736"}


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("Thôn 3, xã Bát Mọt, huyện Thường Xuân, tỉnh Thanh Hóa", {"15607"}),
        ("Bản Na, Mường Lát, Thanh Hóa", {"14845"}),
        ("SN 12 - P. Ba Đình - TP Thanh Hoá - Thanh Hoá", {"14776"}),
        ("SN 12, phường Ba Đình, TX. Bỉm Sơn, Thanh Hóa", {"14812"}),
        ("khu 2, thị trấn Sao Vàng, Thọ Xuân", {"15553"}),
        # The province's name at the end says nothing about the district of the same name.
        ("phường Ba Đình, Thanh Hóa", {"14776", "14812"}),
    ],
)
def test_an_address_names_its_commune(address: str, codes: set[str], places: Gazetteer) -> None:
    assert {place.code for place in places.find_in_address(address)} == codes


def test_what_is_no_commune_is_not_found(places: Gazetteer) -> None:
    assert places.find("Xã Không Có") == ()
    assert places.find_in_address("") == ()
    assert places.find_in_address("1 Đường Láng, Hà Nội") == ()
