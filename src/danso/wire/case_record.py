"""The verification record of a case's parties: one canonical text, bound to the journal's tree.

`record`   what was asked and answered, canonical JSON (wire.canonical)
`digest`   SHA-256 of it
`seal`     the journal's event that carries key and digest: opened (salt, entry), with its path to
           the signed head (`head`, a C2SP note)
`rows`     for each party the journal row of the look: position, leaf and path, not opened: what the
           row says of the person is the person's and the auditor's to read

Whoever has the record and the journal's public key can check all of it without asking anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from danso.kernel.errors import DansoError
from danso.wire import canonical
from danso.wire.head import SignedHead, parse_note
from danso.wire.leaf import entry_leaf
from danso.wire.merkle import verify_inclusion

KIND: Final = "danso-case-record/1"
EVENT: Final = "exchange.case_record_made"
Checks = Callable[[SignedHead], bool]


def digest_of(record: Mapping[str, Any]) -> str:
    """The hex digest of a record."""
    return hashlib.sha256(canonical.dumps(record)).hexdigest()


def faults_of(sealed: Mapping[str, Any], is_signed: Checks) -> list[str]:
    """What is wrong with a sealed record; nothing means that it is what the platform answered.

    `is_signed` says whether a head carries a signature of a key that the checker trusts.
    """
    try:
        return _faults(sealed, is_signed)
    except (KeyError, TypeError, ValueError, DansoError) as error:
        return [f"unreadable: {type(error).__name__}"]


def _faults(sealed: Mapping[str, Any], is_signed: Checks) -> list[str]:
    record, seal = sealed["record"], sealed["seal"]
    head = parse_note(sealed["head"])
    entry = json.loads(seal["entry"])
    leaf = entry_leaf(
        seal["position"], seal["second"], bytes.fromhex(seal["salt"]), seal["entry"].encode()
    )
    found = []
    if record["kind"] != KIND:
        found.append("kind: this is not a record of this form")
    if digest_of(record) != sealed["digest"]:
        found.append("digest: the record was altered")
    if (entry["event"], entry["record"], entry["digest"]) != (
        EVENT,
        record["key"],
        sealed["digest"],
    ):
        found.append("seal: the journal's event is about another record")
    if not _is_in_tree(leaf, seal, head):
        found.append("seal: the journal's event is not in the signed tree")
    if not is_signed(head):
        found.append("head: not signed by a key you trust")
    positions = [party["journal_position"] for party in record["parties"]]
    if positions != [row["position"] for row in sealed["rows"]]:
        found.append("rows: not those of the parties")
    found += [
        f"rows: {row['position']} is not in the signed tree"
        for row in sealed["rows"]
        if not _is_in_tree(bytes.fromhex(row["leaf"]), row, head)
    ]
    return found


def _is_in_tree(leaf: bytes, proof: Mapping[str, Any], head: SignedHead) -> bool:
    path = [bytes.fromhex(step) for step in proof["path"]]
    return verify_inclusion(leaf, proof["position"], head.head.size, path, head.head.root)
