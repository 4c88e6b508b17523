"""Who acts must be answerable."""

import pytest

from danso.kernel.actors import Actor, Purpose
from danso.kernel.errors import InvalidValue


def test_an_actor_needs_only_kind_and_id() -> None:
    assert Actor("officer", "a1") == Actor(kind="officer", id="a1", unit="", system="", officer="")


@pytest.mark.parametrize(
    ("kind", "id_", "code"), [("robot", "r2", "actor_kind"), ("system", "", "actor_nameless")]
)
def test_an_actor_who_cannot_answer_is_refused(kind: str, id_: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Actor(kind, id_)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_purpose_names_its_law() -> None:
    assert Purpose("residence", "68/2020/QH14").legal_basis == "68/2020/QH14"
