"""Hurt text is recognised, repaired, and doubted where there is doubt."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danso.kernel.legacy import (
    Encoding,
    Repaired,
    encode_tcvn3,
    encode_vni,
    find_encoding,
    read_as,
    repair,
)
from tests.kernel.vietnamese import NAMES


def scramble(text: str) -> str:
    """UTF-8 read as cp1252, holes as Latin-1."""
    return "".join(
        bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in text.encode("utf-8")
    )


@pytest.mark.parametrize(
    ("hurt", "meant", "encoding"),
    [
        ("NguyÔn V¨n", "Nguyễn Văn", "tcvn3"),
        ("NGUYÔN V¡N", "NGUYỄN VĂN", "tcvn3"),
        ("§ç", "Đỗ", "tcvn3"),
        ("Hoµng ThÞ H\xad¬ng", "Hoàng Thị Hương", "tcvn3"),
        ("Hå §ång K'Br«i", "Hồ Đồng K'Brôi", "tcvn3"),
        ("Nguyễn V¨n", "Nguyễn Văn", "tcvn3"),
        ("Nguyeãn Vaên", "Nguyễn Văn", "vni"),
        ("Ñoã Thò AÙnh", "Đỗ Thị Ánh", "vni"),
        ("Phaïm Thò Myõ Leä", "Phạm Thị Mỹ Lệ", "vni"),
        ("Nguyá»…n VÄƒn", "Nguyễn Văn", "mojibake"),
        (scramble("Đỗ Thị Ánh Tuyết"), "Đỗ Thị Ánh Tuyết", "mojibake"),
        (scramble(scramble("Lê Văn Quý")), "Lê Văn Quý", "mojibake"),
        ("Nguyễn Văn An", "Nguyễn Văn An", "utf-8"),
        ("Nguyen Van An", "Nguyen Van An", "utf-8"),
        ("Ðỗ Văn", "Ðỗ Văn", "utf-8"),
        ("Hồ K'Brôi", "Hồ K'Brôi", "utf-8"),
        ("Xã “Nghĩa An” – Thôn 2", "Xã “Nghĩa An” – Thôn 2", "utf-8"),
        ("", "", "utf-8"),
    ],
)
def test_repair_is_sure_of(hurt: str, meant: str, encoding: Encoding) -> None:
    assert repair(hurt) == Repaired(meant, encoding, confident=True)


@pytest.mark.parametrize(
    "text", ["Vò", "Lê", "Trí", "Hoà", "Lê Trí", "José", "Müller", "NguyÔn Brül"]
)
def test_repair_doubts(text: str) -> None:
    assert not repair(text).confident


@pytest.mark.parametrize(
    "text", ["Vò", "Lê", "Trí", "Hoà", "José", "Müller", "Xã “Nga An” – Thôn 2"]
)
def test_repair_leaves_what_it_doubts_and_as_is_would_do(text: str) -> None:
    assert repair(text) == Repaired(text, "utf-8", confident=False)


@pytest.mark.parametrize(
    ("hint", "text"), [("tcvn3", "Vũ"), ("vni", "Vị"), ("utf-8", "Vò"), ("mojibake", "Vò")]
)
def test_a_hint_settles_a_doubt(hint: Encoding, text: str) -> None:
    assert repair("Vò", hint=hint).text == text
    assert repair("Vò", hint=hint).confident is (hint != "mojibake")


def test_a_hint_does_not_overrule_the_text() -> None:
    assert repair("Nguyễn Văn", hint="tcvn3").text == "Nguyễn Văn"
    assert repair("Nguyeãn Vaên", hint="tcvn3").text == "Nguyễn Văn"
    assert repair("Nguyeãn Vaên", hint="utf-8").text == "Nguyễn Văn"
    assert repair("José", hint="utf-8") == Repaired("José", "utf-8", confident=True)


@given(NAMES)
def test_repair_never_touches_sound_names(name: str) -> None:
    for form in ("NFC", "NFD"):
        sound = unicodedata.normalize(form, name)
        assert repair(sound).text == sound


@given(NAMES)
def test_repair_when_sure_gives_back_the_name(name: str) -> None:
    for hurt in (encode_tcvn3(name), encode_vni(name), scramble(name)):
        repaired = repair(hurt)
        assert not repaired.confident or repaired.text.lower() == name.lower()


@given(st.lists(NAMES, min_size=3, max_size=6))
def test_a_hinted_column_comes_back(names: list[str]) -> None:
    hurt = [encode_vni(name) for name in names]
    hint = find_encoding(hurt)
    assert hint in ("vni", "utf-8", None)
    assert [repair(text, hint="vni").text for text in hurt] == names


@given(st.text())
def test_repair_takes_any_text(text: str) -> None:
    assert isinstance(repair(text).text, str)


@pytest.mark.parametrize(
    ("samples", "encoding"),
    [
        (["NguyÔn V¨n", "An", "Vò", "TrÇn ThÞ"], "tcvn3"),
        (["Nguyeãn Vaên", "Traàn Thò"], "vni"),
        (["Nguyễn Văn", "Trần Thị", "Lê"], "utf-8"),
        (["NguyÔn V¨n", "Trần Thị"], None),
        (["An", "Binh"], None),
        (["Vò", "Lê"], None),
        ([], None),
    ],
)
def test_a_column_tells_its_encoding(samples: list[str], encoding: Encoding | None) -> None:
    assert find_encoding(samples) == encoding


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8", "V¨n"), ("tcvn3", "Văn"), ("vni", "V¨n"), ("mojibake", "V¨n")],
)
def test_read_as_does_as_told(encoding: Encoding, text: str) -> None:
    assert read_as("V¨n", encoding) == text


def test_read_as_undoes_mojibake() -> None:
    assert read_as("VÄƒn", "mojibake") == "Văn"


def test_long_text_is_repaired_too() -> None:
    assert repair("NguyÔn V¨n " * 40) == Repaired("Nguyễn Văn " * 40, "tcvn3", confident=True)
    assert repair("Nguyễn Văn " * 40) == Repaired("Nguyễn Văn " * 40, "utf-8", confident=True)
