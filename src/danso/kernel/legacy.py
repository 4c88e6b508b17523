"""Text from before Unicode, or hurt on its way: recognised and repaired.

A text is read in every way that could be meant, and the reading with the most words shaped like
Vietnamese wins. One word alone often fits two readings ("Vò": itself, or Vũ in TCVN3), hence
`confident`; a whole column or file settles it (`find_encoding`, `sniffing.sniff`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from danso.kernel.syllables import is_plausible
from danso.kernel.tcvn3 import decode_tcvn3, encode_tcvn3
from danso.kernel.vni import decode_vni, encode_vni

__all__ = [
    "Encoding",
    "Repaired",
    "count_plausible",
    "decode_tcvn3",
    "decode_vni",
    "encode_tcvn3",
    "encode_vni",
    "find_encoding",
    "read_as",
    "repair",
]

Encoding = Literal["utf-8", "tcvn3", "vni", "mojibake"]

_RUN: Final = re.compile(r"[^\W\d_]+")
_STRANGE: Final = re.compile(
    r"[^\x00-\x7f\w“”‘’–—…•°\u00a0\u0300-\u036f\u200b-\u200f\ufeff]|[¹²³ªº]"
)
# Letters that no 8-bit page showed: their presence means the text is Unicode already.
_ONLY_UNICODE: Final = re.compile("[\u0300-\u0323ăĂđĐĩĨũŨơƠưƯ\u1ea0-\u1ef9]")
# What one word shows by itself (numbers, since members of an Enum are slow to hash).
_ASCII: Final = 0  # reads the same in every encoding
_OPEN: Final = 1  # sound as it is, but could be an 8-bit page too
_UNICODE: Final = 2  # sound, with letters that no 8-bit page has
_ODD: Final = 3  # no letter is wrong, but it is not shaped like Vietnamese
_HURT: Final = 4  # has something that Vietnamese never has
_NOT_VIETNAMESE: Final = re.compile("[ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿµ]")
_LOOK_ALIKES: Final = str.maketrans("ÐƉðɖ", "ĐĐđđ")
_MAJORITY: Final = 0.9
_MEMORY: Final = 1 << 15
_LONGEST_REMEMBERED: Final = 200


class Repaired(NamedTuple):
    """A text as it was meant, how it was hurt, and whether that is beyond reasonable doubt."""

    text: str
    encoding: Encoding
    confident: bool


def repair(text: str, *, hint: Encoding | None = None) -> Repaired:
    """The text as meant. Call it before tidying, which sweeps away characters that matter here.

    `hint` is what the rest of the column is known to be: it settles what the text alone can't.
    """
    look = _look_of if len(text) <= _LONGEST_REMEMBERED else _look_of.__wrapped__
    looks = set(map(look, text.split()))
    if _is_sound(looks, hint):
        return Repaired(text, "utf-8", confident=True)
    if (unscrambled := _unscramble(text)) is not None:
        return Repaired(unscrambled, "mojibake", confident=True)
    return _choose(_readings(text), hint)


def find_encoding(samples: Iterable[str]) -> Encoding | None:
    """What a column of texts is, for use as `hint`; None if the samples don't tell or disagree.

    Only samples that are clear by themselves vote, and ASCII ones, which fit anything, don't.
    """
    votes = Counter(
        repaired.encoding
        for sample in samples
        if not sample.isascii() and (repaired := repair(sample)).confident
    )
    for encoding, count in votes.most_common(1):
        return encoding if count >= _MAJORITY * votes.total() else None
    return None


def read_as(text: str, encoding: Encoding) -> str:
    """The text read in one given way, whatever it looks like."""
    if encoding == "mojibake":
        return _unscramble(text) or text
    return _DECODERS[encoding](text)


def count_plausible(words: Iterable[str]) -> int:
    """How many of the words are shaped like Vietnamese syllables."""
    return sum(map(_fits, words))


def _as_is(text: str) -> str:
    return text


_DECODERS: Final[Mapping[Encoding, Callable[[str], str]]] = {
    "utf-8": _as_is,
    "tcvn3": decode_tcvn3,
    "vni": decode_vni,
}


def _is_sound(looks: set[int], hint: Encoding | None) -> bool:
    if _UNICODE in looks:
        return _HURT not in looks
    return looks <= ({_ASCII, _OPEN} if hint == "utf-8" else {_ASCII})


def _readings(text: str) -> dict[Encoding, str]:
    """Each different text that could be meant, as-is first."""
    readings: dict[Encoding, str] = {}
    for encoding, decode in _DECODERS.items():
        reading = decode(text)
        if reading not in readings.values():
            readings[encoding] = reading
    return readings


def _choose(readings: dict[Encoding, str], hint: Encoding | None) -> Repaired:
    as_is = readings["utf-8"].split()
    suspects = [place for place, word in enumerate(as_is) if not word.isascii()]
    fit = _known_fits if len(readings["utf-8"]) <= _LONGEST_REMEMBERED else _fits
    fits: dict[Encoding, int] = {}
    for encoding, reading in readings.items():
        words = reading.split()
        fits[encoding] = sum(fit(words[place]) for place in suspects)
    best = max(fits.values())
    leaders = [encoding for encoding, count in fits.items() if count == best]
    if hint in leaders:
        return Repaired(readings[hint], hint, confident=True)
    winner = leaders[0]
    others = [count for encoding, count in fits.items() if encoding != winner]
    clear = best == len(suspects) or (best > 1 and not any(others))
    return Repaired(readings[winner], winner, confident=not others or (len(leaders) == 1 and clear))


@lru_cache(_MEMORY)
def _look_of(word: str) -> int:
    if word.isascii():
        return _ASCII
    if not _is_clean(word):
        return _HURT
    if _ONLY_UNICODE.search(word):
        return _UNICODE
    return _OPEN if _fits(word) else _ODD


def _fits(word: str) -> bool:
    """Whether every part of the word is shaped like Vietnamese."""
    return _is_clean(word) and all(is_plausible(run.lower()) for run in _runs(word))


_known_fits: Final = lru_cache(_MEMORY)(_fits)


def _is_clean(word: str) -> bool:
    """Whether the word has no character and no capital where Vietnamese never has one."""
    if _STRANGE.search(word) or _NOT_VIETNAMESE.search(word):
        return False
    return all(map(_is_cased, _runs(word)))


def _runs(word: str) -> list[str]:
    composed = unicodedata.normalize("NFC", word).translate(_LOOK_ALIKES)
    return _RUN.findall(composed)


def _is_cased(run: str) -> bool:
    return run[1:].islower() or run.isupper() or run.islower()


def _unscramble(text: str) -> str | None:
    """Undo UTF-8 that was read as cp1252, once or oftener; None if it wasn't."""
    found: str | None = None
    while (better := _unscramble_once(found or text)) is not None:
        found = better
    return found


def _unscramble_once(text: str) -> str | None:
    try:
        better = text.translate(_TO_LATIN1).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return better if better != text else None


def _cp1252_only() -> dict[int, int]:
    """What cp1252 shows for bytes 80-9F, back to the byte; its five holes stand for themselves."""
    table: dict[int, int] = {}
    for byte in range(0x80, 0xA0):
        shown = bytes([byte]).decode("cp1252", errors="ignore")
        if shown:
            table[ord(shown)] = byte
    return table


_TO_LATIN1: Final = _cp1252_only()
