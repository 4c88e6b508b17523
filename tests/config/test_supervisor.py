"""The supervisor restarts what falls and stops everything it started."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from danso.config.home import Home
from danso.config.supervisor import Child, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True);"
    "time.sleep(60)",
]


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def made(folder: Path) -> Supervisor:
    home = Home(folder)
    home.make()
    return Supervisor(home, cluster=None)


def test_watch_restarts_a_killed_child(tmp_path: Path) -> None:
    supervisor = made(tmp_path)
    child = supervisor.add("one", SLEEP, {})
    supervisor.start(child)
    assert child.process is not None
    first = child.process.pid
    watcher = threading.Thread(target=supervisor.watch)
    watcher.start()
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: child.process is not None and child.process.pid != first)
    supervisor.stopping.set()
    watcher.join()
    assert json.loads((tmp_path / "run" / "processes.json").read_text())["one"] != first
    supervisor.stop()


def test_stop_ends_every_child_even_one_that_will_not(tmp_path: Path) -> None:
    supervisor = made(tmp_path)
    for name, command in (("willing", SLEEP), ("stubborn", STUBBORN)):
        supervisor.start(supervisor.add(name, command, {}))
    wait_for(lambda: b"on" in (tmp_path / "logs" / "stubborn.log").read_bytes())
    pids = [child.process.pid for child in supervisor.children if child.process]
    supervisor.stop(patience=0.3)
    assert not any(alive(pid) for pid in pids)
    assert not (tmp_path / "run" / "processes.json").exists()


def is_restarted(child: Child, fallen: int) -> bool:
    return child.process is not None and child.process.pid != fallen


def test_watch_goes_on_where_nothing_can_be_written(tmp_path: Path) -> None:
    supervisor = made(tmp_path)
    child = supervisor.add("one", SLEEP, {})
    supervisor.start(child)
    watcher = threading.Thread(target=supervisor.watch)
    watcher.start()
    try:
        (tmp_path / "run").rename(tmp_path / "run-aside")  # as on a full disk: no note can be made
        for _ in range(2):
            assert child.process is not None
            fallen = child.process.pid
            os.kill(fallen, signal.SIGKILL)
            wait_for(partial(is_restarted, child, fallen))
        assert watcher.is_alive()
    finally:
        (tmp_path / "run-aside").rename(tmp_path / "run")
        supervisor.stopping.set()
        watcher.join()
        supervisor.stop()
