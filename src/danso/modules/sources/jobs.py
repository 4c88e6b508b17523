"""Routes corrections that the gateway opened: whoever decides, and by when."""

from collections.abc import Sequence

from danso.modules.audit.data import Positioned
from danso.modules.audit.interface import handler
from danso.modules.sources.data import CorrectionOpened
from danso.modules.sources.interface import route_opened


@handler(CorrectionOpened, name="sources.route")
def route_corrections(events: Sequence[Positioned[CorrectionOpened]]) -> None:
    """Idempotent: a correction that has its decider is left alone."""
    for positioned in events:
        route_opened(positioned.event.correction)
