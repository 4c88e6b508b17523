"""The ways a source fails: not now, not like this, or with an answer nobody can read."""

from __future__ import annotations

import ssl

from danso.kernel.errors import InvalidValue, Refused, Unavailable


class SourceDown(Unavailable):
    """No answer, or none that can be used: the same pull goes on later from its checkpoint.

    `kind` names no data; `retry_after`: seconds for which the source asked to be left alone.
    """

    def __init__(self, kind: str, retry_after: float = 0.0) -> None:
        super().__init__(
            f"The source gives no answer ({kind}).",
            code="source_down",
            fix="Nothing is lost: the pull goes on where it was; ask the owner if it lasts.",
        )
        self.kind = kind
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.kind, self.retry_after)


def refuses(kind: str) -> Refused:
    """The source will not answer this home: trying again changes nothing."""
    return Refused(
        f"The source refuses the call ({kind}).",
        code="source_refuses",
        fix="Compare account, secret and address in sources.toml with what the owner gave.",
    )


def elsewhere(what: str) -> Refused:
    """The source points at another host than the one agreed."""
    return Refused(
        f"The source sends the call to another host ({what}); it is not followed.",
        code="source_elsewhere",
        fix="Ask the owner; if it really moved, change its address in sources.toml.",
    )


def unexpected(what: str) -> InvalidValue:
    """An answer of another shape than described."""
    return InvalidValue(
        f"The source's answer has another shape than described: {what}.",
        code="source_answer",
        fix="Compare the source's description (rows, next, columns) with what it sends now.",
    )


def loops() -> InvalidValue:
    """Its pages have no end."""
    return InvalidValue(
        "The source's pages lead back to one that was read already.",
        code="source_paging_loop",
        fix="Tell the owner. The next pull begins this walk again.",
    )


def setup_wrong(message: str, fix: str) -> InvalidValue:
    """The home's own settings for a source do not hold."""
    return InvalidValue(message, code="source_setup", fix=fix)


def is_certificate(error: BaseException | None) -> bool:
    """Whether the other side could not show that it is who we called."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
