"""The tables of the sources module, by subject."""

from danso.modules.sources.models.connected import Fact, FactChange, Load, SourceRecord, SourceState
from danso.modules.sources.models.corrections import Correction, Worklist, WorklistRow

__all__ = [
    "Correction",
    "Fact",
    "FactChange",
    "Load",
    "SourceRecord",
    "SourceState",
    "Worklist",
    "WorklistRow",
]
