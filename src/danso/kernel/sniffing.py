"""Which encoding a file is in, told from its first bytes; and how to read such a file."""

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from danso.kernel.errors import InvalidValue
from danso.kernel.legacy import count_plausible, decode_tcvn3, decode_vni

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORDS: Final = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_ENOUGH_WORDS: Final = 2000
# Undo Latin-1's view of bytes 80-9F, which hold cp1252's quotes and dashes.
_PUNCTUATION: Final = {
    byte: shown
    for byte in range(0x80, 0xA0)
    if (shown := bytes([byte]).decode("cp1252", errors="ignore"))
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file: open it with `codec`, then pass each cell or line through `convert`.

    `codec` never fails on a legacy file; for Unicode ones open with errors="strict".
    """

    encoding: str
    codec: str
    convert: Callable[[str], str]


def _tcvn3(text: str) -> str:
    return decode_tcvn3(text.translate(_PUNCTUATION))


def _vni(text: str) -> str:
    return decode_vni(text.translate(_PUNCTUATION))


def _cp1252(text: str) -> str:
    return text.translate(_PUNCTUATION)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# In order of preference when they fit equally well.
_LEGACY: Final = {
    "cp1258": Reading("cp1258", "cp1258", _composed),
    "tcvn3": Reading("tcvn3", "latin-1", _tcvn3),
    "vni": Reading("vni", "latin-1", _vni),
    "cp1252": Reading("cp1252", "latin-1", _cp1252),
}


def sniff(data: bytes) -> str:
    """The encoding of a file's first bytes (some 64 kB are plenty): utf-8, utf-8-sig, utf-16,
    utf-16-le, utf-16-be, cp1258, tcvn3, vni or cp1252.

    InvalidValue `file_binary` if it is no text at all. A character cut in two at the end is
    forgiven. Text hurt before it was saved as UTF-8 is `legacy.repair`'s business.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    if b"\0" in data:
        return _sniff_wide(data)
    if _is_utf8(data):
        return "utf-8"
    return _sniff_legacy(data)


def reading_of(encoding: str) -> Reading:
    """How to read a file of that encoding (a name given by `sniff`)."""
    return _LEGACY.get(encoding) or Reading(encoding, encoding, _composed)


def decode_bytes(data: bytes, encoding: str) -> str:
    """The whole of `data` as text; InvalidValue `encoding_mismatch` if it is something else."""
    reading = reading_of(encoding)
    try:
        return reading.convert(data.decode(reading.codec))
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"Byte {error.start} is not valid {encoding}.",
            code="encoding_mismatch",
            fix="Say which encoding the file is in, or save it as UTF-8.",
        ) from error


def _sniff_wide(data: bytes) -> str:
    """UTF-16 without a mark: Vietnamese is mostly ASCII, so every second byte is mostly zero."""
    half = len(data) // 2
    for encoding, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        seen = data.decode(encoding, errors="ignore")
        if high.count(0) * 3 > half and not _CONTROLS.search(seen):
            return encoding
    raise InvalidValue(
        "The file is not text.", code="file_binary", fix="Export it as CSV in UTF-8, or as XLSX."
    )


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _sniff_legacy(data: bytes) -> str:
    words = _WORDS.findall(data)[:_ENOUGH_WORDS]
    fits = {
        encoding: count_plausible(
            reading.convert(word.decode(reading.codec, errors="replace")) for word in words
        )
        for encoding, reading in _LEGACY.items()
    }
    best = max(fits, key=fits.__getitem__)
    return best if fits[best] else "cp1252"
