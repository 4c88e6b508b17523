"""A faulty file keeps nobody from the rest: the last sound copy counts until it is mended."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from danso import catalogue
from danso.kernel.errors import NotFound

FILE = "sources/kettles.yaml"


def spoil(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text().replace("rhythm_days: 7", "rhythm_days: often"))


def test_the_last_sound_copy_counts_and_the_log_says_file_line_and_fix(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue.keep_standing(folder, tmp_path)
    spoil(folder)
    with caplog.at_level(logging.WARNING):
        found = catalogue.load_standing(folder, tmp_path)
    assert found.source("kettles").rhythm_days == 7
    (told,) = caplog.messages
    assert f"{FILE}:8: rhythm_days" in told
    assert "danso catalogue check" in told
    assert catalogue.MEANWHILE in told


def test_a_folder_that_is_away_counts_as_it_stood(folder: Path, tmp_path: Path) -> None:
    catalogue.keep_standing(folder, tmp_path)
    shutil.rmtree(folder)
    assert catalogue.load_standing(folder, tmp_path).sources


def test_mended_files_count_at_once(folder: Path, tmp_path: Path) -> None:
    catalogue.keep_standing(folder, tmp_path)
    path = folder / FILE
    path.write_text(path.read_text().replace("rhythm_days: 7", "rhythm_days: 8"))
    assert catalogue.load_standing(folder, tmp_path).source("kettles").rhythm_days == 8


def test_without_a_sound_copy_the_faults_are_told(folder: Path, tmp_path: Path) -> None:
    spoil(folder)
    for files in (None, tmp_path):
        with pytest.raises(catalogue.CatalogueError, match=FILE):
            catalogue.load_standing(folder, files)
    with pytest.raises(catalogue.CatalogueError):
        catalogue.keep_standing(folder, tmp_path)
    assert catalogue.kept_of(folder, tmp_path) is None


def test_a_copy_that_fits_this_danso_no_more_hides_no_fault(folder: Path, tmp_path: Path) -> None:
    catalogue.keep_standing(folder, tmp_path)
    kept = catalogue.kept_of(folder, tmp_path)
    assert kept is not None
    (kept / "agencies.yaml").write_text("agencies: none\n")
    spoil(folder)
    with pytest.raises(catalogue.CatalogueError, match=FILE):
        catalogue.load_standing(folder, tmp_path)
    shutil.rmtree(kept)
    shutil.rmtree(folder)
    with pytest.raises(NotFound):
        catalogue.load_standing(folder, tmp_path)
