"""The tables of the population register, by subject."""

from danso.modules.population.models.doubles import (
    Double,
    DoubleSearch,
    MergeProposal,
    ToldApart,
)
from danso.modules.population.models.history import ChangeRequest, Merge, PersonVersion
from danso.modules.population.models.imports import (
    Import,
    ImportChunk,
    ImportMapping,
    Quarantined,
)
from danso.modules.population.models.numbers import Number, OldNumber
from danso.modules.population.models.people import Card, Household, Person
from danso.modules.population.models.quality_tally import QualityTally
from danso.modules.population.models.setting import Setting
from danso.modules.population.models.tally import Tally
from danso.modules.population.models.upstream import FeedAside, FeedCursor, UpstreamLink

__all__ = [
    "Card",
    "ChangeRequest",
    "Double",
    "DoubleSearch",
    "FeedAside",
    "FeedCursor",
    "Household",
    "Import",
    "ImportChunk",
    "ImportMapping",
    "Merge",
    "MergeProposal",
    "Number",
    "OldNumber",
    "Person",
    "PersonVersion",
    "QualityTally",
    "Quarantined",
    "Setting",
    "Tally",
    "ToldApart",
    "UpstreamLink",
]
