#!/usr/bin/env python3
"""Check an exported danso journal without danso: Python's standard library, this one file.

    python check_journal.py EXPORT [--against OLD_HEAD.txt ...] [--key VKEY ...]
    python check_journal.py PROOF.json [--against OLD_HEAD.txt ...] [--key VKEY ...]

EXPORT is the folder that `danso journal export` wrote: journal.jsonl (one line per position),
heads.txt (signed tree heads) and keys.txt (public keys). OLD_HEAD.txt is a head that you kept
yourself, from an answer of the gateway, from the page or from the daily file. VKEY is a public key
that you kept yourself, one line of keys.txt; without --key the export's own keys are believed.

PROOF.json is what a citizen's own page gives for one entry about them: its text, salt and way up to
the root of a head. With --against the root must be that of a head you kept (ask the page for the
proof under that head); without, the proof's own head is believed.

What is checked of an export, and what it would show:
  1. positions run 0, 1, 2, ... without gap or repeat             removed, reordered
  2. every entry with its salt gives the leaf at its position     altered, reordered
  3. seconds never go back, and fit the heads around them         back-dated
  4. an entry says it was made near the second of its sealing     back-dated
  5. all leaves together give the root of every signed head       all of these
  6. an entry is missing only with its whole month, and the journal itself says so     removed

Exit code 0: nothing wrong. 1: something is wrong, each finding on a line. 2: can't be read.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# --- The format: docs/decisions/0001-leaf-format.md -----------------------------------------


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_of(position: int, second: int, salt: bytes, entry: bytes) -> bytes:
    frame = b"\x00\x01" + position.to_bytes(8, "big") + second.to_bytes(8, "big")
    return sha256(frame + sha256(salt + entry))


class Tree:
    """An RFC 6962 tree that grows leaf by leaf: the roots of its full subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.full: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        bits = self.size
        while bits & 1:
            leaf, bits = sha256(b"\x01" + self.full.pop() + leaf), bits >> 1
        self.full.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.full:
            return sha256(b"")
        root = self.full[-1]
        for left in reversed(self.full[:-1]):
            root = sha256(b"\x01" + left + root)
        return root


# --- Signed heads (C2SP signed note: four lines, an empty one, the signature) ----------------


class Head:
    def __init__(self, block: list[str]) -> None:
        self.origin, size, root, at, empty, signature = block
        self.text = "".join(f"{line}\n" for line in block[:4]).encode()
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        self.when = at.removeprefix("at ")
        self.at = int(datetime.fromisoformat(self.when).timestamp())
        mark, name, packed = signature.split(" ")
        signed = base64.b64decode(packed, validate=True)
        if empty or mark != "—" or name != self.origin or len(signed) != 68:
            raise ValueError("not a signed head")
        self.key_id, self.signature = signed[:4].hex(), signed[4:]


def read_heads(path: Path) -> list[Head]:
    lines = path.read_text(encoding="utf-8").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    return [Head(lines[at : at + 6]) for at in range(0, len(lines), 7)]


def read_key(line: str) -> tuple[str, bytes]:
    """A verifier key: name+id+base64(0x01 and the 32 bytes of an Ed25519 public key)."""
    name, key_id, packed = line.strip().split("+", 2)
    public = base64.b64decode(packed)
    if sha256(name.encode() + b"\n" + public)[:4].hex() != key_id or public[:1] != b"\x01":
        raise ValueError(f"not a verifier key: {line.strip()}")
    return key_id, public[1:]


# --- The checks -------------------------------------------------------------------------------


