"""A copy of a home: database and files encrypted to the operator's key, secrets in a copy apart.

Format: age (https://age-encryption.org/v1), so that any age tool opens it without danso.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import pyrage

from danso import __version__
from danso.config.database import Address, external_url
from danso.config.home import Home
from danso.config.identities import PAGES, let_list
from danso.config.postgres import Cluster
from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, Unavailable

DATABASE, FILES, KEYS, MANIFEST = "database.age", "files.age", "keys.age", "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a copy holds; readable without a key, holds nothing about people."""

    danso: str
    at: str
    kind: str
    stamp: dict[str, object]
    tree_head: dict[str, object]
    digests: dict[str, str]
    # Whether the home's first load was over; a restored one need not try again.
    settled: bool = False


def read_recipient(text: str) -> pyrage.x25519.Recipient:
    """An operator's public key (`age1…`), given itself or in a file."""
    candidate = Path(text).read_text() if Path(text).is_file() else text
    lines = [line.strip() for line in candidate.splitlines() if line.strip().startswith("age1")]
    try:
        return pyrage.x25519.Recipient.from_str(lines[0])
    except (IndexError, pyrage.RecipientError) as error:
        raise InvalidValue(
            "this is no operator's public key",
            code="backup_recipient",
            fix="Give the line that starts with age1, or a file holding it "
            "(`danso keys operator FILE` makes a pair).",
        ) from error


def read_identity(path: Path) -> pyrage.x25519.Identity:
    """The operator's private key from a file as `danso keys operator` or age-keygen writes it."""
    try:
        lines = path.read_text().splitlines()
        key = next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(key.strip())
    except (OSError, UnicodeDecodeError, StopIteration, pyrage.IdentityError) as error:
        raise InvalidValue(
            f"{path} holds no operator's private key",
            code="restore_identity",
            fix="Give the file whose line starts with AGE-SECRET-KEY-.",
        ) from error


def copy_home(
    home: Home,
    address: Address,
    cluster: Cluster,
    recipient: pyrage.x25519.Recipient,
    target: Path,
    tree_head: dict[str, object],
) -> Manifest:
    """Write a whole copy into `target`; a killed copy leaves only a `.part` folder.

    The database comes first: whatever it names in the files was written before it was named.
    """
    if target.exists():
        raise Conflict(f"{target} is there already", code="backup_exists", fix="Name a new folder.")
    draft = target.with_name(target.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)  # left by a copy that was killed
    draft.mkdir(parents=True, mode=0o700)
    _dump_database(address, cluster, recipient, draft / DATABASE)
    _pack(home.files, recipient, draft / FILES)
    stamp = home.read_stamp()
    manifest = Manifest(
        danso=__version__,
        at=clock.now().isoformat(timespec="seconds"),
        kind=str(stamp.get("kind")),
        stamp=stamp,
        tree_head=tree_head,
        digests={name: digest(draft / name) for name in (DATABASE, FILES)},
        settled=home.settled.exists(),
    )
    (draft / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    draft.rename(target)
    let_list(target, PAGES)
    return manifest


def copy_keys(home: Home, recipient: pyrage.x25519.Recipient, target: Path) -> None:
    """Write the secrets' copy, meant to be kept elsewhere than the data's."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    _pack(home.secrets, recipient, target / KEYS)


def digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def unpack(source: Path, identity: pyrage.x25519.Identity, target: Path) -> None:
    """Decrypt a packed folder into `target`; names that lead outside are refused by tarfile.

    The whole is decrypted before anything is written out: a changed copy leaves nothing.
    """
    with tempfile.TemporaryFile(dir=target.parent) as packed:
        with source.open("rb") as handle:
            _decrypt(handle, packed, identity, source)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            archive.extractall(target, filter="data")


def restore_database(
    source: Path,
    identity: pyrage.x25519.Identity,
    cluster: Cluster,
    address: Address,
    scratch: Path,
) -> None:
    """Load the database's copy into an empty database, all or nothing."""
    plain = scratch / "database.dump"
    with source.open("rb") as handle, plain.open("wb") as output:
        _decrypt(handle, output, identity, source)
    command = [cluster.program("pg_restore"), "--exit-on-error", "--jobs=2", "--dbname"]
    done = subprocess.run(
        [*command, address.url("super"), str(plain)],
        capture_output=True,
        text=True,
        check=False,
        env=_with_password(cluster),
    )
    plain.unlink()
    if done.returncode:
        raise Unavailable(
            f"the database's copy could not be loaded: {done.stderr.strip()[-300:]}",
            code="restore_database",
            fix="Nothing of it was kept; check the copy with another backup.",
        )


def _decrypt(
    source: io.BufferedReader, target: io.IOBase, identity: pyrage.x25519.Identity, name: Path
) -> None:
    try:
        pyrage.decrypt_io(source, target, [identity])
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise Unavailable(
                f"{name.name} could not be read or written out: {error.strerror}",
                code="restore_disk",
                fix="Check free space and the disk, then restore again.",
            ) from error
        # A flipped byte or a missing end is an OSError without a number.
        raise InvalidValue(
            f"{name.name} cannot be opened with this key, or was changed",
            code="restore_decrypt",
            fix="Use the private key whose public half made the copy.",
        ) from error


def _dump_database(
    address: Address, cluster: Cluster, recipient: pyrage.x25519.Recipient, target: Path
) -> None:
    command = [
        cluster.program("pg_dump"),
        "--format=custom",
        "--compress=gzip:3",
        "--dbname",
        # On an operator's own server danso has no administrator; the owner may read every table.
        address.url("owner" if external_url() else "super"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_with_password(cluster)
    ) as dump:
        if dump.stdout is None or dump.stderr is None:
            raise Unavailable("pg_dump has no output", code="backup_dump", fix="Try again.")
        with target.open("wb") as output:
            pyrage.encrypt_io(dump.stdout, output, [recipient])
        complaint = dump.stderr.read().decode()
    if dump.returncode:
        raise Unavailable(
            f"the database could not be copied: {complaint.strip()[-300:]}",
            code="backup_dump",
            fix="Check free space and that the home is up, then try again.",
        )


def _with_password(cluster: Cluster) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PGPASSWORD": cluster.password}


def _pack(folder: Path, recipient: pyrage.x25519.Recipient, target: Path) -> None:
    """Through a pipe: the papers of a province do not fit into memory, nor twice onto the disk."""
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(max_workers=1) as beside:
        packing = beside.submit(_pack_into, write_end, folder)
        with os.fdopen(read_end, "rb") as packed, target.open("wb") as output:
            pyrage.encrypt_io(packed, output, [recipient])
        packing.result()


def _pack_into(descriptor: int, folder: Path) -> None:
    with (
        os.fdopen(descriptor, "wb") as output,
        tarfile.open(fileobj=output, mode="w|gz") as archive,
    ):
        archive.add(folder, arcname=".")
