"""The tables of the sources module, by subject."""

from danso.modules.sources.models.connected import Fact, Load, SourceRecord, SourceState
from danso.modules.sources.models.corrections import Correction, Worklist, WorklistRow
from danso.modules.sources.models.registers import (
    HostedRegister,
    RegisterRecord,
    RegisterRecordVersion,
    RegisterUpload,
    RegisterVersion,
)

__all__ = [
    "Correction",
    "Fact",
    "HostedRegister",
    "Load",
    "RegisterRecord",
    "RegisterRecordVersion",
    "RegisterUpload",
    "RegisterVersion",
    "SourceRecord",
    "SourceState",
    "Worklist",
    "WorklistRow",
]
