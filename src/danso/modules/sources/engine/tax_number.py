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
