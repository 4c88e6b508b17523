"""VNI both ways."""

import pytest
from hypothesis import given

from danso.kernel.vni import decode_vni, encode_vni
from tests.kernel.vietnamese import LETTERS_134, NAMES


@pytest.mark.parametrize("letter", LETTERS_134)
def test_every_letter_comes_back(letter: str) -> None:
    seen = encode_vni(letter)
    assert seen.encode("cp1252")
    assert decode_vni(seen) == letter


def test_all_codes_differ() -> None:
    assert len({encode_vni(letter) for letter in LETTERS_134}) == 134


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("Nguyeãn Vaên", "Nguyễn Văn"),
        ("NGUYEÃN VAÊN", "NGUYỄN VĂN"),
        ("Traàn Thò AÙnh", "Trần Thị Ánh"),
        ("Traàn Thò Aùnh", "Trần Thị Ánh"),
        ("Ñoã Ñình Höông", "Đỗ Đình Hương"),
        ("Huyønh Thuïy Vyõ", "Huỳnh Thụy Vỹ"),
        ("Phuùc Thònh", "Phúc Thịnh"),
    ],
)
def test_names_as_seen_in_old_files(seen: str, text: str) -> None:
    assert decode_vni(seen) == text


@given(NAMES)
def test_names_come_back(name: str) -> None:
    assert decode_vni(encode_vni(name)) == name
