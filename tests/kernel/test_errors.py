"""Errors carry a stable code and a next step, also across processes."""

import pickle

import pytest

from danso.kernel import errors
from danso.kernel.working_days import YearNotDecided


@pytest.mark.parametrize("kind", ["InvalidValue", "NotFound", "Refused", "Conflict", "Unavailable"])
def test_every_branch_grows_from_one_root(kind: str) -> None:
    assert getattr(errors, kind).__base__ is errors.DansoError


def test_an_error_says_what_is_wrong_and_what_to_do() -> None:
    error = errors.Conflict("Already issued.", code="issued", fix="Ask for a copy.")
    assert (str(error), error.code, error.fix) == (
        "Already issued. Ask for a copy.",
        "issued",
        "Ask for a copy.",
    )


def test_an_error_without_a_fix_is_its_message() -> None:
    assert str(errors.NotFound("No such unit.", code="unit_unknown")) == "No such unit."


@pytest.mark.parametrize(
    "error",
    [errors.Refused("Not yours.", code="scope", fix="Ask the province."), YearNotDecided(2031)],
)
def test_an_error_survives_pickling_whole(error: errors.DansoError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)
