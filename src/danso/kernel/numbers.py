"""The personal number (12 digits) and the old identity number (9 digits).

Layout PPP G YY RRRRRR: province of birth registration, sex with century, year, random part; there
is no check digit (Circular 59/2021/TT-BCA art. 4). Which PPP exist is data of the province.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue

PERSONAL_LENGTH: Final = 12
OLD_LENGTH: Final = 9
_SEPARATORS: Final = str.maketrans("", "", " \t\r\n.-'’\u00a0\u200b\u202f\ufeff")
_PLACEHOLDERS: Final = frozenset(
    run[start : start + length]
    for length in (PERSONAL_LENGTH, OLD_LENGTH)
    for run in ("0123456789" * 3, "9876543210" * 3, *(digit * 12 for digit in "0123456789"))
    for start in range(10)
)


class Sex(IntEnum):
    """Codes as the population database keeps them; 0 is ours, for unknown."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2


class PersonalNumber(str):
    """Twelve digits. Made by `NumberRules.parse`, which also knows the prefixes."""

    __slots__ = ()

    def __new__(cls, digits: str) -> Self:
        if len(digits) != PERSONAL_LENGTH or not (digits.isascii() and digits.isdigit()):
            raise _wrong_length()
        return super().__new__(cls, digits)

    @property
    def prefix(self) -> str:
        """Where the birth was registered; says nothing about residence."""
        return self[:3]

    @property
    def sex(self) -> Sex:
        return Sex.FEMALE if int(self[3]) % 2 else Sex.MALE

    @property
    def birth_year(self) -> int:
        return 1900 + 100 * (int(self[3]) // 2) + int(self[4:6])


class OldNumber(str):
    """Nine digits of the paper identity card (CMND)."""

    __slots__ = ()

    def __new__(cls, digits: str) -> Self:
        if len(digits) != OLD_LENGTH or not (digits.isascii() and digits.isdigit()):
            raise InvalidValue(
                f"An old identity number has {OLD_LENGTH} digits.",
                code="old_number_length",
                fix="Compare with the paper card; spreadsheets drop leading zeros.",
            )
        return super().__new__(cls, digits)

    @classmethod
    def parse(cls, text: str) -> Self:
        digits = _digits_of(text, "old_number")
        if len(digits) == PERSONAL_LENGTH:
            raise InvalidValue(
                "This is a 12-digit number, not an old one.",
                code="old_number_is_personal",
                fix="Move it to the column of personal numbers.",
            )
        number = cls(digits)
        _refuse_placeholder(number, "old_number")
        return number


@dataclass(frozen=True, slots=True)
class NumberRules:
    """Which personal numbers a home accepts. `abroad_from`: lowest prefix of births registered
    abroad, which are not listed one by one; empty accepts none."""

    prefixes: frozenset[str]
    synthetic_prefix: str
    accepts_synthetic: bool
    abroad_from: str = ""

    def parse(self, text: str) -> PersonalNumber:
        """The number in `text`, whatever its spaces and dots; InvalidValue if it can't be one."""
        digits = _digits_of(text)
        if len(digits) == OLD_LENGTH:
            raise InvalidValue(
                "This is a 9-digit number, not a personal number.",
                code="number_is_old",
                fix="Move it to the column of old identity numbers.",
            )
        number = PersonalNumber(digits)
        _refuse_placeholder(number)
        self._check_prefix(number.prefix)
        return number

    def find_padded(self, text: str) -> PersonalNumber | None:
        """The number meant by digits whose leading zero a spreadsheet ate: a suggestion only."""
        try:
            return self.parse("0" + _digits_of(text))
        except InvalidValue:
            return None

    def _check_prefix(self, prefix: str) -> None:
        if prefix == self.synthetic_prefix:
            if not self.accepts_synthetic:
                raise InvalidValue(
                    "A made-up number of a demo.",
                    code="number_synthetic_in_real_home",
                    fix="Demo data can't enter a real home; use a demo home.",
                )
        elif prefix not in self.prefixes and not self._is_abroad(prefix):
            raise InvalidValue(
                "No province or country has the first three digits.",
                code="number_prefix_unknown",
                fix="Compare the number with the card.",
            )

    def _is_abroad(self, prefix: str) -> bool:
        return bool(self.abroad_from) and prefix >= self.abroad_from


def disagreements(number: PersonalNumber, sex: int, birth: PartialDate | None) -> tuple[str, ...]:
    """Where number and record differ: flags for review, never a reason to reject.

    A number may be older than a corrected sex or birth year (Decree 70/2024 art. 11).
    """
    flags: list[str] = []
    if sex != Sex.UNKNOWN and sex != number.sex:
        flags.append("number_sex_differs")
    if birth is not None and birth.year != number.birth_year:
        flags.append("number_birth_year_differs")
    return tuple(flags)


def _digits_of(text: str, kind: str = "number") -> str:
    if text.isascii() and text.isdigit():
        return text
    digits = text.translate(_SEPARATORS)
    if not digits:
        raise InvalidValue(
            "The number is empty.", code=f"{kind}_empty", fix="Give the number as on the card."
        )
    if digits.isascii() and digits.isdigit():
        return digits
    if digits.isascii() and "E+" in digits.upper():
        raise InvalidValue(
            "A spreadsheet rounded this number (E+).",
            code=f"{kind}_rounded",
            fix="Format the column as text at the source and export again.",
        )
    raise InvalidValue(
        "The number has characters other than digits.",
        code=f"{kind}_not_digits",
        fix="Look for the letters O, I or l typed for 0 and 1.",
    )


def _refuse_placeholder(number: str, kind: str = "number") -> None:
    if number in _PLACEHOLDERS:
        raise InvalidValue(
            "A filler, not a number someone has.",
            code=f"{kind}_placeholder",
            fix="Leave the field empty when the number is not known.",
        )


def _wrong_length() -> InvalidValue:
    return InvalidValue(
        f"A personal number has {PERSONAL_LENGTH} digits.",
        code="number_length",
        fix="Compare with the card; spreadsheets drop leading zeros.",
    )
