"""What a decision changes: carried out in its transaction, or asked of whoever may."""

from __future__ import annotations

from uuid import UUID

from danso.catalogue.shapes.procedures import Effect
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.audit.interface import emit
from danso.modules.cases import rules
from danso.modules.cases.actions import effects_above, effects_here
from danso.modules.cases.actions.effect_work import Done, Work, work_of
from danso.modules.cases.actions.moving import Held, any_case, officers_case
from danso.modules.cases.data import EffectSettled, EffectState, Reach
from danso.modules.cases.models import Case, CaseEffect, OutgoingDeed
from danso.toolkit.platform import platform

# What an owner is told does not hold up the applicant's result.
_NOT_AWAITED = ("tell-source",)


def carry_out(held: Held) -> None:
    """Every effect of the procedure, in its order; one that fails undoes the decision."""
    work = work_of(held.row, held.procedure, held.actor)
    for effect in held.procedure.effects:
        for done in _deeds(work, effect):
            _keep(work, done)


def _deeds(work: Work, effect: Effect) -> list[Done]:
    if effect.kind == "none":
        return []
    if effect.kind == "tell-source":
        return [effects_above.tell_source(work, effect)]
    if platform().register_mode == "authority":
        return effects_here.HANDLERS[effect.kind](work, effect)
    return [effects_above.ask(work, effect)]


def _keep(work: Work, done: Done) -> None:
    row = CaseEffect.objects.create(
        case=work.row,
        kind=done.kind,
        state=done.state.value,
        person=done.person,
        request=done.request,
        said=done.said,
    )
    if done.road:
        OutgoingDeed.objects.create(effect=row, road=done.road, body=dict(done.body))


def check_settled(row: Case) -> None:
    """Nothing that the result says is still to be done. Raises Conflict (`effect_open`)."""
    rest = CaseEffect.objects.filter(case=row).exclude(state=EffectState.DONE.value)
    if rest.exclude(kind__in=_NOT_AWAITED).exists():
        raise Conflict(
            "What was decided is not carried out everywhere yet.",
            code="effect_open",
            fix="Wait for the answer that the file shows, or settle what was refused.",
        )


def settle_request(request: UUID, state: str, *, actor: Actor) -> None:
    """See interface."""
    effect = CaseEffect.objects.filter(request=request, state=EffectState.ASKED.value).first()
    if effect is None:
        return
    new = EffectState.DONE if state == "accepted" else EffectState.REFUSED
    with any_case("effect_answered", effect.case_id, actor=actor) as held:
        settle(effect, new)
        held.ledger.detail = {"effect": effect.kind, "state": new.value}
        held.note("effect_answered")


def settle_effect(
    key: UUID, kind: str, words: str, *, reach: Reach, version: int, actor: Actor
) -> None:
    """See interface."""
    with officers_case(
        "effect_settled", key, "decide", reach=reach, version=version, actor=actor
    ) as held:
        effect = (
            CaseEffect.objects.filter(case=held.row, kind=kind)
            .exclude(state=EffectState.DONE.value)
            .first()
        )
        if effect is None:
            raise Conflict(
                "Nothing of that kind is open in this file.",
                code="effect_not_open",
                fix="Open the file again and see what it waits for.",
            )
        said = rules.checked_words(words)
        OutgoingDeed.objects.filter(effect=effect, sent_at__isnull=True).delete()
        settle(effect, EffectState.DONE)
        held.ledger.detail = {"effect": kind}
        held.note("effect_answered", said)


def settle(effect: CaseEffect, state: EffectState, said: str = "") -> None:
    """An effect's end, with its event, in the caller's transaction."""
    effect.state, effect.said, effect.at = state.value, said[:400], clock.now()
    effect.save(update_fields=["state", "said", "at", "person"])
    emit(EffectSettled(effect.case_id, effect.kind, state.value))
