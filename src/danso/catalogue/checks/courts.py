"""Checks of what courts use: codes that stand once, statuses and terms that exist, bodies above."""

from danso.catalogue.province import Province
from danso.catalogue.shaping import Reader

FILE = "courts.yaml"


def check_courts(province: Province, reader: Reader) -> None:
    """Codes of roles and decisions are unique, terms are rules of retention, and what decisions set
    is in the code lists."""
    codes = {
        "roles": [role.code for role in province.courts.roles],
        "decisions": [kind.code for kind in province.courts.decisions],
    }
    for key, items in codes.items():
        seen: set[str] = set()
        for index, code in enumerate(items):
            if code in seen:
                fix = "Give one of them another code, or remove it"
                wrong = "the code stands twice"
                reader.note(FILE, (key, index), item=code, wrong=wrong, fix=fix)
            seen.add(code)
    _check_kept(province, reader)
    listed = province.words_of("marital_status")
    for index, kind in enumerate(province.courts.decisions):
        if kind.value and listed is not None and kind.value not in listed:
            fix = "Use a code of the field marital_status's list"
            wrong = f"its value {kind.value} is in no code list"
            reader.note(FILE, ("decisions", index, "value"), item=kind.code, wrong=wrong, fix=fix)
    for index, agency in enumerate(province.agencies.values()):
        if agency.under is not None and agency.under not in province.agencies:
            fix = "Add the agency, or correct the code"
            wrong = f"it stands under {agency.under}, which is no agency"
            where = ("agencies", index, "under")
            reader.note("agencies.yaml", where, item=agency.code, wrong=wrong, fix=fix)


def _check_kept(province: Province, reader: Reader) -> None:
    for key, code in province.courts.kept:
        if code not in province.retention:
            fix = "Correct the code, or add the rule to retention.yaml"
            wrong = f"{code} is no rule of retention"
            reader.note(FILE, ("kept", key), item=f"kept.{key}", wrong=wrong, fix=fix)
