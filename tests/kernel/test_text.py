"""Text made comparable."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from danso.kernel.text import canonical, canonical_and_plain, fold, plain, sort_key, tidy
from tests.kernel.vietnamese import LETTERS_134, NAMES, SYLLABLES


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("  Nguyễn \u00a0 Văn\tA \n", "Nguyễn Văn A"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Huệ"), "Nguyễn Thị Huệ"),
        ("Ðặng Ɖức ðạt ɖình", "Đặng Đức đạt đình"),
        ("Lê\u200b V\u00adăn\ufeff \u200e An", "Lê Văn An"),
        ("Lê\x00 An\x07", "Lê An"),
        ("An\x00", "An"),
        ("ca\u0301\u0302p", "cấp"),
        ("Pho\u0309\u031b", "Phở"),
        ("HÒA  Lý", "HÒA Lý"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_tidy_mends_characters_and_keeps_spelling(dirty: str, clean: str) -> None:
    assert tidy(dirty) == clean


@given(st.text())
def test_tidy_settles_at_once_and_leaves_nothing_invisible(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once == " ".join(once.split())
    assert not {unicodedata.category(c) for c in once} & {"Cc", "Cf", "Cs"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("thúy", "thuý"),
        ("KHỎE", "khoẻ"),
        ("Lũy", "luỹ"),
        ("Lý", "Lí"),
        ("Mỹ", "Mĩ"),
        ("Thụy", "Thuỵ"),
        ("Quý", "Quí"),
        ("Hy", "Hi"),
        ("Ðặng", "đặng"),
        ("NGUYỄN  VĂN A ", "Nguyễn Văn A"),
        ("K’Brôi", "k'brôi"),
        ("Y–Moan", "y-moan"),
        ("Trần Thị (Bé)", "trần thị (bé)"),
    ],
)
def test_canonical_makes_the_same_name_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Hoa", "Hòa"), ("Hoàng", "Hoãng"), ("Dung", "Dũng"), ("Đan", "Dan")]
)
def test_canonical_keeps_different_names_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_canonical_keeps_the_tone_of_quy_on_the_y() -> None:
    assert canonical("Quý") == "quý"


@given(st.text(alphabet=LETTERS_134 + "abcdeghiklmnopqrstuvxy '-\u0301\u0323\u200b", max_size=30))
@example("a\u00c0\u0301")
def test_canonical_settles_at_once(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert canonical(tidy(text)) == canonical(text)


@given(NAMES)
def test_canonical_does_not_care_how_a_name_was_typed(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert canonical(unicodedata.normalize(form, name.upper())) == canonical(name)


@given(NAMES)
def test_the_plain_key_of_a_name_equals_that_of_the_name_without_diacritics(name: str) -> None:
    assert plain(name) == plain(fold(name)) == plain(fold(name).upper())


@given(NAMES | st.text())
@example("Hoà \u200b Thúy  Nguyễn")
def test_both_keys_at_once_are_the_two_keys(name: str) -> None:
    assert canonical_and_plain(name) == (canonical(name), plain(name))


@pytest.mark.parametrize("letter", LETTERS_134)
def test_fold_brings_every_letter_to_ascii(letter: str) -> None:
    folded = fold(letter)
    assert (len(folded), folded.isascii(), folded.islower()) == (1, True, True)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ĐỖ Thị Huệ", "do thi hue"),
        ("Ƀuôt Êban", "buot eban"),
        ("Ngữ 阮文 Ω", "ngu 阮文 ω"),
        ("\u0301 a", "a"),
    ],
)
def test_fold_keeps_what_has_no_ascii_form(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_sort_key_gives_the_order_of_the_alphabet() -> None:
    names = ["An", "Ánh", "Ăn", "Ân", "Bình", "Dung", "Đào", "Em", "Êm", "On", "Ơn", "Uy", "Ưu"]
    backwards = names[::-1]
    assert sorted(backwards, key=sort_key) == names


def test_sort_key_puts_tones_after_letters_within_a_syllable() -> None:
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "man", "mạn", "mang", "mă"]
    backwards = words[::-1]
    assert sorted(backwards, key=sort_key) == words


def test_sort_key_compares_syllable_by_syllable() -> None:
    names = ["An", "An Bình", "Án", "Án Bình", "Anh"]
    backwards = names[::-1]
    assert sorted(backwards, key=sort_key) == names


@given(SYLLABLES, SYLLABLES)
def test_sort_key_orders_bytes_as_it_orders_text(one: str, other: str) -> None:
    first, second = sort_key(one), sort_key(other)
    assert first.isascii()
    assert (first < second) == (first.encode() < second.encode())


@pytest.mark.parametrize(("one", "other"), [("hòa", "HOÀ"), ("Lý", "lí"), ("Ana", "Äna")])
def test_sort_key_ignores_style_and_foreign_marks(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_sort_key_takes_any_text() -> None:
    assert sort_key("\u0301 2 阮") == "2 0 阮 0"


@pytest.mark.parametrize("function", [tidy, canonical, fold, plain, sort_key])
def test_long_text_is_treated_alike_but_not_remembered(function: Callable[[str], str]) -> None:
    words = " ".join(["Hòa Đức Lý"] * 40)
    assert function(words) == " ".join([function("Hòa Đức Lý")] * 40)
