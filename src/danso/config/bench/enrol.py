"""What a bench home needs besides people: its stamp, and a partner whose rate nothing reaches."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import transaction

from danso.catalogue import Province
from danso.catalogue.shapes.people import Purpose
from danso.config.demo_partners import write_partner_key
from danso.config.home import Home
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementTerms, PartnerBody, Service
from danso.modules.population import interface as population
from danso.toolkit.platform import platform, province

CODE = "bench"
RATE = 100_000_000
PAPER = "BENCH (văn bản giả lập, lưu tại hệ thống này)"
SERVICES = (Service.VERIFY, Service.BATCH, Service.SHARE)
ACTOR = Actor(kind="system", id="bench", system="cli")


def stamp() -> None:
    """Stamp the database as `danso settle` does; the register stays empty for the importer."""
    population.stamp_home("demo", platform().register_mode)


def enrol() -> None:
    """Make the partner where it is missing; print its code and the purpose it asks for."""
    here = province()
    purpose = _purpose(here)
    if exchange.find_partner(CODE) is None:
        with transaction.atomic():
            _make(here, purpose)
    print(json.dumps({"partner": CODE, "purpose": purpose.code}))


def _make(here: Province, purpose: Purpose) -> None:
    agency = next(code for code in here.agencies if here.agencies_today(code))
    body = PartnerBody(purpose.readers[0])
    exchange.create_partner(code=CODE, body=body, agency=agency, actor=ACTOR)
    exchange.add_key(CODE, write_partner_key(Home(platform().home), CODE), actor=ACTOR)
    now = clock.now()
    for service in SERVICES:
        terms = AgreementTerms(
            partner=CODE,
            purpose=purpose.code,
            service=service,
            fields=tuple(sorted(exchange.fields_allowed(purpose.code, service))),
            since=now,
            until=now + timedelta(days=1800),
            rate=RATE,
            evidence=PAPER,
            partner_signatory="bench",
            officer_signatory="bench",
        )
        exchange.issue_agreement(terms, actor=ACTOR)


def _purpose(here: Province) -> Purpose:
    """The first purpose of an agency that verifies, asks in batches and is shared fields."""
    for purpose in here.purposes.values():
        wanted = {service.value for service in SERVICES} <= set(purpose.services)
        if purpose.readers[0] == PartnerBody.AGENCY.value and wanted:
            return purpose
    raise NotFound(
        "no purpose of this province opens verify, batch and share to an agency",
        code="bench_purpose",
        fix="Measure with a province whose purposes.yaml has one.",
    )
