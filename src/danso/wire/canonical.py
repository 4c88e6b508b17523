"""One way to write a value as JSON bytes: sorted keys, no spaces, UTF-8, no floats."""

import json
from collections.abc import Mapping

from danso.kernel.errors import InvalidValue

_ALLOWED = "text, whole numbers, true, false, null, lists and objects"


def dumps(value: object) -> bytes:
    """The canonical bytes of a value; the same value always gives the same bytes.

    Refuses what has no single form: floats, keys that are not text, half of a surrogate pair.
    Object keys are sorted by code point; text is not normalised.
    """
    text = json.dumps(
        _checked(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidValue(
            "A text holds half of a surrogate pair, which UTF-8 can't carry.",
            code="canonical_text",
            fix="Repair the text where it enters the system.",
        ) from error


def _checked(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise _refused("a key that is not text")
        return {key: _checked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item) for item in value]
    raise _refused(f"a {type(value).__name__}")


def _refused(what: str) -> InvalidValue:
    return InvalidValue(
        f"Canonical JSON can't hold {what}.",
        code="canonical_type",
        fix=f"Use only {_ALLOWED}; write decimals and instants as text.",
    )
