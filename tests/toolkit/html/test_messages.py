"""Whatever a person may read has English, and no two folders disagree about it."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from tools import messages


@pytest.mark.parametrize(
    "folder", messages.folders(), ids=lambda folder: str(folder.relative_to(messages.SOURCE))
)
def test_every_word_has_english(folder: Path) -> None:
    assert messages.faults(folder) == []


def test_folders_agree() -> None:
    assert messages.contradictions() == []


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up source tree with one screen."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    monkeypatch.setattr(messages, "OWN", ())
    folder = tmp_path / "screens/tea"
    (folder / "templates").mkdir(parents=True)
    (folder / "views.py").write_text('title = gettext_lazy("Trà")\n')
    (folder / "templates/a.html").write_text(
        "{% trans %}\n  Hai\n  bánh\n{% endtrans %}{{ _('Còn %(n)s', n=1) }}"
    )
    return folder


def test_words_are_found_in_python_and_templates(room: Path) -> None:
    said = {message.id for message in messages.used(room) if message.id}
    assert said == {"Trà", "Hai bánh", "Còn %(n)s"}
    assert messages.folders() == [room]


def test_update_keeps_english_and_drops_what_is_gone(room: Path) -> None:
    messages.update(room)
    catalog = messages.read(room)
    catalog["Trà"].string = "Tea"
    _write(room, catalog)
    (room / "templates/a.html").write_text("{{ _('Mứt') }}")
    messages.update(room)
    kept = {message.id: message.string for message in messages.read(room) if message.id}
    assert kept == {"Trà": "Tea", "Mứt": ""}
    assert messages.faults(room) == ["no English: 'Mứt'"]


def test_update_twice_changes_nothing(room: Path) -> None:
    messages.update(room)
    first = (room / messages.PO).read_bytes()
    messages.update(room)
    assert (room / messages.PO).read_bytes() == first
    assert b"Date" not in first


def test_faults_name_what_is_stale_or_broken(room: Path) -> None:
    messages.update(room)
    catalog = messages.read(room)
    catalog["Còn %(n)s"].string = "Left: %(m)s"
    catalog.add("Cũ", "Old")
    _write(room, catalog)
    found = messages.faults(room)
    assert "no longer used: 'Cũ'" in found
    assert any("Còn" in line and "placeholder" in line for line in found)


def test_two_folders_must_agree_on_the_same_words(room: Path) -> None:
    other = room.parent / "cake"
    other.mkdir()
    (other / "views.py").write_text('x = _("Trà")\n')
    for folder, english in ((room, "Tea"), (other, "Char")):
        messages.update(folder)
        catalog = messages.read(folder)
        catalog["Trà"].string = english
        _write(folder, catalog)
    assert len(messages.contradictions()) == 1


def _write(folder: Path, catalog: Catalog) -> None:
    with (folder / messages.PO).open("wb") as file:
        write_po(file, catalog)