class Checker:
    def __init__(self, heads: list[Head], keys: dict[str, bytes]) -> None:
        self.findings: list[tuple[str, int, str]] = []
        self.tree, self.gap = Tree(), False
        self.last_second = self.not_before = 0  # of the entries so far, of the heads so far
        self.months: dict[
            str, list[int]
        ] = {}  # YYYYMM -> [first position, last position, entries there, entries gone]
        self.announced: dict[
            str, tuple[int, int]
        ] = {}  # YYYYMM -> (first, last): months that the journal says it destroyed
        self.heads_met = self.gone = 0
        self.heads: list[Head] = []  # the smallest last
        origin = heads[-1].origin if heads else ""
        for head in sorted(heads, key=lambda head: head.size, reverse=True):
            public = keys.get(head.key_id)
            if head.origin != origin:
                self.found("OTHER JOURNAL", head.size, f"a head belongs to {head.origin}")
            elif public is None or not ed25519_verify(public, head.text, head.signature):
                self.found("NOT SIGNED", head.size, f"no known key signed the head of {head.when}")
            else:
                self.heads.append(head)
        self.meet_heads()

    def found(self, what: str, position: int, text: str) -> None:
        self.findings.append((what, position, text))

    def row(self, row: dict[str, Any]) -> None:
        position, second = row["position"], row["second"]
        if position < self.tree.size:
            self.found("REORDERED", position, "this position comes twice or out of order")
            return
        if position > self.tree.size:
            self.found("REMOVED", self.tree.size, f"positions up to {position - 1} are missing")
            self.tree.size, self.gap = position, True  # roots say nothing any more
        if second < max(self.last_second, self.not_before):
            self.found("BACK-DATED", position, "sealed before the entry or head before it")
        self.last_second = max(self.last_second, second)
        leaf = self.entry(row, position, second)
        if self.gap:
            self.tree.size += 1
        else:
            self.tree.append(leaf)
        self.meet_heads()

    def entry(self, row: dict[str, Any], position: int, second: int) -> bytes:
        """Check one entry; returns the leaf to go on with."""
        name = datetime.fromtimestamp(second, UTC).strftime("%Y%m")
        month = self.months.setdefault(name, [position, position, 0, 0])
        month[1] = position
        if "entry" not in row:
            month[3] += 1
            return bytes.fromhex(row["leaf"])
        month[2] += 1
        salt, entry = bytes.fromhex(row["salt"]), row["entry"].encode()
        leaf = leaf_of(position, second, salt, entry)
        if len(salt) != 16 or row.get("leaf", leaf.hex()) != leaf.hex():
            self.found("ALTERED", position, "the entry is not the one that was sealed here")
            return bytes.fromhex(row["leaf"])
        self.words(position, second, json.loads(entry))
        return leaf

    def words(self, position: int, second: int, said: dict[str, Any]) -> None:
        """What an entry says about its own time, and about destroyed months."""
        try:
            waited = second - datetime.fromisoformat(said["at"]).timestamp()
        except (KeyError, TypeError, ValueError):
            waited = 0
        if waited > 86_400 or waited < -300:
            self.found(
                "BACK-DATED", position, f"says it was made {waited:.0f} s before its sealing"
            )
        if said.get("action") == "journal.month_destroyed":
            detail = said["detail"]
            self.announced[detail["month"]] = (detail["first"], detail["last"])

    def meet_heads(self) -> None:
        while self.heads and self.heads[-1].size <= self.tree.size:
            head = self.heads.pop()
            if head.size < self.tree.size:
                continue  # inside a gap that is reported already
            self.heads_met += 1
            if self.last_second > head.at:
                self.found("BACK-DATED", head.size, f"entries newer than their head of {head.when}")
            self.not_before = max(self.not_before, head.at)
            if not self.gap and self.tree.root() != head.root:
                self.found(
                    "REWRITTEN", head.size, f"the root is not that of the head of {head.when}"
                )

    def finish(self) -> None:
        for head in self.heads:
            text = f"the head of {head.when} covers {head.size} entries, here are {self.tree.size}"
            self.found("REMOVED", self.tree.size, text)
        for name, (first, last, there, gone) in self.months.items():
            said_first, said_last = self.announced.get(name, (0, -1))
            if gone and (there or first < said_first or last > said_last):
                self.found("REMOVED", first, f"{gone} entries of {name} without a journaled reason")
            else:
                self.gone += gone


