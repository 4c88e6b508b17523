"""Keys follow RFC 9562 version 7."""

import uuid
from datetime import UTC, datetime, timedelta

from danso.kernel import clock
from danso.kernel.keys import new_key, new_keys

AT = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_a_key_has_the_version_the_variant_and_the_time_of_the_rfc() -> None:
    # The example of RFC 9562 appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F.
    with clock.frozen(AT):
        key = new_key()
    assert (key.version, key.variant) == (7, uuid.RFC_4122)
    assert key.hex[:13] == "017f22e279b07"


def test_keys_grow_with_the_clock() -> None:
    with clock.frozen(AT) as frozen:
        keys = []
        for _ in range(50):
            keys.append(new_key())
            frozen.advance(timedelta(milliseconds=1))
    assert keys == sorted(keys)


def test_keys_of_one_instant_differ_in_every_random_bit() -> None:
    with clock.frozen(AT):
        keys = [new_key().int for _ in range(400)]
    assert len(set(keys)) == 400
    ever_one = ever_zero = 0
    for key in keys:
        ever_one |= key
        ever_zero |= ~key
    varying = ever_one & ever_zero & ((1 << 128) - 1)
    assert varying.bit_count() == 74


def test_a_batch_holds_as_many_keys_as_asked() -> None:
    assert len(set(new_keys(1000))) == 1000
    assert new_keys(0) == []
