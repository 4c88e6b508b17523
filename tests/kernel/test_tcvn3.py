"""TCVN3 both ways, and the capitals it loses."""

import subprocess
from shutil import which

import pytest
from hypothesis import given

from danso.kernel.tcvn3 import decode_tcvn3, encode_tcvn3
from tests.kernel.vietnamese import LETTERS_134, MARKED, NAMES, TONED


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


@pytest.mark.skipif(which("iconv") is None, reason="iconv, the independent witness, is not here")
def test_the_table_is_that_of_the_standard() -> None:
    letters = MARKED + MARKED.upper() + TONED
    standard = subprocess.run(
        ["iconv", "-f", "UTF-8", "-t", "TCVN5712-1"],
        input=letters.encode(),
        capture_output=True,
        check=True,
    ).stdout
    assert encode_tcvn3(letters).encode("latin-1") == standard


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
