"""Patterns of fields, compiled so that matching takes no longer than the text is long.

pydantic's engine (Rust's regex) knows no look-around and no back reference, and so never
backtracks: a pattern that somebody types can't hold up whoever cleans values by it.
"""

from collections.abc import Callable

from pydantic_core import SchemaError, SchemaValidator, core_schema

LONGEST_PATTERN = 500
FIX = "Mend the pattern; it knows no look-around and no back references"


def compiled(pattern: str) -> Callable[[str], bool]:
    """Whether a text has the pattern in it, anchored where the pattern says so. ValueError for what
    is no regular expression, too long, or would unfold to megabytes."""
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError("the pattern is too long")
    schema = core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True)
    try:
        return SchemaValidator(schema).isinstance_python
    except SchemaError as error:
        raise ValueError("the pattern does not compile") from error


def compiles(pattern: str) -> bool:
    """Whether `compiled` takes it."""
    try:
        compiled(pattern)
    except ValueError:
        return False
    return True
