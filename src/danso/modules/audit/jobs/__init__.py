"""What the journal does in the background: sealing, signing heads, destroying what expired."""

from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.jobs.process import Desk, run_sealer
from danso.modules.audit.jobs.sealer import Sealer

__all__ = ["Desk", "Sealer", "SealingKey", "run_sealer"]
