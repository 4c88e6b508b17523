"""A danso home: the folder that holds one installation's database, secrets, files and lock."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from danso.kernel.errors import Conflict


def default_home() -> Path:
    """DANSO_HOME, else `.danso` under the current folder."""
    return Path(os.environ.get("DANSO_HOME") or ".danso").resolve()


@dataclass(frozen=True)
class Home:
    """Paths of one installation. Nothing here touches the disk except `make` and `lock`."""

    path: Path

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def heads(self) -> Path:
        """Published tree heads; the sealer writes them, everybody may read them."""
        return self.files / "heads"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def gateway_logs(self) -> Path:
        """What the gateway itself writes: calls without contents, refused callers."""
        return self.logs / "gateway"

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    @property
    def stamp(self) -> Path:
        """What this home is for ever: demo or real, province, danso's version."""
        return self.path / "home.json"

    @property
    def settled(self) -> Path:
        """There once the first load is over."""
        return self.run / "settled"

    @property
    def restoring(self) -> Path:
        """There while a restore writes this home: what it left when killed is not a home."""
        return self.path / "restoring"

    def make(self) -> None:
        """Create the folders; nobody but the owner may list secrets and run.

        Where processes run as users of their own (identities.py) they may walk through: that stays.
        """
        for folder in (self.path, self.files, self.logs, self.backups):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.run):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(folder.stat().st_mode & 0o711)

    def read_stamp(self) -> dict[str, Any]:
        """The stamp, or an empty dict where nothing was ever started."""
        if not self.stamp.exists():
            return {}
        stamp: dict[str, Any] = json.loads(self.stamp.read_text())
        return stamp

    def read_port(self) -> int:
        """Where a home that is or was up serves its pages; else where it would by itself."""
        try:
            return int((self.run / "port").read_text())
        except (OSError, ValueError):
            return 8000

    def write_stamp(self, stamp: dict[str, Any]) -> None:
        """Write the stamp whole or not at all."""
        draft = self.stamp.with_suffix(".new")
        draft.write_text(json.dumps(stamp, indent=2, ensure_ascii=False) + "\n")
        draft.replace(self.stamp)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the home alone, or say who holds it. The kernel releases it with the process."""
        self.make()
        with (self.path / "lock").open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                handle.seek(0)
                holder = handle.read().strip() or "another process"
                raise Conflict(
                    f"this home is already up (process {holder})",
                    code="home_locked",
                    fix="Use the running one (`danso status`), stop it, or choose another --home.",
                ) from error
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield
