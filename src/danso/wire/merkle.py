"""The journal's Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1): roots and proofs.

A tree of n leaves splits at the largest power of two below n. Proofs are lists of roots of
aligned ranges, so one function names the ranges and any source of hashes fills them in:
a plain list here, stored 256-wide tiles in `TiledTree`.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from danso.kernel.errors import InvalidValue

EMPTY_ROOT = hashlib.sha256(b"").digest()
NODE_PREFIX = b"\x01"
TILE_BITS = 8
TILE_WIDTH = 1 << TILE_BITS


class Range(NamedTuple):
    """Leaves lo up to, but not including, hi; lo is a multiple of a power of two >= hi - lo."""

    lo: int
    hi: int


class Span(NamedTuple):
    """`width` neighbouring hashes of one tile level, from `first`. Level 0 are the leaves."""

    level: int
    first: int
    width: int


def node_hash(left: bytes, right: bytes) -> bytes:
    """The parent of two nodes."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of equal subtrees."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of a whole tree, from its leaves."""
    frontier = Frontier()
    for one in hashes:
        frontier.append(one)
    return frontier.root()


@dataclass
class Frontier:
    """A tree that only grows: keeps the roots of its perfect subtrees, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add one leaf at the end."""
        grown, mark = leaf, self.size
        while mark & 1:
            grown = node_hash(self.peaks.pop(), grown)
            mark >>= 1
        self.peaks.append(grown)
        self.size += 1

    def root(self) -> bytes:
        """The root at the present size."""
        return _fold(self.peaks)


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """Ranges whose roots prove that the leaf at `position` is in the tree of `size`."""
    if not 0 <= position < size:
        raise _out_of_tree(position, size)
    found: list[Range] = []
    lo, hi = 0, size
    while hi - lo > 1:
        middle = lo + _split(hi - lo)
        if position < middle:
            found.append(Range(middle, hi))
            hi = middle
        else:
            found.append(Range(lo, middle))
            lo = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Ranges whose roots prove that the tree of `old` leaves is the beginning of that of `new`."""
    if not 0 <= old <= new:
        raise _out_of_tree(old, new)
    found: list[Range] = []
    if old in (0, new):
        return found
    lo, hi, is_whole = 0, new, True
    while old != hi:
        middle = lo + _split(hi - lo)
        if old <= middle:
            found.append(Range(middle, hi))
            hi = middle
        else:
            found.append(Range(lo, middle))
            lo, is_whole = middle, False
    if not is_whole:
        found.append(Range(lo, hi))
    return found[::-1]


def inclusion_proof(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """The audit path of one leaf in the tree of all the given leaves."""
    return [root(hashes[lo:hi]) for lo, hi in inclusion_ranges(position, len(hashes))]


def consistency_proof(hashes: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the first `old` of the given leaves are the beginning of all of them."""
    return [root(hashes[lo:hi]) for lo, hi in consistency_ranges(old, len(hashes))]


def verify_inclusion(
    leaf: bytes, position: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether the path leads from the leaf to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    index, last, result = position, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            result = node_hash(step, result)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            result = node_hash(result, step)
        index, last = index >> 1, last >> 1
    return last == 0 and result == expected_root


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the old tree is the beginning of the new one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        known = EMPTY_ROOT if old == 0 else new_root
        return not path and old_root == known
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    return bool(steps) and _replay(old - 1, new - 1, steps) == (old_root, new_root)


def _replay(index: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if index & 1 or index == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            after = node_hash(after, step)
        index, last = index >> 1, last >> 1
    return (before, after) if last == 0 else None


def peaks(wanted: Range) -> list[Span]:
    """The perfect subtrees of an aligned range, largest first, each from one level of tiles."""
    spans: list[Span] = []
    lo = wanted.lo
    while lo < wanted.hi:
        bits = (wanted.hi - lo).bit_length() - 1
        level = bits // TILE_BITS
        spans.append(Span(level, lo >> (TILE_BITS * level), 1 << (bits - TILE_BITS * level)))
        lo += 1 << bits
    return spans


Fetch = Callable[[Sequence[Span]], Mapping[tuple[int, int], bytes]]


@dataclass(frozen=True)
class TiledTree:
    """A tree in storage. `fetch` gets all spans of one question at once: (level, index) -> hash."""

    fetch: Fetch

    def roots(self, ranges: Sequence[Range]) -> list[bytes]:
        """The root of each range, with one call of `fetch`."""
        needed = [peaks(one) for one in ranges]
        stored = self.fetch([span for spans in needed for span in spans])
        return [_fold([_span_root(span, stored) for span in spans]) for spans in needed]

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return self.roots([Range(0, size)])[0]

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The audit path of `position` in the tree of `size`."""
        return self.roots(inclusion_ranges(position, size))

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `old` leaves is the beginning of that of `new`."""
        return self.roots(consistency_ranges(old, new))


@dataclass
class TileBuilder:
    """Makes tile hashes while leaves are appended. `tails` holds each level's unfinished run."""

    size: int
    tails: list[list[bytes]]

    @classmethod
    def resume(cls, size: int, fetch: Fetch) -> "TileBuilder":
        """Go on after `size` leaves, reading the unfinished run of every level."""
        spans = list(tails(size))
        stored = fetch([span for span in spans if span.width])
        rows = [_hashes(span, stored) for span in spans]
        return cls(size, rows)

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Append leaves; returns the (level, index, hash) of every tile they complete."""
        done: list[tuple[int, int, bytes]] = []
        self.size += len(leaves)
        fresh, level = list(leaves), 0
        while fresh:
            if level == len(self.tails):
                self.tails.append([])
            run = self.tails[level] + fresh
            whole = len(run) // TILE_WIDTH
            self.tails[level] = run[whole * TILE_WIDTH :]
            fresh = [
                perfect_root(run[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]) for at in range(whole)
            ]
            level += 1
            first = (self.size >> (TILE_BITS * level)) - whole
            done.extend((level, first + at, one) for at, one in enumerate(fresh))
        return done


def tails(size: int) -> Iterator[Span]:
    """Per level, the hashes that are not yet part of a complete tile of the next level."""
    level = 0
    while True:
        count = size >> (TILE_BITS * level)
        if level and not count:
            return
        rest = count % TILE_WIDTH
        yield Span(level, count - rest, rest)
        level += 1


def _span_root(span: Span, stored: Mapping[tuple[int, int], bytes]) -> bytes:
    return perfect_root(_hashes(span, stored))


def _hashes(span: Span, stored: Mapping[tuple[int, int], bytes]) -> list[bytes]:
    return [stored[span.level, span.first + at] for at in range(span.width)]


def _fold(subtrees: Sequence[bytes]) -> bytes:
    if not subtrees:
        return EMPTY_ROOT
    result = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        result = node_hash(left, result)
    return result


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _out_of_tree(asked: int, size: int) -> InvalidValue:
    return InvalidValue(
        f"{asked} does not fit a tree of {size} leaves.",
        code="tree_range",
        fix="Ask for a position below the size of a tree head that exists.",
    )
