"""Tree heads as text."""

import base64
from datetime import UTC, datetime

import pytest

from danso.kernel.errors import InvalidValue
from danso.wire.head import SignedHead, TreeHead, key_id, parse_note, verifier_key

ORIGIN = "danso-journal/00000000-0000-4000-8000-000000000000"
HEAD = TreeHead(ORIGIN, 42, bytes(range(32)), datetime(2026, 11, 23, 14, 0, 5, tzinfo=UTC))


def test_head_text_is_a_checkpoint() -> None:
    assert HEAD.text().decode().split("\n") == [
        ORIGIN,
        "42",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "at 2026-11-23T14:00:05Z",
        "",
    ]


def test_note_is_read_back_whole() -> None:
    signed = SignedHead(HEAD, "0a0b0c0d", bytes(64))
    assert parse_note(signed.note()) == signed


def test_key_id_is_the_signed_note_hash() -> None:
    """The example key of the signed note format, golang.org/x/mod/sumdb/note: PeterNeumann."""
    public = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    assert key_id("PeterNeumann", public) == "c74f20a3"
    assert verifier_key("PeterNeumann", public) == (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )


@pytest.mark.parametrize("spoil", ["", "x\n1\n\n", "no\n\n— no AAAA\n", "a\nb\nc\nd\n\n— a AAAA\n"])
def test_parse_note_refuses_what_is_no_head(spoil: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_note(spoil)
    assert caught.value.code == "head_unreadable"
