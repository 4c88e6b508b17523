"""Subscriptions: the owner of a source is told what changes about the people it is linked to."""

from __future__ import annotations

from collections.abc import Sequence

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.exchange import rules
from danso.modules.exchange.actions.partners import carried_out, lock_partner
from danso.modules.exchange.data import SubscriptionData
from danso.modules.exchange.models import Agreement, Subscription
from danso.modules.exchange.queries import subscription_data
from danso.toolkit.platform import province


def subscribe(
    partner: str, source: str, *, fields: Sequence[str], actor: Actor
) -> SubscriptionData:
    """See interface."""
    with carried_out("source.subscribed", actor, partner=partner, source=source) as ledger:
        owner = lock_partner(partner)
        told = province().source(source)
        now = clock.now()
        agreed = Agreement.objects.filter(
            partner=owner, service="changes", revoked_at=None, since__lte=now, until__gt=now
        )
        allowed = {field for one in agreed for field in one.fields} & set(told.subscribes)
        wanted = tuple(sorted(fields or allowed))
        rules.check_subscription(owner.agency, told, wanted, allowed)
        Subscription.objects.filter(partner=owner.pk, source=source, ended_at=None).update(
            ended_at=clock.now(), ended_by=actor.id
        )
        row = Subscription.objects.create(
            partner=owner.pk, source=source, fields=list(wanted), subscribed_by=actor.id
        )
        ledger.detail["fields"] = " ".join(wanted)
        return subscription_data(row, partner)


def unsubscribe(partner: str, source: str, *, actor: Actor) -> SubscriptionData:
    """See interface."""
    with carried_out("source.unsubscribed", actor, partner=partner, source=source):
        owner = lock_partner(partner)
        row = Subscription.objects.filter(partner=owner.pk, source=source, ended_at=None).first()
        if row is None:
            raise NotFound(
                f"{partner} is not subscribed to {source}",
                code="subscription_unknown",
                fix="See its subscriptions: danso partner show.",
            )
        row.ended_at, row.ended_by = clock.now(), actor.id
        row.save(update_fields=["ended_at", "ended_by"])
        return subscription_data(row, partner)
