"""Tables of protection."""

from danso.modules.protection.models.breaches import Breach, PersonTold
from danso.modules.protection.models.rights import Complaint, Copy, DataRequest, Step

__all__ = ["Breach", "Complaint", "Copy", "DataRequest", "PersonTold", "Step"]
