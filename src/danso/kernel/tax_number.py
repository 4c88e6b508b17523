"""The ten-digit tax number: its last digit is computed from the nine before it.

python-stdnum's `vn.mst` computes the same; from 1 July 2025 individuals use the personal number.
"""

from __future__ import annotations

from typing import Final

WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def find_check_digit(nine: str) -> str | None:
    """The tenth digit; None for a sequence that is never issued because it would need two."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True))
    digit = 10 - total % 11
    return str(digit) if digit < 10 else None


def is_sound(number: str) -> bool:
    """Whether a tax number's ten digits agree with its check digit; a branch's three digits behind
    a dash are not looked at. The 12 digits of a personal number have no check digit."""
    digits = number.partition("-")[0]
    if len(digits) != len(WEIGHTS) + 1:
        return True
    return digits.isdigit() and find_check_digit(digits[:-1]) == digits[-1]
