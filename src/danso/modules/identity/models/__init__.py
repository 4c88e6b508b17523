"""Tables of identity, by subject."""

from danso.modules.identity.models.acting import AssistedSession, Mandate
from danso.modules.identity.models.booking import Appointment
from danso.modules.identity.models.eid import (
    Assurance,
    Citizen,
    Enrolment,
    LiveSession,
    SignInLine,
)
from danso.modules.identity.models.officers import (
    SECURITY_LINES,
    Account,
    AccountManager,
    LookTally,
    Post,
    SecurityLine,
    UnusualLook,
)

__all__ = [
    "SECURITY_LINES",
    "Account",
    "AccountManager",
    "Appointment",
    "AssistedSession",
    "Assurance",
    "Citizen",
    "Enrolment",
    "LiveSession",
    "LookTally",
    "Mandate",
    "Post",
    "SecurityLine",
    "SignInLine",
    "UnusualLook",
]
