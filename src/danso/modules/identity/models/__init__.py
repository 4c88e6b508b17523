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
from danso.modules.identity.models.factors import DeviceKey, FaceFactor
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
from danso.modules.identity.models.organisations import Organisation, Representation
from danso.modules.identity.models.portals import (
    PortalAccount,
    ReconciledChunk,
    Reconciliation,
)

__all__ = [
    "SECURITY_LINES",
    "Account",
    "AccountManager",
    "Appointment",
    "AssistedSession",
    "Assurance",
    "BreakGlass",
    "Citizen",
    "DeviceKey",
    "Enrolment",
    "FaceFactor",
    "LiveSession",
    "LookTally",
    "Mandate",
    "OpenedPost",
    "Organisation",
    "PortalAccount",
    "Post",
    "ReconciledChunk",
    "Reconciliation",
    "Representation",
    "SecurityLine",
    "SignInLine",
    "UnusualLook",
]
