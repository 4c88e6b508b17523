"""The tables of the sources module, by subject."""

from danso.modules.sources.models.connected import Fact, FactChange, Load, SourceRecord, SourceState
from danso.modules.sources.models.corrections import Correction, Worklist, WorklistRow
from danso.modules.sources.models.pushed import Pushed
from danso.modules.sources.models.quality import Agreement, Mismatch, MismatchStep, QualityDay
from danso.modules.sources.models.registers import (
    HostedRegister,
    RegisterAsked,
    RegisterRecord,
    RegisterRecordVersion,
    RegisterUpload,
    RegisterVersion,
)
from danso.modules.sources.models.schedules import SourceAlert, SourceRun, Trial

__all__ = [
    "Agreement",
    "Correction",
    "Fact",
    "FactChange",
    "HostedRegister",
    "Load",
    "Mismatch",
    "MismatchStep",
    "Pushed",
    "QualityDay",
    "RegisterAsked",
    "RegisterRecord",
    "RegisterRecordVersion",
    "RegisterUpload",
    "RegisterVersion",
    "SourceAlert",
    "SourceRecord",
    "SourceRun",
    "SourceState",
    "Trial",
    "Worklist",
    "WorklistRow",
]
