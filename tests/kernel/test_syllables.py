"""The shape of a syllable."""

import pytest
from hypothesis import given

from danso.kernel.syllables import Syllable, find_syllable, is_plausible, lift_tones, spell
from tests.kernel.vietnamese import SYLLABLES


@pytest.mark.parametrize(
    ("word", "syllable"),
    [
        ("nguyễn", Syllable("ng", "uyê", "n", "\u0303")),
        ("nghiêng", Syllable("ngh", "iê", "ng", "")),
        ("giá", Syllable("gi", "a", "", "\u0301")),
        ("gì", Syllable("g", "i", "", "\u0300")),
        ("gìn", Syllable("g", "i", "n", "\u0300")),
        ("quý", Syllable("qu", "y", "", "\u0301")),
        ("đắk", Syllable("đ", "ă", "k", "\u0301")),
        ("ưng", Syllable("", "ư", "ng", "")),
    ],
)
def test_a_syllable_is_taken_apart(word: str, syllable: Syllable) -> None:
    assert find_syllable(word) == syllable


@pytest.mark.parametrize("word", ["", "brôi", "josé", "hóá", "nguyen1", "ngh", "qua̱"])
def test_what_is_no_syllable_stays_whole(word: str) -> None:
    assert find_syllable(word) is None
    assert not is_plausible(word)


@given(SYLLABLES)
def test_real_syllables_are_plausible(word: str) -> None:
    assert is_plausible(word)


@pytest.mark.parametrize("word", ["văơn", "nguyôn", "hăo", "cat", "tôc", "uât", "oaa"])
def test_vowels_and_codas_that_never_meet_are_not_plausible(word: str) -> None:
    assert not is_plausible(word)


def test_tones_are_lifted_and_vowel_marks_kept() -> None:
    assert lift_tones("nguyễn") == ("nguyên", "\u0303")


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("thúy", "thuý"),
        ("lũy", "luỹ"),
        ("tòan", "toàn"),
        ("qúy", "quý"),
        ("quí", "quý"),
        ("gìa", "già"),
        ("cuả", "của"),
        ("nghiã", "nghĩa"),
        ("lựu", "lựu"),
        ("ứơt", "ướt"),
        ("hứơu", "hươú"),
        ("khùyu", "khuỳu"),
        ("ngòai", "ngoài"),
        ("mùôn", "muồn"),
        ("lý", "lí"),
        ("ỷ", "ỉ"),
    ],
)
def test_each_syllable_has_one_spelling(typed: str, spelt: str) -> None:
    one, other = find_syllable(typed), find_syllable(spelt)
    assert one is not None
    assert other is not None
    assert spell(one) == spell(other)


@pytest.mark.parametrize(
    "word", ["hoà", "thuý", "khoẻ", "lựu", "hươu", "của", "quý", "lí", "khuỷu"]
)
def test_the_modern_spelling_is_the_one(word: str) -> None:
    syllable = find_syllable(word)
    assert syllable is not None
    assert spell(syllable) == word


@pytest.mark.parametrize(
    ("one", "other"), [("thúy", "thúi"), ("hay", "hai"), ("lynh", "linh"), ("huy", "hui")]
)
def test_i_and_y_that_sound_different_stay_apart(one: str, other: str) -> None:
    first, second = find_syllable(one), find_syllable(other)
    assert first is not None
    assert second is not None
    assert spell(first) != spell(second)