# --- One entry, as its person was given it -----------------------------------------------------


def root_over(look: dict[str, Any], size: int) -> bytes:
    """RFC 9162 section 2.1.3.2: the root that this entry and its way up lead to."""
    here, last = look["position"], size - 1
    node = leaf_of(here, look["second"], bytes.fromhex(look["salt"]), look["entry"].encode())
    for other in map(bytes.fromhex, look["path"]):
        if here & 1 or here == last:
            node = sha256(b"\x01" + other + node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + other)
        here, last = here >> 1, last >> 1
    return node if last == 0 else b""


def check_look(path: Path, kept: list[Head], lines: list[str]) -> int:
    look = json.loads(path.read_text(encoding="utf-8"))
    keys = dict(read_key(line) for line in lines or look["keys"])
    proven = Head(look["head"].split("\n")[:6])
    wrong = []
    for head in [proven, *kept]:
        public = keys.get(head.key_id)
        if public is None or not ed25519_verify(public, head.text, head.signature):
            wrong.append(f"NOT SIGNED     no known key signed the head of {head.when}")
        elif head.origin != proven.origin:
            wrong.append(f"OTHER JOURNAL  a head belongs to {head.origin}")
        elif head.size != proven.size:
            wrong.append(
                f"OTHER HEAD     the proof is under {proven.size} entries, not {head.size}"
            )
        elif root_over(look, head.size) != head.root:
            wrong.append(f"ALTERED        the entry is not under the head of {head.when}")
    for line in wrong:
        print(line)
    print(
        "NOT SOUND" if wrong else f"position {look['position']} is under the head of {proven.when}"
    )
    return 1 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("export", type=Path, metavar="EXPORT or PROOF.json")
    parser.add_argument("--against", type=Path, action="append", default=[], metavar="HEADFILE")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY")
    asked = parser.parse_args(arguments)
    try:
        kept = [head for path in asked.against for head in read_heads(path)]
        if asked.export.is_file():
            return check_look(asked.export, kept, asked.key)
        lines = asked.key or (asked.export / "keys.txt").read_text(encoding="utf-8").splitlines()
        heads = read_heads(asked.export / "heads.txt")
        checker = Checker(kept + heads, dict(read_key(line) for line in lines))
        with (asked.export / "journal.jsonl").open(encoding="utf-8") as rows:
            for row in rows:
                checker.row(json.loads(row))
        checker.finish()
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"can't be read: {error!r}", file=sys.stderr)
        return 2
    for what, position, text in checker.findings:
        print(f"{what:14} {position:>12}  {text}")
    root = "unknown, rows are missing" if checker.gap else checker.tree.root().hex()
    print(f"{checker.tree.size} positions, {checker.gone} entries destroyed by law, root {root}")
    print(f"{checker.heads_met} signed heads fit" if not checker.findings else "NOT SOUND")
    if not checker.heads_met:
        print("no signed head was met: this says nothing about what was there before")
    return 1 if checker.findings or not checker.heads_met else 0


# --- Ed25519 signatures (RFC 8032 section 5.1), slow and plain ---------------------------------

Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X / Z, y = Y / Z, x * y = T / Z
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1, 1, 0)


def recover_x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (not x and sign):
        return None
    return P - x if x & 1 != sign else x


def point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(one: Point, other: Point) -> Point:
    a, b = (
        (one[1] - one[0]) * (other[1] - other[0]) % P,
        (one[1] + one[0]) * (other[1] + other[0]) % P,
    )
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, base: Point) -> Point:
    result = NEUTRAL
    while number:
        if number & 1:
            result = add(result, base)
        base, number = add(base, base), number >> 1
    return result


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or NEUTRAL


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    key, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left, right = times(s, BASE), add(r, times(int.from_bytes(digest, "little") % ORDER, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % P == 0


if __name__ == "__main__":
    sys.exit(main())
