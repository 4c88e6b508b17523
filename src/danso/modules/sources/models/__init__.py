"""The tables of the sources module, by subject."""

from danso.modules.sources.models.connected import Fact, FactChange, Load, SourceRecord, SourceState
from danso.modules.sources.models.corrections import Correction, Worklist, WorklistRow
from danso.modules.sources.models.pushed import Pushed

__all__ = [
    "Correction",
    "Fact",
    "FactChange",
    "Load",
    "Pushed",
    "SourceRecord",
    "SourceState",
    "Worklist",
    "WorklistRow",
]
