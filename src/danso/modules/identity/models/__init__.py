"""Tables of identity, by subject."""

from danso.modules.identity.models.eid import (
    Assurance,
    Citizen,
    Enrolment,
    LiveSession,
    SignInLine,
)
from danso.modules.identity.models.glass import BreakGlass
from danso.modules.identity.models.officers import (
    SECURITY_LINES,
    Account,
    AccountManager,
    LookTally,
    Post,
    SecurityLine,
    UnusualLook,
)
from danso.modules.identity.models.opened import OpenedPost

__all__ = [
    "SECURITY_LINES",
    "Account",
    "AccountManager",
    "Assurance",
    "BreakGlass",
    "Citizen",
    "Enrolment",
    "LiveSession",
    "LookTally",
    "OpenedPost",
    "Post",
    "SecurityLine",
    "SignInLine",
    "UnusualLook",
]
