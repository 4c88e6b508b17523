"""What a police officer sees of somebody at the counter."""

from __future__ import annotations

from uuid import UUID

import msgspec

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import NotFound
from danso.modules.identity import rules
from danso.modules.identity.adapters.sealing import digests, unseal
from danso.modules.identity.data import Answers, Counter, EnrolmentKind
from danso.modules.identity.models import Citizen, Enrolment
from danso.modules.identity.queries.eid import eid_data

FITS = "fits"


def get_counter(key: UUID, officer: UUID) -> Counter:
    """This officer's own, not over; what was told, what stands in the way, which e-ID there is."""
    row = Enrolment.objects.filter(
        key=key,
        kind=EnrolmentKind.COUNTER.value,
        account_id=officer,
        expires_at__gt=clock.now(),
        finished_at__isnull=True,
    ).first()
    if row is None or row.outcome in ("", "no_match"):
        raise NotFound("This is over.", code="enrolment_over", fix="Begin anew.")
    answers = msgspec.json.decode(unseal(row.answers), type=Answers)
    held = Citizen.objects.select_related("account").filter(
        number_key__in=digests("number", answers.number), is_open=True
    )
    eid = held.first()
    return Counter(
        key=row.key,
        person=row.person,
        number=answers.number,
        full_name=answers.full_name,
        birth=answers.birth,
        obstacle="" if row.outcome == FITS else row.outcome,
        eid=eid_data(eid) if eid else None,
        is_code_sent=row.codes_sent > 0,
        phone=answers.phone,
        is_child=rules.age_on(PartialDate.from_iso(answers.birth), clock.today()) < rules.OWN_FROM,
    )
