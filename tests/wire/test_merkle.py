"""The tree against RFC 6962 written down naively, at odd sizes and with tampered proofs."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danso.kernel.errors import InvalidValue
from danso.wire import merkle
from danso.wire.merkle import Span, TileBuilder, TiledTree


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(at.to_bytes(8, "big")).digest() for at in range(count)]


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_consistency(m: int, hashes: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2."""
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_consistency(m, hashes[:k], whole=whole), naive_root(hashes[k:])]
    return [*naive_consistency(m - k, hashes[k:], whole=False), naive_root(hashes[:k])]


class Store:
    """Tiles in a dictionary, as the database keeps them."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        self.asked = 0

    def fetch(self, spans: Sequence[Span]) -> Mapping[tuple[int, int], bytes]:
        self.asked += 1
        return {
            (span.level, at): self.kept[span.level, at]
            for span in spans
            for at in range(span.first, span.first + span.width)
        }

    def append(self, fresh: Sequence[bytes], size: int) -> None:
        builder = TileBuilder.resume(size, self.fetch)
        self.kept.update({(0, size + at): one for at, one in enumerate(fresh)})
        self.kept.update({(level, at): one for level, at, one in builder.extend(fresh)})


SIZES = st.integers(1, 1500) | st.sampled_from([1, 2, 3, 255, 256, 257, 511, 512, 513, 65_537])
BIG = leaves(65_537 + 300)


@lru_cache(maxsize=256)
def stored(size: int) -> TiledTree:
    store = Store()
    store.append(BIG[:size], 0)
    return TiledTree(store.fetch)


@settings(deadline=None)
@given(st.integers(0, 300))
def test_root_equals_the_standard(size: int) -> None:
    assert merkle.root(leaves(size)) == naive_root(leaves(size))


def test_root_of_the_standards_own_test_leaves() -> None:
    """Certificate Transparency's published test tree (RFC 6962 reference implementation)."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    inputs.append("606162636465666768696a6b6c6d6e6f")
    hashes = [hashlib.sha256(b"\x00" + bytes.fromhex(one)).digest() for one in inputs]
    assert merkle.root(hashes).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )


@settings(deadline=None)
@given(st.data(), st.integers(1, 300))
def test_inclusion_proof_equals_the_standard_and_verifies(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    at = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(hashes, at)
    assert path == naive_path(at, hashes)
    assert merkle.verify_inclusion(hashes[at], at, size, path, naive_root(hashes))


@settings(deadline=None)
@given(st.data(), st.integers(1, 300))
def test_consistency_proof_equals_the_standard_and_verifies(data: st.DataObject, new: int) -> None:
    hashes = leaves(new)
    old = data.draw(st.integers(1, new))
    path = merkle.consistency_proof(hashes, old)
    assert path == naive_consistency(old, hashes)
    assert merkle.verify_consistency(old, naive_root(hashes[:old]), new, naive_root(hashes), path)


@settings(deadline=None)
@given(st.data(), st.integers(2, 120))
def test_verify_refuses_every_tampered_proof(data: st.DataObject, size: int) -> None:
    hashes, at = leaves(size), data.draw(st.integers(0, size - 1))
    path, top = merkle.inclusion_proof(hashes, at), merkle.root(hashes)
    hit = data.draw(st.integers(0, len(path) - 1))
    other = hashlib.sha256(b"forged").digest()
    forged = [*path[:hit], other, *path[hit + 1 :]]
    assert not merkle.verify_inclusion(hashes[at], at, size, forged, top)
    assert not merkle.verify_inclusion(other, at, size, path, top)
    assert not merkle.verify_inclusion(hashes[at], at ^ 1, size, path, top)
    assert not merkle.verify_inclusion(hashes[at], at, size, path[:-1], top)
    assert not merkle.verify_inclusion(hashes[at], at, size, [*path, other], top)
    assert not merkle.verify_inclusion(hashes[at], size, size, path, top)


@settings(deadline=None)
@given(st.data(), st.integers(2, 120))
def test_verify_consistency_refuses_a_rewritten_past(data: st.DataObject, new: int) -> None:
    hashes, old = leaves(new), data.draw(st.integers(1, new - 1))
    changed = list(hashes)
    changed[data.draw(st.integers(0, old - 1))] = hashlib.sha256(b"forged").digest()
    path = merkle.consistency_proof(changed, old)
    past, top = merkle.root(hashes[:old]), merkle.root(changed)
    assert not merkle.verify_consistency(old, past, new, top, path)
    assert not merkle.verify_consistency(old, past, new, top, path[:-1])
    assert not merkle.verify_consistency(old, past, new, top, [*path, past])
    assert not merkle.verify_consistency(new, past, old, top, path)


@settings(deadline=None)
@given(SIZES, st.data())
def test_tiled_tree_gives_the_same_as_a_plain_one(size: int, data: st.DataObject) -> None:
    tree, hashes = stored(size), BIG[:size]
    top, at = merkle.root(hashes), data.draw(st.integers(0, size - 1))
    assert tree.root(size) == top
    path = tree.inclusion(at, size)
    assert merkle.verify_inclusion(hashes[at], at, size, path, top)
    past = merkle.root(hashes[: at + 1])
    proof = tree.consistency(at + 1, size)
    assert merkle.verify_consistency(at + 1, past, size, top, proof)


@settings(deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_tile_builder_gives_the_same_tiles_however_leaves_arrive(batches: list[int]) -> None:
    pieces, whole, size = Store(), Store(), 0
    for count in batches:
        pieces.append(BIG[size : size + count], size)
        size += count
    whole.append(BIG[:size], 0)
    assert pieces.kept == whole.kept
    assert len(whole.kept) == size + size // 256 + size // 65_536


def test_tile_builder_completes_the_third_level() -> None:
    store = Store()
    store.append(BIG[:65_530], 0)
    store.append(BIG[65_530:], 65_530)
    assert store.kept[2, 0] == merkle.root(BIG[:65_536])


def test_proof_from_tiles_asks_storage_once() -> None:
    store = Store()
    store.append(BIG, 0)
    store.asked = 0
    TiledTree(store.fetch).inclusion(40_000, len(BIG))
    assert store.asked == 1


@pytest.mark.parametrize(("position", "size"), [(0, 0), (5, 5), (-1, 3)])
def test_inclusion_outside_the_tree_is_refused(position: int, size: int) -> None:
    with pytest.raises(InvalidValue):
        merkle.inclusion_ranges(position, size)
