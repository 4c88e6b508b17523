"""What may be kept, checked, used again: decided from what is known, without I/O."""

from __future__ import annotations

from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.documents.data import LARGEST, Form, Index, PaperState
from danso.modules.documents.engine.telling_forms import (
    claimed_form,
    form_of,
    is_active,
    is_locked,
)

_TEXTS = ("symbol", "issuer", "signer", "abstract")
_MOST_LETTERS = 200


def check_content(content: bytes, name: str) -> Form:
    """What the file is. Raises InvalidValue with the reason and what to do."""
    if not content:
        raise InvalidValue(
            "The file is empty.", code="paper_empty", fix="Take the picture or scan again."
        )
    if len(content) > LARGEST:
        raise InvalidValue(
            "The file is larger than 20 MB.",
            code="paper_large",
            fix="Scan at 300 dpi or less, or send the pages as one PDF.",
        )
    form = form_of(content)
    if form is None or claimed_form(name) not in (form, None):
        raise InvalidValue(
            "The file is not what its name says.",
            code="paper_form",
            fix="Send a PDF, JPEG or PNG that opens on your own device.",
        )
    if form == "pdf":
        _check_pdf(content)
    return form


def _check_pdf(content: bytes) -> None:
    if is_locked(content):
        raise InvalidValue(
            "The PDF is locked with a password.",
            code="paper_locked",
            fix="Save it without a password and send it again.",
        )
    if is_active(content):
        raise InvalidValue(
            "The PDF carries a script or other files.",
            code="paper_active",
            fix="Print it to a new PDF, or send a picture of it.",
        )


def check_index(index: Index) -> Index:
    """What is written on it, trimmed. Raises InvalidValue (`paper_index`)."""
    texts = {name: " ".join(getattr(index, name).split()) for name in _TEXTS}
    is_long = any(len(text) > _MOST_LETTERS for text in texts.values())
    first, last = index.issued_on, index.valid_until
    if is_long or (first and last and last < first):
        raise InvalidValue(
            "What is said of the paper can't be right.",
            code="paper_index",
            fix="Check its number, its days and who issued it; 200 letters each at most.",
        )
    return Index(issued_on=first, valid_until=last, **texts)


def check_state(state: PaperState, *wanted: PaperState) -> None:
    """Raises Conflict (`paper_state`) for a paper in another state."""
    if state not in wanted:
        raise Conflict(
            "This paper is not in a state for that.",
            code="paper_state",
            fix="Load the page again: somebody may have been faster.",
        )


def paper_unknown() -> NotFound:
    """One answer for what is not there and what is another's."""
    return NotFound(
        "There is no such paper.", code="paper_unknown", fix="Open it from its file or person."
    )
