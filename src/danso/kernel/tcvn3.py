"""TCVN 5712:1993, third set ("ABC", fonts .VnTime): one byte a letter, here as cp1252 shows it.

The set has no capitals with a tone: they are the small letter's code shown by a capital font
(.VnTimeH), so their case is lost. Decoding gives it back where the neighbours tell.
"""

import re
import unicodedata
from typing import Final

_TONED: Final = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TONED_SEEN: Final = "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_MARKED: Final = "ăâêôơưđĂÂÊÔƠƯĐ"
_MARKED_SEEN: Final = "¨©ª«¬\xad®¡¢£¤¥¦§"

_DECODE: Final = str.maketrans(_TONED_SEEN + _MARKED_SEEN, _TONED + _MARKED)
_ENCODE: Final = str.maketrans(
    _TONED + _TONED.upper() + _MARKED, _TONED_SEEN + _TONED_SEEN + _MARKED_SEEN
)
_LOST: Final = frozenset(_TONED_SEEN)
_SURE_CAPITALS: Final = re.compile("[A-Z¡¢£¤¥¦§]")
_SURE_SMALL: Final = re.compile("[a-z]")
_WORD: Final = re.compile(r"\S+")
# A cell or a line: capitals in one say nothing about the next.
_CELL: Final = re.compile(r"[^\n\r\t;,|\"]+")


def decode_tcvn3(text: str) -> str:
    """Vietnamese from TCVN3 text as cp1252 (or Latin-1) shows it: "NguyÔn V¨n" -> "Nguyễn Văn".

    Decode before tidying: "ư" looks like a soft hyphen and would be swept away.
    """
    return _CELL.sub(lambda cell: _decode_cell(cell.group()), text)


def encode_tcvn3(text: str) -> str:
    """The text as TCVN3 looks in cp1252; toned capitals take the small letter's code."""
    return unicodedata.normalize("NFC", text).translate(_ENCODE)


def _decode_cell(text: str) -> str:
    words = text.split()
    capitals = _all_capitals(words)
    titles = _titles(words)

    def decode_word(found: re.Match[str]) -> str:
        seen = found.group()
        word = seen.translate(_DECODE)
        if capitals or _is_capital(seen):
            return word.upper()
        if titles and seen[0] in _LOST:
            return word[0].upper() + word[1:]
        return word

    return _WORD.sub(decode_word, text)


def _all_capitals(words: list[str]) -> bool:
    return any(map(_is_capital, words)) and not any(map(_SURE_SMALL.search, words))


def _is_capital(seen: str) -> bool:
    return len(_SURE_CAPITALS.findall(seen)) > 1 and not _SURE_SMALL.search(seen)


def _titles(words: list[str]) -> bool:
    known = [word for word in words if word[0] not in _LOST]
    return bool(known) and all(_SURE_CAPITALS.match(word) for word in known)
