"""Words for people: collect Vietnamese msgids, keep their English, compile for Django.

python -m tools.messages update src/danso/screens/steward   (one folder's .po)
python -m tools.messages compile                            (all .mo, not in git)
python -m tools.messages check                              (nothing missing, stale, at odds)
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/danso"
PO = Path("locale/en/LC_MESSAGES/django.po")
# These rooms hold many parts by many hands: each part has its own file.
SPLIT = ("screens", "modules")
OWN = (SOURCE / "toolkit/html",)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
JINJA_OPTIONS = {
    "extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
# Dates and tools in a header change on every run and say nothing to a reader.
NOISE = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|[A-Za-z-]+: [^"]*ADDRESS).*\n', re.M
)

Key = tuple[str, str]


def folder_of(path: Path) -> Path:
    """The folder whose .po holds this file's words."""
    for own in OWN:
        if path.is_relative_to(own):
            return own
    parts = path.relative_to(SOURCE).parts
    return SOURCE.joinpath(*parts[: 2 if parts[0] in SPLIT else 1])


def sources() -> Iterator[Path]:
    """Every file that may hold words."""
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix not in METHODS or not path.is_file() or "migrations" in path.parts:
            continue
        if path.suffix == ".py" or "templates" in path.parts:
            yield path


def used(folder: Path) -> Catalog:
    """What the files of one folder say."""
    found = Catalog(locale="en", charset="utf-8")
    for path in sources():
        if folder_of(path) != folder:
            continue
        options = JINJA_OPTIONS if path.suffix != ".py" else {}
        method = METHODS[path.suffix]
        with path.open("rb") as file:
            for _line, words, comments, context in extract(
                method, file, KEYWORDS, ["Translators:"], options
            ):
                place = (path.relative_to(ROOT).as_posix(), 0)
                found.add(words, None, [place], auto_comments=comments, context=context)
    return found


def folders() -> list[Path]:
    """Every folder that says something, or has a .po."""
    said = {folder_of(path) for path in sources()}
    kept = {path.parents[3] for path in SOURCE.rglob(PO.as_posix())}
    return [folder for folder in sorted(said | kept) if folder in kept or len(used(folder))]


def read(folder: Path) -> Catalog:
    """The folder's English, empty when there is none yet."""
    path = folder / PO
    if not path.exists():
        return Catalog(locale="en", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update(folder: Path) -> int:
    """Bring the folder's .po in step with its files, keeping English once written; the count."""
    template = used(folder)
    catalog = read(folder)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.fuzzy = False
    catalog.header_comment = "# English for the words of this folder; the msgids are Vietnamese."
    written = io.BytesIO()
    write_po(
        written, catalog, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    path = folder / PO
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(NOISE.sub(b"", written.getvalue()))
    return len(template)


def compile_all() -> int:
    """Write a .mo beside every .po whose words changed. Gives how many there are."""
    count = 0
    for path in sorted(SOURCE.rglob("locale/*/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3])
        made = io.BytesIO()
        write_mo(made, catalog)
        target = path.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != made.getvalue():
            part = target.with_suffix(".mo.part")
            part.write_bytes(made.getvalue())
            part.replace(target)
        count += 1
    return count


def key_of(message: Message) -> Key:
    """What Django looks a message up by."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", words)


def faults(folder: Path) -> list[str]:
    """What is wrong with the English of one folder, a line each."""
    english = {key_of(message): message for message in read(folder) if message.id}
    said = {key_of(message): message for message in used(folder) if message.id}
    found = [f"no English: {words!r}" for context, words in said if (context, words) not in english]
    for key, message in english.items():
        forms = message.string or ""
        text = forms if isinstance(forms, str) else "".join(forms)
        if key not in said:
            found.append(f"no longer used: {key[1]!r}")
        elif not text.strip():
            found.append(f"no English: {key[1]!r}")
        elif message.fuzzy:
            found.append(f"fuzzy: {key[1]!r}")
        found.extend(f"{key[1]!r}: {fault}" for fault in message.check())
    return found


def contradictions() -> list[str]:
    """The same words with different English in two folders: Django would pick one by chance."""
    seen: dict[Key, tuple[object, Path]] = {}
    found = []
    for folder in folders():
        for message in read(folder):
            if not message.id or not message.string:
                continue
            first, where = seen.setdefault(key_of(message), (message.string, folder))
            if first != message.string:
                here = folder.relative_to(SOURCE)
                found.append(
                    f"{here} and {where.relative_to(SOURCE)} differ on {key_of(message)[1]!r}: "
                    f"{message.string!r}, {first!r}. Agree, or use pgettext with a context."
                )
    return found


def check() -> int:
    """Print every fault; 1 if there is any."""
    lines = [
        f"{folder.relative_to(ROOT)}: {line}" for folder in folders() for line in faults(folder)
    ]
    lines += contradictions()
    print("\n".join(lines) if lines else "words: all have English")
    return 1 if lines else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("command", choices=["update", "compile", "check"])
    parser.add_argument("folders", nargs="*", type=Path, help="for update: which (default: all)")
    arguments = parser.parse_args()
    if arguments.command == "check":
        return check()
    if arguments.command == "compile":
        print(f"words: {compile_all()} files compiled")
        return 0
    for folder in arguments.folders or folders():
        print(f"{folder}: {update((ROOT / folder).resolve())} msgids")
    return 0


if __name__ == "__main__":
    sys.exit(main())
