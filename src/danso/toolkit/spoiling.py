"""What goes wrong with single values in real files, as functions from a good value to a bad one.

For the makers of synthetic files; needs no Django.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np

from danso.kernel.legacy import encode_tcvn3, encode_vni

_DIGIT_READ_AS = {"0": "8", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "9", "7": "1"}
_TONE_PAIRS = (
    ("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ"),
    ("òe", "oè"), ("óe", "oé"), ("ùy", "uỳ"), ("úy", "uý"), ("ủy", "uỷ"), ("ụy", "uỵ"),
)  # fmt: skip
# For each letter one taken for it; never i for y, which is only another spelling.
_LETTER_READ_AS = dict(zip("abcdefghijklmnopqrstuvwxyz", "odebctqblihinmaqgnrfnuvsgs", strict=True))
_I_FOR_Y = (("Lý", "Lí"), ("Mỹ", "Mĩ"), ("Quý", "Quí"), ("Kỳ", "Kì"), ("Hy", "Hi"), ("Ly", "Li"))


class Neighbours:
    """The other values of the same column, for faults that take somebody else's."""

    def __init__(self, values: Sequence[str], rng: np.random.Generator) -> None:
        self._values = values
        self._rng = rng

    def other(self, value: str) -> str:
        """A value of another row; the same one where there is no other."""
        for place in self._rng.integers(0, len(self._values), 5):
            found = self._values[int(place)]
            if found and found != value:
                return found
        return value

    def below(self, limit: int) -> int:
        """A whole number from zero up to, not including, the limit."""
        return int(self._rng.integers(0, limit))


Spoil = Callable[[str, Neighbours], str]


