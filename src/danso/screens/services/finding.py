"""Finds a service by the words that a person uses. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel.text import fold

# Below this share of the best answer another one is only in the way.
_CLOSE: Final = 0.35
# A word that only begins alike ("dang" for "dangky") counts for less.
_PREFIX: Final = 0.6
_SHORTEST_PREFIX: Final = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A service as it is searched: the words of each of its phrases."""

    procedure: Procedure
    phrases: tuple[frozenset[str], ...]


def entries_of(procedures: Iterable[Procedure]) -> tuple[Entry, ...]:
    """What is searched: the words people use, the names, the number."""
    return tuple(
        Entry(one, tuple(frozenset(_words(phrase)) for phrase in _phrases(one)))
        for one in procedures
    )


def find(words: str, entries: Sequence[Entry], *, limit: int = 8) -> tuple[Procedure, ...]:
    """The services that these words mean, the likeliest first; none where no word is known.

    A rare word says more than a common one ("khai sinh" than "đăng ký"); a phrase that is
    said whole beats one of which only a part was said.
    """
    asked = tuple(dict.fromkeys(_words(words)))
    weights = _weights(entries)
    scored = [(_score(asked, one, weights), one.procedure) for one in entries]
    best = max((score for score, _one in scored), default=0.0)
    found = [(score, one) for score, one in scored if score > 0 and score >= best * _CLOSE]
    found.sort(key=lambda pair: (-pair[0], pair[1].essential or 99, pair[1].code))
    return tuple(one for _score_, one in found[:limit])


def _phrases(one: Procedure) -> Iterable[str]:
    yield from one.searched
    yield one.vi
    yield one.en
    if one.numbers != "unknown":
        yield from (number.number for number in one.numbers)


def _words(text: str) -> list[str]:
    bare = "".join(sign if sign.isalnum() or sign == "." else " " for sign in fold(text))
    return [word for part in bare.split() if len(word := part.strip(".")) > 1]


def _weights(entries: Sequence[Entry]) -> dict[str, float]:
    """Of each word how much it says: the fewer services have it, the more."""
    held = Counter(word for one in entries for word in frozenset().union(*one.phrases))
    return {word: math.log(1 + len(entries) / count) for word, count in held.items()}


def _score(asked: Sequence[str], entry: Entry, weights: dict[str, float]) -> float:
    """What was said of the service, more where one of its phrases was said whole."""
    known = frozenset[str]().union(*entry.phrases)
    said = sum(_met(word, known, weights) for word in asked)
    whole = max((_share(asked, phrase, weights) for phrase in entry.phrases), default=0.0)
    return said * (1 + whole)


def _share(asked: Sequence[str], phrase: frozenset[str], weights: dict[str, float]) -> float:
    """How much of a phrase was said, 0 to 1."""
    whole = sum(weights[word] for word in phrase)
    said = sum(weights[word] for word in phrase if word in asked)
    return said / whole if whole else 0.0


def _met(word: str, phrase: frozenset[str], weights: dict[str, float]) -> float:
    if word in phrase:
        return weights[word]
    if len(word) < _SHORTEST_PREFIX:
        return 0.0
    return max((weights[one] * _PREFIX for one in phrase if one.startswith(word)), default=0.0)
