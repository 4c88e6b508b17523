"""One consent in a demo home, asked through the gateway's function and given as a holder gives it,
so that whoever tries things out has somebody to share."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.kernel.keys import new_key
from danso.modules.exchange.actions.consents import agree_to_consent
from danso.modules.exchange.models import Agreement, Consent
from danso.modules.exchange.queries.consents import get_asked
from danso.modules.identity.data import Authenticated
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.toolkit.platform import platform
from danso.wire import keys

DAYS: Final = 365
REASON: Final = "Dữ liệu giả lập: để thử chia sẻ khi có sự đồng ý"
_ASK: Final = """
SELECT told FROM gateway_v1.ask_consent(
    %s, %s, %s, false, %s, %s, %s, %s, %s, %s, %s, '{}', %s, %s, %s, 'demo')
"""


def publish_consent(partner: str, purpose: str, who: Authenticated, *, actor: Actor) -> str:
    """See interface."""
    if not platform().is_demo:
        raise Refused(
            "a real home has no made-up people",
            code="sandbox_in_real_home",
            fix="Publish the sandbox in a demo home.",
        )
    row = (
        Agreement.objects.select_related("partner")
        .filter(partner__code=partner, purpose=purpose, service="share", revoked_at__isnull=True)
        .first()
    )
    if row is None or who.person is None:
        return ""
    given = Consent.objects.filter(partner=row.partner_id, person=who.person, purpose=purpose)
    if (known := given.first()) is not None:
        return str(known.key)
    held = population.get_person(who.person)
    request = _ask(row, held, actor)
    asked = get_asked(request, who.person)
    return str(agree_to_consent(request, who, digest=asked.digest, wished=()).key)


@transaction.atomic
def _ask(row: Agreement, held: PersonRecord, actor: Actor) -> UUID:
    name = held.full_name
    entry = {
        "actor_kind": actor.kind,
        "actor": actor.id,
        "unit": "",
        "action": "ask-consent",
        "service": "share",
        "purpose": row.purpose,
        "legal_basis": row.legal_basis,
        "system": "demo",
        "officer": "",
        "procedure": "",
        "file_code": "",
        "fields": row.fields,
        "detail": {"agreement": row.code},
    }
    begun = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).removesuffix("}}")
    parameters: list[Any] = [held.number, keys.name_key(name), keys.plain_key(name), held.birth]
    parameters += [row.partner_id, begun, new_key(), row.code, row.purpose, list(row.fields)]
    with connection.cursor() as cursor:
        cursor.execute(_ASK, [*parameters, DAYS, REASON, "{}"])
        (told,) = cursor.fetchone() or (None,)
    return UUID(str(told))
