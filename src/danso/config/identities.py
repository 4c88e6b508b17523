"""Who runs what: a system user for each kind of process, where root starts danso."""

from __future__ import annotations

import grp
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import danso
from danso.config import apart
from danso.config.home import Home
from danso.wire.upstream.setup import SECRET_FILE

SEALER, GATEWAY, PAGES = "danso-sealer", "danso-gateway", "danso-pages"
USERS = {"sealer": SEALER, "gateway": GATEWAY, "web": PAGES, "worker": PAGES}
# The beginning of the names that sources.toml gives to secrets.
SOURCE_SECRETS = "source-"
# Of the names of our keys as other providers' client (sign-in.toml).
SIGN_IN_SECRETS = "sign-in-"
SOURCES, MESSAGES, SIGN_IN = "sources.toml", "messages.toml", "sign-in.toml"
# Where files that are sent on a page wait (modules/sources/adapters/shelf.py).
ARRIVALS = ("uploads", "trials")
# Where papers of people lie, sealed: too many to walk through (modules/documents).
PAPERS = "papers"
# Who besides the owner of the home may read a secret. What is not named here is the owner's alone.
HOLDERS = {
    "sealing-key": SEALER,
    "db-sealer": SEALER,
    "token-key": GATEWAY,
    "db-gateway": GATEWAY,
    "db-app": PAGES,
    "django-secret-key": PAGES,
    "sign-on-key": PAGES,
    "factor-key": PAGES,
    "factor-key-old": PAGES,
    "sms-token": PAGES,
    "email-password": PAGES,
    "id-database-secret": PAGES,
    "number-service-secret": PAGES,
}


def holders_in(home: Home) -> dict[str, str]:
    """`HOLDERS`, and who talks to the national service: jobs in a copy, else the gateway."""
    is_absent = home.read_stamp().get("register") == "absent"
    return {**HOLDERS, SECRET_FILE: GATEWAY if is_absent else PAGES}


def holder_of(home: Home, name: str) -> str | None:
    """Who besides the owner of the home may read this secret: those of sources, the jobs; those
    that sign in elsewhere, the pages."""
    is_theirs = name.startswith((SOURCE_SECRETS, SIGN_IN_SECRETS))
    return PAGES if is_theirs else holders_in(home).get(name)


def secrets_of(process: str, holders: Mapping[str, str] = HOLDERS) -> list[str]:
    """Names of the secrets that a process holds."""
    return [name for name, holder in holders.items() if holder == USERS[process]]


def make_system_user(name: str) -> None:
    """A system user without a home or a shell, if there is none of this name."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
        subprocess.run(["useradd", *options, name], check=True)


def let_read(path: Path, holder: str | None) -> None:
    """Let one system user's group read a file that stays its owner's; nobody where there is none.

    Without root, or before its first start, there is nobody to give it to: the owner keeps it."""
    try:
        group = grp.getgrnam(holder).gr_gid if holder and os.geteuid() == 0 else None
    except KeyError:
        group = None
    if group is None:
        path.chmod(0o600)
        return
    os.chown(path, -1, group)
    path.chmod(0o640)


def let_list(folder: Path, holder: str) -> None:
    """Let one system user see into a folder of files that hold nobody's data in the clear."""
    if os.geteuid() == 0:
        try:
            os.chown(folder, -1, grp.getgrnam(holder).gr_gid)
        except KeyError:
            return
        folder.chmod(0o750)


def stand_apart(home: Home, province: Path, say: Callable[[str], None]) -> bool:
    """Give each process what it needs and no more. False where they can't be kept apart."""
    if os.geteuid() != 0:
        return False
    for user in sorted(set(USERS.values())):
        make_system_user(user)
    hand_over(home)
    fault = _fault(home, province)
    if fault:
        say(
            "Warning: all processes run as root, so the sealing key is not kept from the others "
            f"({fault}). See docs/how-to/run-in-production.md, “Who may read what”."
        )
    return not fault


def hand_over(home: Home) -> None:
    """Owners and modes of everything that a process reads or writes. Can be repeated."""
    home.path.chmod(stat.S_IMODE(home.path.stat().st_mode) | 0o011)
    for folder in (home.secrets, home.run, home.logs, home.files):
        folder.chmod(0o711)
    for path in (home.stamp, home.run / "processes.json", home.run / "port"):
        if path.exists():
            path.chmod(0o644)
    for path in home.secrets.iterdir():
        if path.is_file() and not path.is_symlink():
            let_read(path, holder_of(home, path.name))
    _let_bring_in(home)
    _give(home.heads, SEALER, mode=0o755)
    _give(home.gateway_logs, GATEWAY, mode=0o750)
    for copy in home.backups.iterdir():
        if (copy / "manifest.json").exists():
            let_list(copy, PAGES)


def _let_bring_in(home: Home) -> None:
    """Settings of sources, of ways out for messages and of sign-in elsewhere, which jobs and pages
    read; where pages put what was sent to them."""
    for settings in (home.files / SOURCES, home.files / MESSAGES, home.files / SIGN_IN):
        if settings.exists():
            let_read(settings, PAGES)
    for name in ARRIVALS:
        _give(home.files / name, PAGES, mode=0o700)
    _own(home.files / PAPERS, PAGES, mode=0o700)
    # Where runs of matching lay what they compare.
    _give(home.run / "work", PAGES, mode=0o700)


def needed_paths(home: Home, province: Path) -> list[Path]:
    """What every process walks to: Python, the code, the province, the home."""
    code = Path(danso.__file__).resolve().parent
    python = Path(sys.executable)
    named = [Path(sys.prefix), Path(sys.base_prefix), python.parent, province, home.path]
    found = [path.resolve() for path in named]
    beside = [code, code.parents[1] / "build", python.resolve().parent]
    return sorted({path for path in (*named, *found, *beside) if path.exists()})


def _give(folder: Path, user: str, *, mode: int) -> None:
    """A folder with its files becomes a process's own."""
    _own(folder, user, mode=mode)
    for path in folder.rglob("*"):
        _chown(path, user)


def _own(folder: Path, user: str, *, mode: int) -> None:
    """A folder becomes a process's own; what lies in it is not looked at unless the folder was
    somebody else's (a home that was restored, or moved)."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
    if _chown(folder, user):
        for path in folder.rglob("*"):
            _chown(path, user)


def _chown(path: Path, user: str) -> bool:
    """Whether it had to be given."""
    entry = pwd.getpwnam(user)
    if path.lstat().st_uid == entry.pw_uid:
        return False
    os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    return True


def _fault(home: Home, province: Path) -> str:
    """Why another user can't run danso here, tried rather than guessed; empty where it can."""
    program = (
        "import os, sys, django, danso.config.home as h\n"
        "h.Home(h.Path(sys.argv[1])).read_stamp(); os.listdir(sys.argv[2])"
    )
    wanted = [sys.executable, "-c", program, str(home.path), str(province)]
    done = subprocess.run(
        apart.command(PAGES, needed_paths(home, province), wanted),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    return done.stderr.strip().rpartition("\n")[2][:200] if done.returncode else ""
