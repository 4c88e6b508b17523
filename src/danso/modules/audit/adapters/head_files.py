"""Heads as files that others fetch and keep: the latest, one for each day, and the keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from danso.kernel.clock import local
from danso.wire.head import SignedHead, parse_note, verifier_key


@dataclass(frozen=True)
class HeadFiles:
    """The folder files/heads of a home."""

    folder: Path

    @property
    def latest(self) -> Path:
        return self.folder / "latest.txt"

    def publish(self, signed: SignedHead, keys: dict[str, bytes]) -> None:
        """Write the head and the keys. The first head of a day stays as that day's file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        note = signed.note()
        day = self.folder / f"{local(signed.head.at):%Y-%m-%d}.txt"
        if not day.exists():
            _write(day, note)
        lines = [verifier_key(signed.head.origin, public) for public in keys.values()]
        _write(self.folder / "keys.txt", "\n".join(lines) + "\n")
        _write(self.latest, note)

    def find_latest(self) -> SignedHead | None:
        """The newest published head, if any."""
        if not self.latest.exists():
            return None
        return parse_note(self.latest.read_text(encoding="utf-8"))

    def published(self) -> list[SignedHead]:
        """Every head in the folder, oldest first."""
        found = set(self._files().values())
        return sorted(found, key=lambda signed: (signed.head.at, signed.head.size))

    def set_aside(self, *, size: int, origin: str) -> None:
        """Move heads that a journal of this size can't reach; they are kept, not deleted."""
        for path, signed in self._files().items():
            if signed.head.size > size or signed.head.origin != origin:
                kept = self.folder / "lost" / f"{signed.head.at:%Y%m%dT%H%M%SZ}-{path.name}"
                kept.parent.mkdir(parents=True, exist_ok=True)
                path.replace(kept)

    def _files(self) -> dict[Path, SignedHead]:
        notes = [path for path in self.folder.glob("*.txt") if path.name != "keys.txt"]
        return {path: parse_note(path.read_text(encoding="utf-8")) for path in notes}


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a head."""
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)  # published: whoever serves the folder may read it, whatever the umask
    draft.replace(path)
