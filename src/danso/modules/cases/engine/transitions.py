"""Which of the ten statuses may follow which (domain.md 6.2). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from danso.kernel.errors import Conflict
from danso.modules.cases.data import Status

_S = Status
# The applicant may withdraw as long as nothing is decided; the national list knows it from 4 and 5,
# and a file that only waits for the desk or for money has as little reason to be held.
LEGAL: Final[Mapping[Status, frozenset[Status]]] = {
    _S.FILED: frozenset({_S.RECEIVED, _S.NOT_RECEIVED, _S.WITHDRAWN}),
    _S.RECEIVED: frozenset({_S.IN_PROCESS, _S.WITHDRAWN}),
    _S.NOT_RECEIVED: frozenset(),
    _S.IN_PROCESS: frozenset({_S.SUPPLEMENT, _S.PAYMENT, _S.WITHDRAWN, _S.STOPPED, _S.DECIDED}),
    _S.SUPPLEMENT: frozenset({_S.IN_PROCESS, _S.WITHDRAWN, _S.STOPPED}),
    _S.PAYMENT: frozenset({_S.IN_PROCESS, _S.WITHDRAWN, _S.STOPPED}),
    _S.WITHDRAWN: frozenset(),
    _S.STOPPED: frozenset(),
    _S.DECIDED: frozenset({_S.RETURNED}),
    _S.RETURNED: frozenset(),
}


def check_move(old: Status, new: Status) -> None:
    """Raises Conflict (`step_not_next`) where the national list does not let `new` follow `old`."""
    if new not in LEGAL[old]:
        raise not_next()


def not_next() -> Conflict:
    """A step that is not to be done now."""
    return Conflict(
        "This step is not the next one of this file.",
        code="step_not_next",
        fix="Open the file again: somebody moved it, or an earlier step is still to be done.",
    )
