"""One running demo province for every real client."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running_home import RunningHome, running_home


@pytest.fixture(scope="session")
def danso_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHome]:
    folder: Path = tmp_path_factory.mktemp("home") / "home"
    with running_home(folder, 1_000) as home:
        yield home
