"""TCVN3 both ways, and the capitals it loses."""

import pytest
from hypothesis import given

from danso.kernel.tcvn3 import decode_tcvn3, encode_tcvn3
from tests.kernel.vietnamese import LETTERS_134, MARKED, NAMES, TONED

# printf '%s' LETTERS | iconv -f UTF-8 -t TCVN5712-1, an independent witness (glibc).
BY_ICONV = bytes.fromhex(
    "a8a9aeaaabacada1a2a7a3a4a5a6b8b5b6b7b9bebbbcbdc6cac7c8c9cbd0cccecfd1d5d2d3"
    "d4d6ddd7d8dcdee3dfe1e2e4e8e5e6e7e9edeaebeceef3eff1f2f4f8f5f6f7f9fdfafbfcfe"
)


@pytest.mark.parametrize("letter", MARKED + MARKED.upper() + TONED)
def test_letters_with_a_code_of_their_own_come_back(letter: str) -> None:
    seen = encode_tcvn3(letter)
    assert len(seen.encode("latin-1")) == 1
    assert decode_tcvn3(seen) == letter


@pytest.mark.parametrize("letter", TONED.upper())
def test_toned_capitals_come_back_among_capitals_and_at_the_head_of_names(letter: str) -> None:
    assert encode_tcvn3(letter) == encode_tcvn3(letter.lower())
    for text in (f"TH{letter}NG", f"ĐẠI {letter}", f"Nguyễn {letter}nh"):
        assert decode_tcvn3(encode_tcvn3(text)) == text


def test_all_letters_share_seventy_four_codes() -> None:
    assert len(set(encode_tcvn3(LETTERS_134))) == 74


def test_the_table_is_that_of_the_standard() -> None:
    assert encode_tcvn3(MARKED + MARKED.upper() + TONED).encode("latin-1") == BY_ICONV


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        ("NguyÔn V¨n An", "Nguyễn Văn An"),
        ("NGUYÔN V¡N vò", "NGUYỄN VĂN vũ"),
        ("NGUYÔN V¡N ¸I Vò", "NGUYỄN VĂN ÁI VŨ"),
        ("TrÇn ThÞ ¸nh", "Trần Thị Ánh"),
        ("Lª Vò", "Lê Vũ"),
        ("c«ng an ë x·", "công an ở xã"),
        ("¸i", "ái"),
        ("NguyÔn V¨n An;¸i;NGUYÔN ¸I\nTrÇn ThÞ ¸nh", "Nguyễn Văn An;ái;NGUYỄN ÁI\nTrần Thị Ánh"),
        ("H\xad¬ng", "Hương"),
        ("", ""),
    ],
)
def test_capitals_are_given_back_where_the_neighbours_tell(seen: str, text: str) -> None:
    assert decode_tcvn3(seen) == text


def test_the_capital_font_trap_cannot_be_undone() -> None:
    # Typed wholly in .VnTimeH: on screen all capitals, in the file all small.
    assert decode_tcvn3("nguyÔn v¨n an") == "nguyễn văn an"


@given(NAMES)
def test_names_come_back_as_typed(name: str) -> None:
    assert decode_tcvn3(encode_tcvn3(name)) == name or not name[0].isascii()
    assert decode_tcvn3(encode_tcvn3(name)).lower() == name.lower()
