"""One small supervisor: starts danso's processes, restarts the fallen, stops them all in order."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from danso.config import apart
from danso.config.home import Home
from danso.config.postgres import Cluster
from danso.config.secrets import OUTSIDE
from danso.kernel.errors import DansoError

PR_SET_PDEATHSIG = 1
RESTART_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
STOP_SECONDS = 10.0
DATABASE_PAUSE = 2.0


@dataclass
class Child:
    """One process: how to start it and how it has fared."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    # The system user it runs as and what it must be able to walk to; empty: as the supervisor.
    user: str = ""
    paths: Sequence[Path] = ()
    process: subprocess.Popen[bytes] | None = None
    log: IO[bytes] | None = None
    falls: int = 0
    next_start: float = 0.0
    started: float = 0.0


@dataclass
class Supervisor:
    """Runs children in order until asked to stop. The database is watched too, when it is ours."""

    home: Home
    cluster: Cluster | None
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, command: list[str], environment: Mapping[str, str]) -> Child:
        """One more to run, in the order of adding."""
        child = Child(name, command, environment)
        self.children.append(child)
        return child

    def start(self, child: Child) -> None:
        """Start one child, its output into logs/<name>.log; it dies with the supervisor."""
        if child.log is None:
            child.log = (self.home.logs / f"{child.name}.log").open("ab")
        child.process = subprocess.Popen(
            apart.command(child.user, child.paths, child.command) if child.user else child.command,
            env={**without_secrets(os.environ), **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=child.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        child.started = time.monotonic()
        self._note()

    def watch(self) -> None:
        """Until asked to stop: restart what fell, with growing pauses; the database first."""
        while not self.stopping.wait(0.25):
            self._tend_database()
            for child in self.children:
                self._tend(child)

    def end(self, child: Child, patience: float = STOP_SECONDS) -> None:
        """Stop one child, so that it can be started anew."""
        _end(child, patience)
        child.process = None

    def stop(self, patience: float = STOP_SECONDS) -> None:
        """Stop children in reverse order of starting, then the database."""
        for child in reversed(self.children):
            _end(child, patience)
        if self.cluster is not None:
            self.cluster.stop()
        (self.home.run / "processes.json").unlink(missing_ok=True)

    def _tend_database(self) -> None:
        if self.cluster is None or _postmaster_lives(self.cluster):
            return
        try:
            self.cluster.start()
        except DansoError as error:  # a full disk, say: it stays down until somebody makes room
            print(f"danso: {error.message.splitlines()[-1]} Trying again.", file=sys.stderr)
            self.stopping.wait(DATABASE_PAUSE)

    def _tend(self, child: Child) -> None:
        process = child.process
        if process is None or process.poll() is None:
            return
        moment = time.monotonic()
        if child.next_start == 0.0:
            child.falls = 0 if moment - child.started > 30 else child.falls + 1
            pause = RESTART_PAUSES[min(child.falls, len(RESTART_PAUSES) - 1)]
            child.next_start = moment + pause
        elif moment >= child.next_start:
            child.next_start = 0.0
            try:
                self.start(child)
            except OSError as error:  # no room, no memory: it is tried again with the next pause
                print(f"danso: {child.name} could not start: {error.strerror}", file=sys.stderr)

    def _note(self) -> None:
        with suppress(OSError):  # only for whoever looks; the home's disk may be full
            self._write_note()

    def _write_note(self) -> None:
        running = {
            child.name: child.process.pid for child in self.children if child.process is not None
        }
        note = self.home.run / "processes.json"
        draft = note.with_suffix(".new")  # pages and `danso status` read it at any moment
        draft.write_text(json.dumps(running))
        draft.chmod(0o644)
        draft.replace(note)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """No process sees a secret of another: each gets its own beside these."""
    return {name: value for name, value in environment.items() if not name.startswith(OUTSIDE)}


def _end(child: Child, patience: float) -> None:
    process = child.process
    if process is not None and process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if child.log is not None:
        child.log.close()
        child.log = None


def _postmaster_lives(cluster: Cluster) -> bool:
    """Whether the postmaster of this cluster runs, by its pid file, without starting a program."""
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def end_with_parent() -> None:
    """In a new process: be asked to stop when the one that started it is no more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
