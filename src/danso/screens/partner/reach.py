"""Which partners the signed-in person may see: all for the agreement officer, one's own else."""

from __future__ import annotations

from django.http import HttpRequest

from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementData, AgreementUnknown, PartnerData, PartnerUnknown
from danso.modules.identity.data import Role, ScopeKind
from danso.modules.identity.interface import officer_of


def codes_in_reach(request: HttpRequest) -> frozenset[str] | None:
    """Codes of the partners one may see; None means all."""
    officer = officer_of(request)
    return officer.codes(ScopeKind.PARTNER, Role.AGREEMENT_OFFICER, Role.PARTNER_CONTACT)


def partners_in_reach(request: HttpRequest) -> tuple[PartnerData, ...]:
    """Partners one may see, by code. A contact's query never touches another partner."""
    codes = codes_in_reach(request)
    if codes is None:
        return exchange.partners()
    found = (exchange.find_partner(code) for code in sorted(codes))
    return tuple(one for one in found if one is not None)


def partner_in_reach(request: HttpRequest, code: str) -> PartnerData:
    """The partner; PartnerUnknown alike for one that is not there and one that is another's."""
    codes = codes_in_reach(request)
    if codes is not None and code not in codes:
        raise PartnerUnknown(code)
    return exchange.get_partner(code)


def agreement_in_reach(request: HttpRequest, number: str) -> AgreementData:
    """The agreement; AgreementUnknown alike for none and another partner's."""
    found = exchange.get_agreement(number)
    codes = codes_in_reach(request)
    if codes is not None and found.terms.partner not in codes:
        raise AgreementUnknown(number)
    return found


def is_officer(request: HttpRequest) -> bool:
    """Whether the page may offer what only the agreement officer does."""
    return Role.AGREEMENT_OFFICER.value in officer_of(request).roles
