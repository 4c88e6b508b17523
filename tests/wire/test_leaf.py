"""The leaf's bytes, pinned for ever: if one of these fails, the code is wrong, never the vector."""

import hashlib

import pytest

from danso.kernel.errors import InvalidValue
from danso.wire import leaf

SALT = bytes(range(16))
VECTORS = [
    (
        0,
        1_763_900_000,
        '{"action":"population.viewed","actor":"a1"}',
        "05eca9d4edfbb9f174969c9a3ffcf88e16c7e6ad7b93e4dbf255710f3ab8b83d",
        "76d7694342cc7395b897fff5662f5f9e9aadb74d0931372005945a3f08be673c",
    ),
    (
        2**40 + 7,
        2**33,
        '{"tên":"Đặng"}',
        "7e44060445d89a7b8ff108abe1943b2b8fdb984d83f1a393e0d0154a2100d325",
        "ed64dcf5161b9b77330e650f72c58f25cddc7cc380419bd0ee2a6b47021c237c",
    ),
]


@pytest.mark.parametrize(("position", "second", "entry", "committed", "hashed"), VECTORS)
def test_leaf_of_a_pinned_entry_never_changes(
    position: int, second: int, entry: str, committed: str, hashed: str
) -> None:
    made = leaf.commitment(SALT, entry.encode())
    assert made.hex() == committed
    assert leaf.leaf_hash(position, second, made).hex() == hashed
    assert leaf.entry_leaf(position, second, SALT, entry.encode()).hex() == hashed


def test_leaf_is_what_the_decision_says_byte_for_byte() -> None:
    committed = hashlib.sha256(SALT + b"{}").digest()
    frame = b"\x00\x01" + bytes.fromhex("0000000000000003") + bytes.fromhex("0000000069230000")
    expected = hashlib.sha256(frame + committed).digest()
    assert leaf.entry_leaf(3, 0x69230000, SALT, b"{}") == expected


@pytest.mark.parametrize("length", [0, 15, 17])
def test_commitment_refuses_a_salt_of_another_length(length: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        leaf.commitment(bytes(length), b"{}")
    assert caught.value.code == "leaf_salt"
