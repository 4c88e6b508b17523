"""The refusals of the population register, each with what to do next and nobody's data."""

from danso.kernel.errors import Conflict, NotFound, Refused, Unavailable


class PersonNotFound(NotFound):
    """No such person for this asker: unknown, outside their scope, or protected. Never says
    which."""


class RegisterIsCopy(Refused):
    """This register is a copy: only its upstream may change it."""


class RegisterAbsent(Unavailable):
    """This province keeps no population data of its own."""


class NumberTaken(Conflict):
    """The number is somebody's already, or was and is cancelled: it is never given again."""


class NothingChanges(Conflict):
    """The register already says so."""


def person_not_found() -> PersonNotFound:
    return PersonNotFound(
        "No person is known by that.",
        code="person_not_found",
        fix="Check the number with the card, or search by full name with birth year or commune.",
    )


def register_is_copy() -> RegisterIsCopy:
    return RegisterIsCopy(
        "This register is a copy of the national one and changes only with it.",
        code="register_is_copy",
        fix="Send a correction request: it goes up to the national register.",
    )


def register_absent() -> RegisterAbsent:
    return RegisterAbsent(
        "This province keeps no population data.",
        code="register_absent",
        fix="Verify through the gateway: it forwards to the national service.",
    )


def nothing_changes() -> NothingChanges:
    return NothingChanges(
        "The register already says so.",
        code="nothing_changes",
        fix="Look at the record again; someone may have recorded it before you.",
    )


def number_taken() -> NumberTaken:
    return NumberTaken(
        "This number is or was somebody's and is never given again.",
        code="number_taken",
        fix="Look the number up; if two records are one person, merge them.",
    )
