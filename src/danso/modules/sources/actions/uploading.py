"""A file sent on a page, or a look at the source itself: opened, confirmed, cancelled, forgotten.

Nothing of it is taken before somebody has seen what it would change and confirmed that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.wanting import want_run
from danso.modules.sources.adapters.shelf import Shelf
from danso.modules.sources.data import (
    BROKEN_OFF,
    MOST_UPLOAD,
    TrialKind,
    trial_not_found,
    trial_over,
)
from danso.modules.sources.models import Trial
from danso.modules.sources.queries.locks import TRIAL, alone
from danso.toolkit.platform import platform, province

TASK: Final = "sources.try"
QUEUE: Final = "looks"
KEPT_FOR: Final = timedelta(hours=24)
PREVIEW_FOR: Final = timedelta(hours=2)
_LONGEST_NAME: Final = 100
_MOST_TRIES: Final = 3


def shelf() -> Shelf:
    """This home's."""
    return Shelf(platform().home)


def open_upload(code: str, name: str, chunks: Iterable[bytes], *, actor: Actor) -> UUID:
    """See interface."""
    source, key = province().source(code), new_key()
    with audit.carried_out(_entry("sources.open_upload", code, key, actor)) as ledger:
        if source.transport.kind != "file":
            raise InvalidValue(
                f"The source {code} does not come as files.",
                code="source_no_files",
                fix="Describe its place in sources.toml, or change its transport.",
            )
        size = shelf().take_in(key, chunks, most=MOST_UPLOAD)
        _begin(key, code, "upload", actor, name=name.strip()[:_LONGEST_NAME], size=size)
        ledger.detail["size"] = size
    return key


def open_look(code: str, *, actor: Actor) -> UUID:
    """See interface."""
    province().source(code)
    key = new_key()
    with audit.carried_out(_entry("sources.open_look", code, key, actor)):
        _begin(key, code, "place", actor)
    return key


def _begin(
    key: UUID, code: str, kind: TrialKind, actor: Actor, name: str = "", size: int = 0
) -> None:
    Trial.objects.create(
        key=key,
        source=code,
        kind=kind,
        name=name,
        size=size,
        opened_at=clock.now(),
        opened_by=actor.id,
    )
    _wake(key)


def confirm_upload(key: UUID, *, actor: Actor) -> None:
    """See interface."""
    code = _known(key).source
    with audit.carried_out(_entry("sources.confirm_upload", code, key, actor)):
        trial = Trial.objects.select_for_update().get(key=key)
        if trial.kind != "upload" or trial.state != "checked" or not trial.found.get("ok"):
            raise trial_over()
        trial.state = "confirmed"
        trial.save(update_fields=["state"])
        want_run(code)
        # Last: a file in its place is loaded, whatever becomes of the row.
        shelf().confirm(key, code)


def cancel_trial(key: UUID, *, actor: Actor) -> None:
    """See interface."""
    code = _known(key).source
    with audit.carried_out(_entry("sources.cancel_trial", code, key, actor)):
        trial = Trial.objects.select_for_update().get(key=key)
        if trial.state not in ("waiting", "checking", "checked", "failed"):
            raise trial_over()
        trial.state, trial.ended_at = "cancelled", clock.now()
        trial.save(update_fields=["state", "ended_at"])
    shelf().clear(key)


def forget_loaded(code: str, begun: datetime, *, actor: Actor) -> None:
    """After a load that ended well: confirmed files that were there when it began are in, and
    deleted."""
    for trial in Trial.objects.filter(source=code, state="confirmed"):
        path = shelf().confirmed_file(trial.key, code)
        if path.exists() and path.stat().st_mtime > begun.timestamp():
            continue
        with audit.carried_out(_entry("sources.forget_upload", code, trial.key, actor)):
            Trial.objects.filter(key=trial.key).update(state="loaded", ended_at=clock.now())
            shelf().forget(trial.key, code)


def tend_trials() -> None:
    """Tries whose process died are begun again; what nobody confirmed is deleted."""
    now = clock.now()
    for trial in Trial.objects.filter(state="checking"):
        with alone(TRIAL, str(trial.key)) as is_mine:
            if is_mine and Trial.objects.filter(key=trial.key, state="checking").exists():
                _begin_again(trial)
    old = Trial.objects.filter(
        state__in=("waiting", "checked", "failed"), opened_at__lt=now - KEPT_FOR
    )
    for trial in old:
        shelf().clear(trial.key)
        Trial.objects.filter(key=trial.key).update(state="cancelled", ended_at=now)
    looks = Trial.objects.filter(kind="place", state="checked", opened_at__lt=now - PREVIEW_FOR)
    for trial in looks:
        shelf().clear(trial.key)


def _begin_again(trial: Trial) -> None:
    if trial.tries >= _MOST_TRIES:
        Trial.objects.filter(key=trial.key).update(
            state="failed", problem=BROKEN_OFF, ended_at=clock.now()
        )
        return
    Trial.objects.filter(key=trial.key).update(state="waiting")
    _wake(trial.key)


def _known(key: UUID) -> Trial:
    trial = Trial.objects.filter(key=key).first()
    if trial is None:
        raise trial_not_found()
    return trial


def _wake(key: UUID) -> None:
    jobs.configure_task(TASK, queue=QUEUE).defer(key=str(key))


def _entry(action: str, code: str, key: UUID, actor: Actor) -> Entry:
    detail = {"source": code, "trial": str(key)}
    return Entry(actor=actor, action=action, outcome="done", detail=detail)
