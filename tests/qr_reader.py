"""Reads a QR back from its squares, without correcting errors: what a telephone does, less the
picture. Model 2, byte and letter modes (ISO/IEC 18004)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import segno
from segno import consts

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda i, j: (i + j) % 2 == 0,
    lambda i, j: i % 2 == 0,
    lambda i, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: (i * j) % 2 + (i * j) % 3 == 0,
    lambda i, j: ((i * j) % 2 + (i * j) % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + (i * j) % 3) % 2 == 0,
)


# segno's table of blocks, by version and level; its stubs don't tell the shape.
_BLOCKS: Any = consts.ECC


def read_qr(code: segno.QRCode) -> str:
    """The text in the squares."""
    version = int(code.version)
    squares = [list(row) for row in code.matrix]
    level = {"L": consts.ERROR_LEVEL_L, "M": consts.ERROR_LEVEL_M}[code.error]
    bits = "".join(_bits(squares, version, int(code.mask)))
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)]
    data = _deinterleaved(words, [*_BLOCKS[version][level]])
    return _text("".join(f"{word:08b}" for word in data), version)


def _bits(squares: list[list[int]], version: int, mask: int) -> Iterator[str]:
    size, fixed = len(squares), _fixed(len(squares), version)
    column, upward = size - 1, True
    while column > 0:
        column -= column == 6
        rows = range(size - 1, -1, -1) if upward else range(size)
        for row in rows:
            for j in (column, column - 1):
                if not fixed[row][j]:
                    yield str(squares[row][j] ^ _MASKS[mask](row, j))
        column, upward = column - 2, not upward


def _fixed(size: int, version: int) -> list[list[bool]]:
    """Squares that hold no data: finders, timing, alignment, format and version."""
    found = [[i == 6 or j == 6 for j in range(size)] for i in range(size)]

    def mark(rows: range, columns: range) -> None:
        for i in rows:
            for j in columns:
                found[i][j] = True

    mark(range(9), range(9))
    mark(range(9), range(size - 8, size))
    mark(range(size - 8, size), range(9))
    middles = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for i in middles:
        for j in middles:
            if (i, j) not in corners:
                mark(range(i - 2, i + 3), range(j - 2, j + 3))
    if version > 6:
        mark(range(6), range(size - 11, size - 8))
        mark(range(size - 11, size - 8), range(6))
    return found


def _deinterleaved(words: list[int], groups: list[Any]) -> list[int]:
    sizes = [one.num_data for one in groups for _each in range(one.num_blocks)]
    blocks: list[list[int]] = [[] for _size in sizes]
    source = iter(words)
    for at in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if at < size:
                block.append(next(source))
    return [word for block in blocks for word in block]


def _text(bits: str, version: int) -> str:
    at, read = 0, ""

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at], 2)

    while at + 4 <= len(bits) and (mode := take(4)):
        if mode == 4:
            read += bytes(take(8) for _each in range(take(8 if version < 10 else 16))).decode()
        elif mode == 2:
            left = take(9 if version < 10 else 11 if version < 27 else 13)
            while left > 1:
                high, low = divmod(take(11), 45)
                read, left = read + _LETTERS[high] + _LETTERS[low], left - 2
            read += _LETTERS[take(6)] if left else ""
        else:
            raise AssertionError(f"mode {mode}")
    return read
