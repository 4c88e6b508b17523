"""Who acts, and what for: the two things every journal row must say."""

from dataclasses import dataclass
from typing import Literal, get_args

from danso.kernel.errors import InvalidValue

ActorKind = Literal["officer", "partner", "system", "citizen", "operator"]
_KINDS = frozenset(get_args(ActorKind))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person or a program, for which unit, through which system.

    `id` is an account or partner key, never a name or a personal number. `officer` is the person
    behind a partner's call, as that partner names them. `behalf` is the person in whose name a
    mandatary, a parent or a helper acts, by key; empty for one's own affairs and for duties.
    """

    kind: ActorKind
    id: str
    unit: str = ""
    system: str = ""
    officer: str = ""
    behalf: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise InvalidValue(
                "An actor of an unknown kind.",
                code="actor_kind",
                fix=f"Use one of: {', '.join(sorted(_KINDS))}.",
            )
        if not self.id:
            raise InvalidValue(
                "An actor without an id can't be held to account.",
                code="actor_nameless",
                fix="Give the account or partner key of whoever acts.",
            )


@dataclass(frozen=True, slots=True)
class Purpose:
    """What data are wanted for (a code of the catalogue) and the law that allows it."""

    code: str
    legal_basis: str
