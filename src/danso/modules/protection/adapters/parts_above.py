"""What modules above keep about a person: this one can't see them, the process tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from danso.modules.protection.data import Part

# Every key that the person had -> the parts, in the order of the copy.
Finder = Callable[[tuple[UUID, ...]], tuple[Part, ...]]


class _Registry:
    def __init__(self) -> None:
        self.find: Finder = lambda keys: ()


_REGISTRY: Final = _Registry()


def parts_above(keys: tuple[UUID, ...]) -> tuple[Part, ...]:
    """The parts that this process was told how to find."""
    return _REGISTRY.find(keys)


def use_parts(find: Finder) -> Callable[[], None]:
    """Say what else goes into a copy; the answer takes it back."""
    before = _REGISTRY.find
    _REGISTRY.find = find

    def take_back() -> None:
        _REGISTRY.find = before

    return take_back
