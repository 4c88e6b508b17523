"""What owners sent is loaded as every source is, and then erased from the inbox."""

from __future__ import annotations

import logging
from typing import Final

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, DansoError, InvalidValue
from danso.modules.sources.actions.drifting import look_again
from danso.modules.sources.actions.loading import load_source
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.adapters.pushed import PushConnector, erase_stored
from danso.modules.sources.data import LoadRecord
from danso.modules.sources.models import Pushed, SourceState
from danso.toolkit.platform import province

log = logging.getLogger("danso.sources")
ACTOR: Final = Actor(kind="system", id="sources.take_pushed", system="danso")


def push_connector(code: str) -> Connector:
    source = province().source(code)
    if source.transport.kind != "push":
        raise InvalidValue(
            f"The records of {code} are not sent by their owner.",
            code="source_not_pushed",
            fix="Describe its place in sources.toml, or change its transport.",
        )
    return PushConnector(source, source.transport)


def take_pushed() -> list[LoadRecord]:
    waiting = set(Pushed.objects.filter(rows__isnull=False).values_list("source", flat=True))
    done = []
    for code in sorted(waiting & province().pushed):
        try:
            # What waits is looked at before it is taken: afterwards it is erased. Senders leave
            # empty values out, so that what a batch lacks opens no alert here.
            look_again(province().source(code), push_connector(code), actor=ACTOR)
            done.append(load_source(code, push_connector(code), actor=ACTOR))
        except Conflict:
            # Somebody is loading it this moment; what is left comes the next time.
            continue
        except DansoError as error:
            log.warning("records sent for %s could not be loaded: %s", code, error.code)
            continue
        _erase(code)
    return done


def _erase(code: str) -> None:
    state = SourceState.objects.filter(source=code).first()
    if state is not None and state.checkpoint:
        erase_stored(code, int(state.checkpoint["sequence"]))