def strip_marks(text: str, _: Neighbours) -> str:
    """NGUYEN VAN HOA: all marks lost, the case kept."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.replace("đ", "d").replace("Đ", "D")


def upper(text: str, _: Neighbours) -> str:
    """All capitals."""
    return text.upper()


def decompose(text: str, _: Neighbours) -> str:
    """Letters and marks apart (NFD), as some systems export them."""
    return unicodedata.normalize("NFD", text)


def space_out(text: str, near: Neighbours) -> str:
    """Double, trailing, no-break or tab-like spaces."""
    space = ("  ", "\u00a0", " \u00a0")[near.below(3)]
    return text.replace(" ", space, 1) + (" " if near.below(2) else "")


def hide_characters(text: str, _: Neighbours) -> str:
    """A zero-width space in the middle."""
    return text.replace(" ", " \u200b", 1)


def other_tone_place(text: str, _: Neighbours) -> str:
    """Hòa written Hoà, Lý written Lí."""
    for new, old in (*_TONE_PAIRS, *_I_FOR_Y):
        if new in text:
            return text.replace(new, old)
    return text


def eth_for_d(text: str, _: Neighbours) -> str:
    """Icelandic Ð in place of Đ: looks the same."""
    return text.replace("Đ", "Ð")


def misread_utf8(text: str, _: Neighbours) -> str:
    """UTF-8 read as cp1252."""
    return text.encode("utf-8").decode("cp1252", errors="replace").replace("\ufffd", "")


def as_tcvn3(text: str, _: Neighbours) -> str:
    """One cell in the old TCVN3 font code."""
    return encode_tcvn3(text)


def as_vni(text: str, _: Neighbours) -> str:
    """One cell in the old VNI font code."""
    return encode_vni(text)


def given_first(text: str, _: Neighbours) -> str:
    """An Nguyễn Văn: western order."""
    *rest, given = text.split(" ")
    return " ".join([given, *rest])


def drop_middle(text: str, _: Neighbours) -> str:
    """The filler syllables Văn and Thị left out."""
    return re.sub(r" (Văn|Thị) ", " ", text, count=1)


def lose_middle(text: str, _: Neighbours) -> str:
    """Family and given name only."""
    first, *_middle, last = text.split(" ")
    return f"{first} {last}"


def misread_letter(text: str, near: Neighbours) -> str:
    """One letter typed wrongly, which no folding brings back; a letter without marks, if any."""
    letters = {place: _bare(letter) for place, letter in enumerate(text)}
    known = [place for place, letter in letters.items() if letter in _LETTER_READ_AS]
    places = [place for place in known if text[place].isascii()] or known
    if not places:
        return text
    place = places[near.below(len(places))]
    wrong = _LETTER_READ_AS[letters[place]]
    return text[:place] + (wrong.upper() if text[place].isupper() else wrong) + text[place + 1 :]


def misread_birth(birth: str, near: Neighbours) -> str:
    """One digit of a whole date wrong, of the day or (one in four) of the year, which only falls;
    the result is still a date."""
    is_leap_day = birth.endswith("-02-29")
    if birth[3] != "0" and not is_leap_day and not near.below(4):
        return f"{birth[:3]}{near.below(int(birth[3]))}{birth[4:]}"
    tens, ones = birth[8], birth[9]
    if tens == "3":
        return f"{birth[:8]}{1 + near.below(2)}{ones}"
    # Up to 28, which every month has.
    others = [digit for digit in "0123456789" if digit != ones and "01" <= tens + digit <= "28"]
    return birth[:9] + others[near.below(len(others))]


def as_formula(text: str, _: Neighbours) -> str:
    """A cell that a spreadsheet would run."""
    return f'=HYPERLINK("http://x.invalid";"{text}")'


def empty(_: str, __: Neighbours) -> str:
    """Left out."""
    return ""


def misread_digit(number: str, near: Neighbours) -> str:
    """One digit of the random part typed wrongly, as eyes and scanners do."""
    place = 6 + near.below(6)
    if len(number) <= place:
        return number
    return number[:place] + _DIGIT_READ_AS.get(number[place], "0") + number[place + 1 :]


def transpose_digits(number: str, near: Neighbours) -> str:
    """Two neighbouring digits swapped."""
    place = 6 + near.below(5)
    return number[:place] + number[place : place + 2][::-1] + number[place + 2 :]


def extra_digit(number: str, near: Neighbours) -> str:
    """Thirteen digits."""
    return number + str(near.below(10)) if number else number


def lose_digit(number: str, _: Neighbours) -> str:
    """The last digit cut off: nobody can restore it."""
    return number[:-1]


def lose_leading_zero(number: str, _: Neighbours) -> str:
    """Eleven digits: a spreadsheet ate the zero."""
    return number.removeprefix("0")


def letter_for_zero(number: str, near: Neighbours) -> str:
    """The letter O typed for a zero."""
    places = [place for place, digit in enumerate(number) if digit == "0"]
    if not places:
        return number
    place = places[near.below(len(places))]
    return number[:place] + "O" + number[place + 1 :]


def filler_number(number: str, near: Neighbours) -> str:
    """A number nobody has, typed to get past a form."""
    return ("000000000000", "123456789012", "999999999999")[near.below(3)] if number else number


def somebody_elses(value: str, near: Neighbours) -> str:
    """The value of another row."""
    return near.other(value) if value else value


def grouped_digits(number: str, _: Neighbours) -> str:
    """Dots or spaces between groups of digits."""
    return " ".join(number[place : place + 3] for place in range(0, len(number), 3))


def only_year(birth: str, _: Neighbours) -> str:
    """Day and month left out."""
    return birth[:4]


def first_of_january(birth: str, _: Neighbours) -> str:
    """Day and month filled up."""
    return f"{birth[:4]}-01-01"


def swap_day_and_month(birth: str, _: Neighbours) -> str:
    """04/05 for 05/04: only where the result is a date."""
    if len(birth) < 10 or int(birth[8:]) > 12:
        return birth
    return f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"


def year_off_by_one(birth: str, near: Neighbours) -> str:
    """The lunar year, or the year of registration."""
    return f"{int(birth[:4]) + (1 if near.below(2) else -1)}{birth[4:]}"


def born_in_the_future(birth: str, _: Neighbours) -> str:
    """A century too late; two for the very old, whom one would make a child of today."""
    return f"{int(birth[:4]) + (100 if birth >= '1950' else 200)}{birth[4:]}"


def impossible_day(birth: str, _: Neighbours) -> str:
    """31 February."""
    return f"{birth[:4]}-02-31"


def other_sex(sex: str, _: Neighbours) -> str:
    """The other code."""
    return {"1": "2", "2": "1"}.get(sex, sex)


def still_alive(_: str, __: Neighbours) -> str:
    """The dead whom nobody struck off."""
    return "alive"


def not_updated(marital: str, _: Neighbours) -> str:
    """Married and widowed people still listed as single."""
    return "1" if marital != "1" else marital


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower().replace("đ", "d")
