"""The journal's leaf: what is hashed for one entry. It can't change after the first sealed row.

commitment = SHA-256(salt | entry)
leaf       = SHA-256(0x00 | version | position | second | commitment)

with salt 16 random bytes, entry the stored UTF-8 bytes, version one byte, position and second
unsigned 64-bit big-endian. See docs/decisions/0001-leaf-format.md; tests/wire pins the bytes.
"""

import hashlib
import struct

from danso.kernel.errors import InvalidValue

LEAF_VERSION = 1
SALT_BYTES = 16
LEAF_PREFIX = b"\x00"
_FRAME = struct.Struct(">BQQ")


def commitment(salt: bytes, entry: bytes) -> bytes:
    """What stands for an entry once salt and entry are destroyed."""
    if len(salt) != SALT_BYTES:
        raise InvalidValue(
            f"A salt has {SALT_BYTES} bytes, this one {len(salt)}.",
            code="leaf_salt",
            fix="Take the salt exactly as the journal gave it.",
        )
    return hashlib.sha256(salt + entry).digest()


def leaf_hash(position: int, second: int, committed: bytes) -> bytes:
    """The leaf of the tree for the entry at `position`, sealed in that unix second."""
    frame = _FRAME.pack(LEAF_VERSION, position, second)
    return hashlib.sha256(LEAF_PREFIX + frame + committed).digest()


def entry_leaf(position: int, second: int, salt: bytes, entry: bytes) -> bytes:
    """Commitment and leaf in one step."""
    return leaf_hash(position, second, commitment(salt, entry))
