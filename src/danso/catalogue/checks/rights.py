"""Checks of what people may ask about their data: codes that stand once, terms and agencies."""

from danso.catalogue.province import Province
from danso.catalogue.shaping import Reader

FILE = "rights.yaml"


def check_rights(province: Province, reader: Reader) -> None:
    """Codes are unique, terms are rules of retention, and whoever is alerted is an agency."""
    rights = province.rights
    codes = {
        ("kinds",): [one.code for one in rights.kinds],
        ("grounds",): [one.code for one in rights.grounds],
        ("breach", "kinds"): [one.code for one in rights.breach.kinds],
        ("breach", "data"): [one.code for one in rights.breach.data],
    }
    for where, items in codes.items():
        seen: set[str] = set()
        for index, code in enumerate(items):
            if code in seen:
                fix = "Give one of them another code, or remove it"
                wrong = "the code stands twice"
                reader.note(FILE, (*where, index), item=code, wrong=wrong, fix=fix)
            seen.add(code)
    for key, code in rights.kept:
        if code not in province.retention:
            fix = "Correct the code, or add the rule to retention.yaml"
            wrong = f"{code} is no rule of retention"
            reader.note(FILE, ("kept", key), item=f"kept.{key}", wrong=wrong, fix=fix)
    exports = province.retention.get(rights.kept.exports)
    if exports is not None and exports.unit != "days":
        fix = "Give its term in days"
        wrong = "people are told the day until which a copy can be fetched"
        reader.note(FILE, ("kept", "exports"), item="kept.exports", wrong=wrong, fix=fix)
    if rights.breach.alerts not in province.agencies:
        fix = "Name an agency of agencies.yaml"
        wrong = f"{rights.breach.alerts} is no agency"
        reader.note(FILE, ("breach", "alerts"), item="breach.alerts", wrong=wrong, fix=fix)
