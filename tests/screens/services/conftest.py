"""A citizen of level 2, signed in; a store of papers and a key for receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.screens.citizen.conftest import key_path, mine, person, sealer
from tests.signon_world import write_key

__all__ = ["key_path", "mine", "person", "sealer"]


@pytest.fixture(autouse=True)
def home_of_its_own(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    settings.PAPERS_ADDRESS = folder.as_uri()
    settings.SIGN_ON_KEY = write_key(tmp_path)
    return folder
