"""Reads of consent: what is asked of a holder, what a holder agreed to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from danso.kernel import clock
from danso.modules.exchange import rules
from danso.modules.exchange.data import (
    CONSENT_LAW,
    ConsentAsked,
    ConsentCounts,
    ConsentData,
    ConsentVoice,
    consent_request_unknown,
    consent_unknown,
)
from danso.modules.exchange.engine import consent_text
from danso.modules.exchange.models import Agreement, Consent, ConsentRequest, Partner
from danso.modules.exchange.queries import get_partner, partner_name
from danso.modules.identity.data import ActingGround, MandateScope, Whose
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.toolkit.platform import province

MOST_ASKED: Final = 100
MOST_GIVEN: Final = 200


def list_asked(person: UUID) -> tuple[ConsentAsked, ...]:
    """See interface."""
    rows = ConsentRequest.objects.filter(person=person, state="open", open_until__gt=clock.now())
    found = list(rows.order_by("at")[:MOST_ASKED])
    codes = partner_codes(row.partner for row in found)
    return tuple(asked_data(row, codes[row.partner]) for row in found)


def get_asked(request: UUID, person: UUID, voice: ConsentVoice = ConsentVoice.OWN) -> ConsentAsked:
    """See interface."""
    row = ConsentRequest.objects.filter(key=request, person=person).first()
    if row is None:
        raise consent_request_unknown()
    rules.check_still_asked(row.state, row.open_until, clock.now())
    return asked_data(row, partner_codes([row.partner])[row.partner], voice)


def voice_of(whose: Whose) -> ConsentVoice:
    """In whose words somebody agrees who acts so."""
    if whose.acting is None:
        return ConsentVoice.OWN
    whose.check(MandateScope.CONSENT)
    if whose.acting.ground is ActingGround.ASSISTED:
        return ConsentVoice.DESK
    child = population.find_person(whose.person) if whose.person else None
    return rules.voice_for_child(child.born if child else None, clock.today())


def list_consents(account: UUID | None, persons: Collection[UUID]) -> tuple[ConsentData, ...]:
    """See interface."""
    found = list(of_holder(account, persons).order_by("-given_at")[:MOST_GIVEN])
    codes = partner_codes(row.partner for row in found)
    return tuple(consent_data(row, codes[row.partner]) for row in found)


def get_consent(consent: UUID, account: UUID | None, persons: Collection[UUID]) -> ConsentData:
    """See interface."""
    row = of_holder(account, persons).filter(key=consent).first()
    if row is None:
        raise consent_unknown()
    return consent_data(row, partner_codes([row.partner])[row.partner])


def of_holder(account: UUID | None, persons: Collection[UUID]) -> QuerySet[Consent]:
    """What was agreed to about somebody: by this account of theirs, another, a parent, a desk. What
    the account agreed to for others is theirs."""
    own = Q(person__in=persons)
    if account is not None:
        own |= Q(account=account, way=ConsentVoice.OWN)
    return Consent.objects.filter(own)


def count_consents(partner: str) -> ConsentCounts:
    """See interface."""
    owner, now = get_partner(partner), clock.now()
    asked = ConsentRequest.objects.filter(partner=owner.id, open_until__gt=now)
    live = Q(withdrawn_at__isnull=True, until__gt=now)
    given = Consent.objects.filter(partner=owner.id).aggregate(
        live=Count("pk", filter=live), ended=Count("pk", filter=~live)
    )
    waiting = asked.exclude(state="given").count()
    return ConsentCounts(waiting, given["live"], given["ended"])


def asked_data(
    row: ConsentRequest, partner: str, voice: ConsentVoice = ConsentVoice.OWN
) -> ConsentAsked:
    """A request as its holder reads it, with the text that would be agreed to."""
    said = said_by(row, partner, voice)
    offer = consent_text.offer(
        said, [field_name(code) for code in row.needed], [field_name(code) for code in row.wished]
    )
    return ConsentAsked(
        key=row.key,
        partner=partner,
        purpose=row.purpose,
        legal_basis=said.legal_basis,
        needed=tuple(row.needed),
        wished=tuple(row.wished),
        days=row.days,
        reason=row.reason,
        asked_at=row.at,
        open_until=row.open_until,
        offer=offer,
        digest=consent_text.digest(offer),
    )


def said_by(row: ConsentRequest, partner: str, voice: ConsentVoice) -> consent_text.Said:
    """What the text names; the law is that of the agreement under which was asked."""
    purpose = province().purposes.get(row.purpose)
    agreed = Agreement.objects.filter(code=row.agreement).values_list("legal_basis", flat=True)
    return consent_text.Said(
        partner=partner_name(partner, is_english=False) or partner,
        purpose=purpose.vi if purpose else row.purpose,
        legal_basis=agreed.first() or "",
        reason=row.reason,
        days=row.days,
        law=CONSENT_LAW,
        voice=voice,
    )


def field_name(code: str) -> str:
    """A field's name in Vietnamese, and that it is sensitive where the law says so."""
    found = province().fields.get(code) or sources.find_fact(code)
    if found is None:
        return code
    return f"{found.vi} (dữ liệu nhạy cảm)" if found.sensitivity == "sensitive" else found.vi


def consent_data(row: Consent, partner: str) -> ConsentData:
    """A row as it passes the door."""
    return ConsentData(
        key=row.key,
        request=row.request,
        partner=partner,
        purpose=row.purpose,
        legal_basis=row.legal_basis,
        fields=tuple(row.fields),
        text=row.text,
        digest=row.digest,
        given_at=row.given_at,
        until=row.until,
        withdrawn_at=row.withdrawn_at,
        voice=ConsentVoice(row.way),
    )


def partner_codes(keys: Iterable[int]) -> dict[int, str]:
    """Codes of partners by their rows' numbers."""
    return dict(Partner.objects.filter(pk__in=set(keys)).values_list("pk", "code"))


def may_still_share(row: ConsentRequest) -> bool:
    """Whether an agreement in force still opens what was asked for."""
    now = clock.now()
    agreed = Agreement.objects.filter(
        partner=row.partner,
        partner__closed_at__isnull=True,
        purpose=row.purpose,
        service="share",
        revoked_at__isnull=True,
        since__lte=now,
        until__gt=now,
        fields__contains=[*row.needed, *row.wished],
    )
    return agreed.exists()
