"""What a file is, by its content: the name it was sent under is only a claim."""

from __future__ import annotations

from typing import Final

from danso.modules.documents.data import Form

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND\xaeB\x60\x82"
_JPEG: Final = b"\xff\xd8\xff"
_JPEG_END: Final = b"\xff\xd9"
# ISO 32000-1, 7.5.2: readers accept the header within the first 1024 bytes, the end in the last.
_WITHIN: Final = 1024
_ENDINGS: Final[dict[str, Form]] = {"pdf": "pdf", "jpg": "jpeg", "jpeg": "jpeg", "png": "png"}
# A PDF that runs, opens or carries something is no scan (ISO 32000-1, 12.6.4).
_ACTIVE: Final = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/XFA", b"/RichMedia")


def form_of(content: bytes) -> Form | None:
    """What the bytes are, whole from their beginning to their end; None for anything else."""
    if b"%PDF-" in content[:_WITHIN] and b"%%EOF" in content[-_WITHIN:]:
        return "pdf"
    if content.startswith(_PNG) and _PNG_END in content[-_WITHIN:]:
        return "png"
    if content.startswith(_JPEG) and _JPEG_END in content[-_WITHIN:]:
        return "jpeg"
    return None


def claimed_form(name: str) -> Form | None:
    """What a file's name says it is."""
    return _ENDINGS.get(name.rpartition(".")[2].lower())


def is_active(content: bytes) -> bool:
    """Whether a PDF carries scripts, other files or forms that run; compressed ones are not seen.

    The store never shows a paper inside a page of danso's own, so this is a first sieve only.
    """
    return any(_names(content, mark) for mark in _ACTIVE)


def is_locked(content: bytes) -> bool:
    """Whether a PDF needs a password: nobody could read it at the desk."""
    return _names(content, b"/Encrypt")


def _names(content: bytes, mark: bytes) -> bool:
    """Whether a name of PDF stands there whole (`/JS`, not `/JSon`)."""
    at = content.find(mark)
    while at != -1:
        after = content[at + len(mark) : at + len(mark) + 1]
        if not after.isalnum():
            return True
        at = content.find(mark, at + 1)
    return False
