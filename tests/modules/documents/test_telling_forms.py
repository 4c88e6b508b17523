"""What a file is, by its content."""

from __future__ import annotations

import pytest

from danso.kernel.errors import InvalidValue
from danso.modules.documents import rules
from danso.modules.documents.data import LARGEST
from danso.modules.documents.engine.telling_forms import form_of

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30 + b"IEND\xaeB\x60\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 30 + b"\xff\xd9"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (JPEG, "jpeg"),
        (PDF[:-7], None),
        (PNG[:-8], None),
        (JPEG[:-2], None),
        (b"MZ\x90\0" + PDF[8:], None),
        (b"<html>%PDF</html>", None),
        (b"", None),
    ],
)
def test_a_file_is_told_whole_from_its_content(content: bytes, form: str | None) -> None:
    assert form_of(content) == form


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "paper_empty"),
        (b"MZ" + b"\0" * 99, "a.pdf", "paper_form"),
        (PNG, "a.pdf", "paper_form"),
        (PDF.replace(b"/Type", b"/JS (app) /Type"), "a.pdf", "paper_active"),
        (PDF.replace(b"/Type", b"/Encrypt 5 0 R /Type"), "a.pdf", "paper_locked"),
        (PDF + b"\0" * LARGEST, "a.pdf", "paper_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(content: bytes, name: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        rules.check_content(content, name)
    assert refused.value.code == code
    assert refused.value.fix


def test_words_that_only_begin_like_a_script_are_no_script() -> None:
    assert rules.check_content(PDF.replace(b"/Type", b"/JSon 1 /Type"), "a.pdf") == "pdf"
    assert rules.check_content(PNG, "tên lạ") == "png"
