"""Values that fit a regular expression as sources describe their numbers with.

Reads what such patterns are made of: literals, classes, \\d, groups, counts and alternatives, of
which the first is taken. Anything else is refused, never guessed.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from danso.kernel.errors import InvalidValue
from danso.modules.sources.engine.synth.faults import Ints

# A run of digits as long as this is somebody's number: made-up ones start with a synthetic prefix.
NUMBER_DIGITS: Final = 9
_DIGITS: Final = string.digits
_COUNT: Final = re.compile(r"\{(\d+)(,(\d*))?\}")
_CLASS: Final = re.compile(r"\[((?:[A-Za-z0-9_.\/ -])+)\]")
_RANGE: Final = re.compile(r"(.)-(.)|(.)")
_SPECIAL: Final = frozenset("\\[](){}?*+.^$|")
_ROOM: Final = 20
_MOST: Final = 1 << 62
_FEW: Final = 1 << 24


@dataclass(frozen=True)
class Piece:
    """One place of a value: what may stand there; `grows` where more of it may follow."""

    alphabet: str
    grows: bool = False


def read_pattern(pattern: str) -> tuple[Piece, ...]:
    """The places of the shortest value; InvalidValue for a pattern it can't read."""
    inner = pattern.removeprefix("^").removesuffix("$")
    pieces, end = _alternatives(inner, 0, pattern)
    # `^A$|^B$`: the anchors around a later alternative are never reached.
    if end < len(inner):
        raise _unreadable(pattern)
    return tuple(pieces)


def widen(pieces: Sequence[Piece], count: int) -> tuple[str, ...]:
    """The alphabets of all places, a place that grows repeated until `count` values have room."""
    alphabets = [piece.alphabet for piece in pieces]
    # More of one letter makes no more values.
    growing = next(
        (place for place, one in enumerate(pieces) if one.grows and len(one.alphabet) > 1), None
    )
    while growing is not None and room_of(alphabets) < count * _ROOM:
        alphabets.insert(growing, pieces[growing].alphabet)
    return tuple(alphabets)


def room_of(alphabets: Sequence[str]) -> int:
    """How many different values there are."""
    room = 1
    for alphabet in alphabets:
        room *= len(alphabet)
    return room


def put_prefix(alphabets: Sequence[str], prefix: str) -> tuple[str, ...]:
    """The same places with the first long run of digits starting with the prefix."""
    places = list(alphabets)
    run = 0
    for place, alphabet in enumerate([*alphabets, ""]):
        if alphabet == _DIGITS:
            run += 1
            continue
        if run >= NUMBER_DIGITS:
            start = place - run
            places[start : start + len(prefix)] = prefix
            break
        run = 0
    return tuple(places)


def draw_unique(alphabets: Sequence[str], count: int, rng: np.random.Generator) -> pl.Series:
    """So many different values; InvalidValue where there are not so many."""
    room = min(room_of(alphabets), _MOST)
    if room < count:
        raise InvalidValue(
            f"a pattern has room for {room} values, {count} are needed",
            code="synth_sources_pattern_room",
            fix="Ask for fewer records, or widen the pattern of the source's key.",
        )
    return spell(alphabets, _unique(room, count, rng))


def _unique(room: int, count: int, rng: np.random.Generator) -> Ints:
    if room <= _FEW:
        return rng.choice(room, count, replace=False)
    found = np.unique(rng.integers(0, room, count + count // 8 + 64))
    while len(found) < count:
        found = np.unique(np.concatenate([found, rng.integers(0, room, count)]))
    return rng.permutation(found)[:count]


def spell(alphabets: Sequence[str], numbers: Ints) -> pl.Series:
    """Each number written with the alphabets as digits, the last place counting fastest."""
    columns: list[pl.Series] = []
    rest = numbers.astype(np.int64)
    for place, alphabet in reversed(list(enumerate(alphabets))):
        letters = pl.Series(list(alphabet), dtype=pl.String)
        columns.append(letters.gather(rest % len(alphabet)).alias(str(place)))
        rest = rest // len(alphabet)
    return pl.DataFrame(columns[::-1]).select(pl.concat_str(pl.all())).to_series()


def _alternatives(text: str, at: int, whole: str) -> tuple[list[Piece], int]:
    """The first alternative from here to the end of the group, and where the group ends."""
    pieces, at = _sequence(text, at, whole)
    while at < len(text) and text[at] == "|":
        _, at = _sequence(text, at + 1, whole)
    return pieces, at


def _sequence(text: str, at: int, whole: str) -> tuple[list[Piece], int]:
    pieces: list[Piece] = []
    while at < len(text) and text[at] not in "|)":
        if text[at] in "^$":  # between alternatives
            at += 1
            continue
        one, at = _one(text, at, whole)
        low, grows, at = _count(text, at)
        if grows and len(one) == 1:
            pieces += one * (low - 1) if low else []
            pieces.append(Piece(one[0].alphabet, grows=True))
        else:
            pieces += one * low
    return pieces, at


def _one(text: str, at: int, whole: str) -> tuple[list[Piece], int]:
    """A literal, a class or a group, and what comes after."""
    letter = text[at]
    if letter == "(":
        start = at + 3 if text.startswith("(?:", at) else at + 1
        pieces, end = _alternatives(text, start, whole)
        if end >= len(text) or text.startswith("?", start):
            raise _unreadable(whole)
        return pieces, end + 1
    if letter == "[":
        found = _CLASS.match(text, at)
        if found is None:
            raise _unreadable(whole)
        return [Piece(_alphabet(found[1]))], found.end()
    if letter == "\\" and at + 1 < len(text):
        escaped = text[at + 1]
        if escaped.isalnum() and escaped != "d":
            raise _unreadable(whole)
        return [Piece(_DIGITS if escaped == "d" else escaped)], at + 2
    if letter in _SPECIAL:
        raise _unreadable(whole)
    return [Piece(letter)], at + 1


def _count(text: str, at: int) -> tuple[int, bool, int]:
    """The least number of times, whether more may follow, and what comes after."""
    if at < len(text) and text[at] in "?*+":
        return int(text[at] == "+"), text[at] != "?", at + 1
    found = _COUNT.match(text, at)
    if found is None:
        return 1, False, at
    return int(found[1]), found[2] is not None and not found[3], found.end()


def _alphabet(inner: str) -> str:
    letters: list[str] = []
    for first, last, single in _RANGE.findall(inner):
        letters += single or map(chr, range(ord(first), ord(last) + 1))
    return "".join(letters)


def _unreadable(pattern: str) -> InvalidValue:
    return InvalidValue(
        f"can't make up values for the pattern {pattern}",
        code="synth_sources_pattern",
        fix="Write it with literals, classes, groups and counts only.",
    )
