"""Starts one command as another system user: `apart.py USER PARENT PATHS -- COMMAND`. As root only.

Standard library only and run as a file, so that it works before anything of danso can be read.
Where a folder on the way (say /root) keeps others out, the command gets a view of its own in which
that folder holds nothing but the paths that it needs (mount_namespaces(7)).
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

CLONE_NEWNS = 0x00020000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
# A view opens one closed folder after another; more than a few would be a tangle.
ROUNDS = 8


def command(user: str, paths: Sequence[Path], wanted: Sequence[str]) -> list[str]:
    """The command line that runs `wanted` as `user`, able to walk to `paths`."""
    needed = os.pathsep.join(str(path) for path in paths)
    parent = str(os.getpid())
    return [sys.executable, "-I", "-S", __file__, user, parent, needed, "--", *wanted]


def closed_folder(path: Path) -> Path | None:
    """The first folder on the way to `path` through which other users can't walk."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None


def open_view(paths: Sequence[Path]) -> None:
    """Make every path reachable, in a view of the file system that only this process has."""
    if not any(map(closed_folder, paths)):
        return
    _system("unshare", CLONE_NEWNS)
    _mount(None, Path("/"), None, MS_REC | MS_PRIVATE)
    for _ in range(ROUNDS):
        folder = next(filter(None, map(closed_folder, paths)), None)
        if folder is None:
            return
        _replace(folder, [path for path in paths if folder in path.parents])
    raise OSError("too many closed folders on the way")


def become(user: str, parent: int) -> None:
    """Give up root for good; end when the one who started this ends."""
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    _system("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # Only now: giving up root clears this wish.
    _system("prctl", PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("danso: the supervisor ended before this process began")
    os.umask(0o027)
    os.chdir("/")
    # Not root's own: libpq and others look for files there and fail where they may not look.
    os.environ.update(HOME="/", USER=user, LOGNAME=user)


def _replace(folder: Path, paths: Sequence[Path]) -> None:
    """Lay an empty folder over `folder`, with nothing but `paths` in it."""
    outer = [path for path in paths if not any(other in path.parents for other in paths)]
    held = {path: os.open(path, os.O_PATH) for path in outer}
    _mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    for path, descriptor in held.items():
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            path.mkdir(mode=0o755)
        else:
            path.touch(mode=0o644)
        _mount(f"/proc/self/fd/{descriptor}", path, None, MS_BIND | MS_REC)
        os.close(descriptor)


def _mount(
    source: str | None, target: Path, kind: str | None, flags: int, options: str = ""
) -> None:
    texts = (source, str(target), kind)
    _system("mount", *(text.encode() if text else None for text in texts), flags, options.encode())


def _system(name: str, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def main(arguments: Sequence[str]) -> None:
    user, parent, paths, _, *wanted = arguments
    os.umask(0o022)
    open_view([Path(path) for path in paths.split(os.pathsep) if path])
    become(user, int(parent))
    os.execv(wanted[0], wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
