"""A copy of the nonsense province that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from danso import catalogue
from danso.catalogue import Fault, Province

ROOT = Path(__file__).resolve().parents[2]
TEAHOUSE = ROOT / "tests" / "catalogues" / "teahouse"
THANH_HOA = ROOT / "provinces" / "thanh-hoa"

Break = Callable[[str, str, str], tuple[Fault, ...]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A teahouse of one's own."""
    copied = tmp_path / "teahouse"
    shutil.copytree(TEAHOUSE, copied)
    return copied


@pytest.fixture
def breaking(folder: Path) -> Break:
    """Replace `old` by `new` in one file of the teahouse; the faults that follow."""

    def replace(file: str, old: str, new: str) -> tuple[Fault, ...]:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer has {old!r}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return catalogue.find_faults(folder)

    return replace


@pytest.fixture(scope="session")
def teahouse() -> Province:
    """The nonsense province."""
    return catalogue.load(TEAHOUSE)


@pytest.fixture(scope="session")
def thanh_hoa() -> Province:
    """The real province."""
    return catalogue.load(THANH_HOA)
