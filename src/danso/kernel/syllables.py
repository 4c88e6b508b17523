"""The shape of a Vietnamese syllable: onset, vowels, coda, tone; what comparing and repair use."""

import re
import unicodedata
from typing import Final, NamedTuple

LEVEL: Final = ""
# In the order of Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
TONES: Final = (LEVEL, "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
TONE_RANK: Final = {tone: rank for rank, tone in enumerate(TONES)}
QUALITY_MARKS: Final = "\u0302\u0306\u031b"

_SHAPE: Final = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|gi(?=[aăâeêioôơuưy])|qu(?=[aăâeêioôơy])|kh|ch|ph|th|tr"
    r"|[bcdđghklmnprstvx]|)"
    r"(?P<vowels>[aăâeêioôơuưy]{1,3})"
    r"(?P<coda>ch|ng|nh|[ckmnpt]|)"
)
_OPEN: Final = (
    "a e ê i o ô ơ u ư y ia ua ưa uê uy uơ uya oa oe ai ao au ay âu ây eo êu iu oi ôi ơi ui ưi ưu "
    "iêu yêu uôi ươi ươu oai oay oao oeo uây uyu uêu"
)
_CLOSED: Final = "a ă â e ê i o ô ơ u ư y iê yê uô ươ oa oă oe uâ uê uy uyê oo"
_OPEN_NUCLEI: Final = frozenset(_OPEN.split())
_CLOSED_NUCLEI: Final = frozenset(_CLOSED.split())
_STOPS: Final = frozenset(("c", "ch", "p", "t"))
_STOPPED_TONES: Final = frozenset((TONES[4], TONES[5]))


class Syllable(NamedTuple):
    """A lower-case syllable taken apart; `tone` is its combining mark, or empty."""

    onset: str
    vowels: str
    coda: str
    tone: str


def lift_tones(word: str) -> tuple[str, str]:
    """The word without its tone marks (vowel marks kept), and the tone marks found."""
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        (tones if char in TONE_RANK else letters).append(char)
    return unicodedata.normalize("NFC", "".join(letters)), "".join(tones)


def find_syllable(word: str) -> Syllable | None:
    """Take a lower-case NFC word apart; None if it is not shaped like a Vietnamese syllable."""
    toneless, tones = lift_tones(word)
    shape = _SHAPE.fullmatch(toneless)
    if shape is None or len(tones) > 1:
        return None
    return Syllable(shape["onset"], shape["vowels"], shape["coda"], tones)


def is_plausible(word: str) -> bool:
    """Whether a lower-case NFC word could be Vietnamese: its vowels, coda and tone go together."""
    syllable = find_syllable(word)
    if syllable is None:
        return False
    if not syllable.coda:
        return syllable.vowels in _OPEN_NUCLEI
    if syllable.vowels not in _CLOSED_NUCLEI:
        return False
    return syllable.coda not in _STOPS or syllable.tone in _STOPPED_TONES


def spell(syllable: Syllable) -> str:
    """Write the syllable in the one spelling used for comparison.

    The tone goes on the main vowel (new style: hoà, thuý), and where i and y sound alike at the
    end of a syllable one of them is taken: lý = lí -> lí, quí = quý -> quý.
    """
    vowels = _one_i(syllable)
    at = _main_vowel(vowels, closed=bool(syllable.coda))
    toned = vowels[: at + 1] + syllable.tone + vowels[at + 1 :]
    return unicodedata.normalize("NFC", syllable.onset + toned + syllable.coda)


def _one_i(syllable: Syllable) -> str:
    if syllable.onset == "qu" and syllable.vowels == "i":
        return "y"
    # Only alone and at the end: thúy is not thúi, hay is not hai, and Lynh is not Linh.
    if syllable.vowels == "y" and not syllable.coda and syllable.onset != "qu":
        return "i"
    return syllable.vowels


def _main_vowel(vowels: str, *, closed: bool) -> int:
    for at in range(len(vowels) - 1, -1, -1):
        if vowels[at] in "ăâêôơư":
            return at if vowels != "ưu" else 0
    if closed:
        return len(vowels) - 1
    if len(vowels) == 2:
        return 1 if vowels in ("oa", "oe", "uy") else 0
    return len(vowels) // 2
