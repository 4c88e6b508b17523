"""A log line never repeats what somebody's record says."""

import logging
import sys

from danso.kernel.errors import InvalidValue
from danso.toolkit.logs import WithoutValues

SECRET = "099171000001"


def logged() -> str:
    try:
        try:
            raise ValueError(f"Key (number)=({SECRET}) already exists")
        except ValueError as error:
            raise InvalidValue(f"bad {SECRET}", code="number_taken") from error
    except InvalidValue:
        record = logging.LogRecord("danso", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    return WithoutValues().format(record)


def test_an_exception_is_logged_by_kind_code_and_place_only() -> None:
    line = logged()
    assert SECRET not in line
    assert "builtins.ValueError" in line
    assert "InvalidValue number_taken" in line
    assert "test_logs.py" in line
