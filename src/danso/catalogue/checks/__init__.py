"""Cross-checks of a province: identity, references, citation, and shared promises."""

from danso.catalogue.checks.calendar import check_calendar
from danso.catalogue.checks.citation import check_citation
from danso.catalogue.checks.courts import check_courts
from danso.catalogue.checks.eid import check_eid
from danso.catalogue.checks.hosted import check_hosted
from danso.catalogue.checks.people import check_people
from danso.catalogue.checks.plan import check_plan
from danso.catalogue.checks.procedures import check_procedures
from danso.catalogue.checks.purposes import check_purposes
from danso.catalogue.checks.registers import check_registers
from danso.catalogue.checks.rights import check_rights
from danso.catalogue.checks.sources import check_sources
from danso.catalogue.checks.units import check_units
from danso.catalogue.province import Province
from danso.catalogue.shaping import Reader

CHECKS = (
    check_units,
    check_registers,
    check_sources,
    check_hosted,
    check_procedures,
    check_plan,
    check_purposes,
    check_courts,
    check_rights,
    check_people,
    check_calendar,
    check_eid,
    check_citation,
)


def cross_check(province: Province, reader: Reader) -> None:
    """Run every check; faults are noted in the reader."""
    for check in CHECKS:
        check(province, reader)
