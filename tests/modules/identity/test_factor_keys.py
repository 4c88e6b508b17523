"""The keys that encrypt factors: a new one takes over, the old one still reads."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from danso.modules.identity.web.adapter import FactorAdapter


def test_rotated_key_reads_what_the_old_one_wrote(settings: Any) -> None:
    adapter = FactorAdapter()
    settings.FACTOR_KEYS = ["old"]
    kept = adapter.encrypt("secret")
    assert "secret" not in kept
    settings.FACTOR_KEYS = ["new", "old"]
    assert adapter.decrypt(kept) == "secret"
    written = adapter.encrypt("secret")
    settings.FACTOR_KEYS = ["new"]
    assert adapter.decrypt(written) == "secret"
    with pytest.raises(InvalidToken):
        adapter.decrypt(kept)
