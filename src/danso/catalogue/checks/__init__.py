"""Cross-checks of a province: identity, references, citation, and shared promises."""

from danso.catalogue.province import Province
from danso.catalogue.shaping import Reader


def cross_check(province: Province, reader: Reader) -> None:
    """Run every check; faults are noted in the reader."""
