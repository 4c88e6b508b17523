"""Vietnamese text made comparable: tidied, folded to ASCII, canonical, sortable.

Everything works word by word and remembers the words it has met, for it runs on millions of rows.
The reasons and examples are in docs/explanation/vietnamese-text.md.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from danso.kernel.syllables import (
    LEVEL,
    QUALITY_MARKS,
    TONE_RANK,
    TONES,
    find_syllable,
    lift_tones,
    spell,
)

# Đ has no Unicode decomposition, and three other letters look just like it.
_LOOK_ALIKES: Final = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"})
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_CODES: Final = str.maketrans(
    _ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"[: len(_ALPHABET)]
)
_PUNCTUATION: Final = str.maketrans(dict.fromkeys("’‘ʼ`´ʻ", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_STROKES: Final = str.maketrans(
    {"đ": "d", "ƀ": "b", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
_LETTER_RUN: Final = re.compile(r"[^\W\d_]+")
_MARK_ORDER: Final = dict.fromkeys(QUALITY_MARKS, 0) | {tone: 1 for tone in TONES if tone}
_MISPLACED: Final = re.compile("[" + "".join(_MARK_ORDER) + "]{2,}")
# Vietnamese has some 7,000 syllables; whoever sends long junk must not fill the memory with it.
_MEMORY: Final = 1 << 15
_LONGEST_REMEMBERED: Final = 200


def tidy(s: str) -> str:
    """The same text in clean characters: NFC, the true Đ, single plain spaces, nothing invisible.

    Spelling and case stay as the source has them.
    """
    return _by_word(s, _known_tidy, _tidy_word)


def canonical(s: str) -> str:
    """The text as compared for "the same": tidied, lower case, one tone placement, one i or y.

    canonical("HÒA") == canonical("hoà"), canonical("Lý") == canonical("Lí"). Not for display.
    """
    return _by_word(s, _known_canonical, _canonical_word)


def fold(s: str) -> str:
    """Tidied lower case without diacritics, đ as d. Scripts other than Latin stay as they are."""
    return _by_word(s, _known_fold, _fold_word)


def plain(s: str) -> str:
    """`fold` of `canonical`: the weaker, tone-less comparison, and what search looks in."""
    return _by_word(s, _known_plain, _plain_word)


def canonical_and_plain(s: str) -> tuple[str, str]:
    """Both at once, for what compares by both."""
    word = _known_both if len(s) <= _LONGEST_REMEMBERED else _both_word
    pairs = [word(w) for w in s.split()]
    return (
        " ".join([exact for exact, _ in pairs if exact]),
        " ".join([bare for _, bare in pairs if bare]),
    )


def sort_key(s: str) -> str:
    """Plain text that sorts in Vietnamese order byte by byte (collation "C").

    As in a dictionary: syllable by syllable, letters first (a ă â b c d đ ...), then the tone.
    """
    return _by_word(s, _known_sort, _sort_word)


def _by_word(s: str, quick: Callable[[str], str], slow: Callable[[str], str]) -> str:
    word = quick if len(s) <= _LONGEST_REMEMBERED else slow
    return " ".join(filter(None, map(word, s.split())))


def _tidy_word(word: str) -> str:
    if word.isascii():
        return word if word.isprintable() else "".join(filter(str.isprintable, word))
    composed = unicodedata.normalize("NFC", word).translate(_LOOK_ALIKES)
    visible = "".join(c for c in composed if unicodedata.category(c) not in ("Cf", "Cc", "Cs"))
    return unicodedata.normalize("NFC", _order_marks(visible))


def _order_marks(word: str) -> str:
    # Typed tone first (a + sắc + mũ), Unicode keeps the marks apart: ấ would never equal ấ.
    decomposed = unicodedata.normalize("NFD", word)
    return _MISPLACED.sub(
        lambda run: "".join(sorted(run.group(), key=_MARK_ORDER.__getitem__)), decomposed
    )


def _canonical_word(word: str) -> str:
    clean = unicodedata.normalize("NFC", _tidy_word(word).casefold()).translate(_PUNCTUATION)
    # A second tone that no syllable has stays a mark, and may fit the letter it now stands after.
    spelt = _LETTER_RUN.sub(lambda run: _canonical_run(run.group()), clean)
    return unicodedata.normalize("NFC", spelt)


def _canonical_run(run: str) -> str:
    syllable = find_syllable(run)
    return run if syllable is None else spell(syllable)


def _fold_word(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", _tidy_word(word).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_STROKES)


def _plain_word(word: str) -> str:
    return _fold_word(_canonical_word(word))


def _both_word(word: str) -> tuple[str, str]:
    return _canonical_word(word), _plain_word(word)


def _sort_word(word: str) -> str:
    letters, tones = lift_tones(_canonical_word(word))
    if not letters:
        return ""
    coded = "".join(c if c in _ALPHABET else _fold_word(c) or c for c in letters)
    # A space sorts below every letter and digit, so "ban" stays before "bang" whatever its tone.
    return f"{coded.translate(_LETTER_CODES)} {TONE_RANK[tones[:1] or LEVEL]}"


_known_tidy: Final = lru_cache(_MEMORY)(_tidy_word)
_known_canonical: Final = lru_cache(_MEMORY)(_canonical_word)
_known_fold: Final = lru_cache(_MEMORY)(_fold_word)
_known_plain: Final = lru_cache(_MEMORY)(_plain_word)
_known_both: Final = lru_cache(_MEMORY)(_both_word)
_known_sort: Final = lru_cache(_MEMORY)(_sort_word)
