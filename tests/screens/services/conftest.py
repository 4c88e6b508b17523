"""A citizen of level 2, signed in, with a store of papers of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.screens.citizen.conftest import key_path, mine, person, sealer

__all__ = ["key_path", "mine", "person", "sealer"]


@pytest.fixture(autouse=True)
def shelf_folder(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    settings.PAPERS_ADDRESS = folder.as_uri()
    return folder
