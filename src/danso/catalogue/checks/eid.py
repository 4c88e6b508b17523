"""Checks of what e-IDs rest on: the facts named are facts that something here tells."""

from danso.catalogue.province import Province
from danso.catalogue.shaping import Reader


def check_eid(province: Province, reader: Reader) -> None:
    """Every fact named in province.yaml exists."""
    for slot in ("helper_fact", "representative_fact"):
        code = getattr(province.identity.eid, slot)
        if code and code not in province.facts:
            wrong = f"{code} is no fact that a source or register tells"
            fix = "Correct the code, or leave the line out"
            reader.note("province.yaml", ("eid", slot), item=slot, wrong=wrong, fix=fix)
    for commune in set(province.identity.eid.counters.own) - set(province.units.by_code):
        wrong, fix = f"{commune} is no commune", "Use a commune's code of 2025"
        reader.note("province.yaml", ("eid", "counters", "own"), item=commune, wrong=wrong, fix=fix)
