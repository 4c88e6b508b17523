"""Checks of purposes: known fields, and nothing that a reader of that kind may never have."""

from collections.abc import Iterator

from danso.catalogue.province import Province
from danso.catalogue.shapes.people import Purpose
from danso.catalogue.shaping import Reader

FILE = "purposes.yaml"
OUTSIDE_THE_STATE = frozenset(("bank", "business"))
# Verify with a reference of the consent, share within a consent that the holder gave here.
BY_CONSENT = frozenset(("verify", "batch", "share"))


def check_purposes(province: Province, reader: Reader) -> None:
    """Each purpose names known fields and stays within what its readers may get."""
    for index, purpose in enumerate(province.purposes.values()):
        for key, wrong, fix in (*_unknown(province, purpose), *_excess(province, purpose)):
            where = ("purposes", index, key)
            reader.note(FILE, where, item=purpose.code, wrong=wrong, fix=fix)


Finding = tuple[str, str, str]


def _unknown(province: Province, purpose: Purpose) -> Iterator[Finding]:
    for key, codes in (("verify", purpose.verify), ("share", purpose.share)):
        for code in codes:
            if code not in province.fields:
                yield key, f"{key} names {code}, which is no field", "Add it to fields.yaml"
    for service, codes in (("verify", purpose.verify), ("share", purpose.share)):
        if bool(codes) != (service in purpose.services):
            fix = f"Name fields under {service} exactly when services has it"
            yield service, f"the service {service} and its fields do not go together", fix


def _excess(province: Province, purpose: Purpose) -> Iterator[Finding]:
    outside = OUTSIDE_THE_STATE & set(purpose.readers)
    if outside and not purpose.consent:
        fix = "Set consent: true"
        yield "readers", f"{', '.join(sorted(outside))} may ask only with the holder's consent", fix
    if outside and not set(purpose.services) <= BY_CONSENT:
        fix = "Leave verify, batch and share only"
        yield "services", "a body outside the state gets verify, and share by consent", fix
    for code in purpose.fields:
        field = province.fields.get(code)
        if field and field.sensitivity == "secret" and set(purpose.readers) != {"officer"}:
            fix = "Take the field out, or make the purpose one of officers only"
            yield "share", f"the secret field {code} may not leave the house", fix
