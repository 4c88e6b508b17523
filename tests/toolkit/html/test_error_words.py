"""danso's own errors speak Vietnamese by their code, and English from their source."""

from pathlib import Path

import pytest
from django.utils import translation
from tools import error_words

from danso.kernel.errors import Conflict, NotFound, Refused
from danso.toolkit.html.errors import words_of


def test_every_error_that_a_page_may_show_has_vietnamese() -> None:
    assert error_words.faults() == []


def test_words_follow_the_reader(english: None) -> None:
    error = Refused("Nobody is a guardian.", code="guardian_only", fix="Ask one.")
    with translation.override("vi"):
        assert words_of(error)[0].startswith("Chỉ người phụ trách")
        assert words_of(error)[1] == "Đề nghị người phụ trách của tỉnh."
    with translation.override("en"):
        assert words_of(error) == ("Nobody is a guardian.", "Ask one.")


def test_an_unknown_code_falls_back_to_the_source(english: None) -> None:
    with translation.override("vi"):
        assert words_of(NotFound("No stove.", code="stove_gone")) == ("No stove.", "")


def test_what_the_english_fills_in_is_filled_in() -> None:
    with translation.override("vi"):
        said = Conflict("The fee was paid already, by receipt BL-7.", code="already_paid")
        assert words_of(said)[0] == "Phí đã nộp, theo biên lai BL-7."
        other = Conflict("Something else was said.", code="already_paid")
        assert "{}" not in words_of(other)[0]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up module that raises two errors."""
    monkeypatch.setattr(error_words, "ROOT", tmp_path)
    monkeypatch.setattr(error_words, "SOURCE", tmp_path)
    folder = tmp_path / "modules/tea"
    folder.mkdir(parents=True)
    (folder / "rules.py").write_text(
        'raise Refused(f"The stove {name} is cold.", code="stove_cold", fix="Light it.")\n'
        'raise Refused("Hết trà.", code="tea_gone", fix="Mua thêm.")\n'
        'log(code="not an error")\n'
    )
    monkeypatch.setattr(error_words, "folder_of", lambda path: folder)
    return folder


def test_codes_are_read_from_the_source_and_kept(room: Path) -> None:
    codes = error_words.used()[room]
    assert codes == {"stove_cold": "The stove {} is cold.", "stove_cold.fix": "Light it."}
    error_words.write(room, codes, {"stove_cold": "Bếp nguội."})
    assert error_words.read(room) == {
        "stove_cold": "Bếp nguội.",
        "stove_cold.en": "The stove {} is cold.",
        "stove_cold.fix": "",
    }
    assert error_words.faults() == ["modules/tea: no Vietnamese: stove_cold.fix"]
    error_words.write(room, codes | {"stove_cold": "The {} stove is cold."}, {})
    assert "modules/tea: run update for stove_cold" in error_words.faults()
    (room / "rules.py").write_text("")
    assert error_words.used() == {}
