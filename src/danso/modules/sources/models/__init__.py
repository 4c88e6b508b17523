"""The tables of the sources module, by subject."""

from danso.modules.sources.models.connected import Fact, Load, SourceRecord, SourceState
from danso.modules.sources.models.corrections import Correction, Worklist, WorklistRow
from danso.modules.sources.models.schedules import SourceAlert, SourceRun, Trial

__all__ = [
    "Correction",
    "Fact",
    "Load",
    "SourceAlert",
    "SourceRecord",
    "SourceRun",
    "SourceState",
    "Trial",
    "Worklist",
    "WorklistRow",
]
