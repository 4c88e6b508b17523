"""One tree of errors. Each says what is wrong and what to do next, never whose data it was.

DansoError
├── InvalidValue    the value given can't be what it claims to be
├── NotFound        nothing known by that key
├── Refused         the asker may not do this
├── Conflict        it no longer fits what is already recorded
└── Unavailable     not now, or not yet decided
    └── YearNotDecided   (working_days)

A module's own refusals grow below these, in its `data.py`.
"""


class DansoError(Exception):
    """Something the asker can act on: `code` is stable, `fix` is the next step."""

    def __init__(self, message: str, *, code: str, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}" if self.fix else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments are lost by BaseException's own pickling (job workers need it).
        return _rebuild, (type(self), self.message, self.code, self.fix), self.__dict__


def _rebuild(kind: type[DansoError], message: str, code: str, fix: str) -> DansoError:
    error = kind.__new__(kind, message)
    DansoError.__init__(error, message, code=code, fix=fix)
    return error


class InvalidValue(DansoError):
    """The value given can't be what it claims to be."""


class NotFound(DansoError):
    """Nothing is known by that key."""


class Refused(DansoError):
    """The asker may not do this."""


class Conflict(DansoError):
    """It no longer fits what is already recorded."""


class Unavailable(DansoError):
    """Not now (a part is down), or not yet decided."""
