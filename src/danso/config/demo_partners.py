"""The partners of a demo home: owners of the plan's databases and one body outside the state."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

from joserfc.jwk import OKPKey

from danso.catalogue import Province
from danso.catalogue.shapes.people import Purpose
from danso.config.home import Home
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import STATE_BODIES, AgreementTerms, PartnerBody, Service

STATE_PARTNERS = 6
CALLS_A_MINUTE = 600
PEOPLE_A_MINUTE = 60_000  # in batches
BODY_NAMES = {PartnerBody.BANK: "tổ chức tín dụng", PartnerBody.BUSINESS: "doanh nghiệp"}
DEMO_PAPER = "DEMO-01 (văn bản giả lập, lưu tại hệ thống này)"


def make_demo_partners(home: Home, province: Province, *, actor: Actor) -> list[str]:
    """Partners with keys and agreements, from the province's own databases and purposes."""
    made: list[str] = []
    for purpose, agency in _owners(province)[:STATE_PARTNERS]:
        body = PartnerBody(purpose.readers[0])
        _make(home, agency, body, purpose, agency=agency, actor=actor)
        made.append(agency)
    for purpose in province.purposes.values():
        for agency in _courts(province) if Service.CASE_PARTIES in purpose.services else ():
            _make(home, agency, PartnerBody.COURT, purpose, agency=agency, actor=actor)
            made.append(agency)
    for purpose in province.purposes.values():
        reader = purpose.readers[0]
        if reader in set(PartnerBody) - STATE_BODIES:
            _make(home, f"demo-{reader}", PartnerBody(reader), purpose, actor=actor)
            made.append(f"demo-{reader}")
            break
    return made


def write_partner_key(home: Home, code: str) -> dict[str, Any]:
    """Make a partner's key pair; the private half goes into the home's secrets, 0600."""
    folder = home.secrets / "partners"
    folder.mkdir(exist_ok=True, mode=0o700)
    key = OKPKey.generate_key("Ed25519")
    kid = key.thumbprint()
    descriptor = os.open(folder / f"{code}.jwk", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump({**key.as_dict(private=True), "kid": kid}, handle)
    return {**key.as_dict(private=False), "kid": kid}


def _owners(province: Province) -> list[tuple[Purpose, str]]:
    """(purpose, agency): each agency once, for the first purpose of a database it owns today."""
    purposes = province.purposes
    found: dict[str, Purpose] = {}
    databases = sorted(province.databases.values(), key=lambda one: (str(one.due), one.code))
    for database in databases:
        for agency in database.owner_today:
            for code in database.purposes:
                purpose = purposes[code]
                is_for_partners = purpose.readers[0] in {str(body) for body in STATE_BODIES}
                if is_for_partners and purpose.share and agency not in found:
                    found[agency] = purpose
    return [(purpose, agency) for agency, purpose in found.items()]


def _courts(province: Province) -> tuple[str, ...]:
    """Agencies under which others stand: the province's court with the regional ones."""
    above = {one.under for one in province.agencies.values() if one.under}
    return tuple(sorted(above))


def _make(
    home: Home, code: str, body: PartnerBody, purpose: Purpose, *, actor: Actor, agency: str = ""
) -> None:
    if exchange.find_partner(code) is not None:
        return
    name = "" if agency else f"Đơn vị thử nghiệm ({BODY_NAMES.get(body, body)})"
    exchange.create_partner(code=code, body=body, agency=agency, name=name, actor=actor)
    exchange.add_key(code, write_partner_key(home, code), actor=actor)
    now = clock.now()
    for service in purpose.services:
        fields = exchange.fields_allowed(purpose.code, Service(service))
        if not fields and service not in ("changes", "correction"):
            continue
        exchange.issue_agreement(
            AgreementTerms(
                partner=code,
                purpose=purpose.code,
                service=Service(service),
                fields=tuple(sorted(fields)),
                since=now,
                until=now + timedelta(days=365),
                rate=PEOPLE_A_MINUTE if service == "batch" else CALLS_A_MINUTE,
                evidence=DEMO_PAPER,
                partner_signatory="demo",
                officer_signatory="demo",
            ),
            actor=actor,
        )
