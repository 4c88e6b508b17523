"""The tables of the linkage module, by subject."""

from danso.modules.linkage.models.changes import Change, OpenKey, Pending
from danso.modules.linkage.models.links import Candidate, Decision, Link, PastLink, Run
from danso.modules.linkage.models.weights import Commonness, KeptModel

__all__ = [
    "Candidate",
    "Change",
    "Commonness",
    "Decision",
    "KeptModel",
    "Link",
    "OpenKey",
    "PastLink",
    "Pending",
    "Run",
]
