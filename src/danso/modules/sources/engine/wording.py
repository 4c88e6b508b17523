"""A field's stored value as people write it, and what they wrote as the register's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal

from danso.catalogue import Province
from danso.kernel import clock
from danso.kernel.claims import listed_code
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.text import fold, tidy
from danso.modules.population.data import PersonRecord, Value

Language = Literal["vi", "en"]
FieldValue = Value | Mapping[str, Value]

LIVES: Final = {
    "alive": ("Còn sống", "Alive"),
    "dead": ("Đã mất", "Dead"),
    "missing": ("Mất tích", "Missing"),
}
CARDS: Final = {
    "cmnd": ("Chứng minh nhân dân", "Old identity card"),
    "cccd": ("Căn cước công dân", "Citizen identity card"),
    "cccd_chip": ("Căn cước công dân gắn chip", "Citizen identity card with chip"),
    "can_cuoc": ("Căn cước", "Identity card"),
    "valid": ("còn hiệu lực", "valid"),
    "expired": ("đã hết hạn", "expired"),
    "replaced": ("đã đổi thẻ khác", "replaced"),
    "lost": ("đã báo mất", "reported lost"),
    "revoked": ("đã thu hồi", "revoked"),
}
GONE: Final = frozenset({"khong", "da di", "khong con"})


def stored_text(
    province: Province, field: str, person: PersonRecord, language: Language = "vi"
) -> str:
    """What the register holds of a field, in words; empty where it holds nothing."""
    own = _TEXTS.get(field)
    if own is not None:
        return own(province, person, language)
    held = person.of_field(field)
    if not held:
        return ""
    return code_text(province, field, str(next(iter(held.values()))), language)


def code_text(province: Province, field: str, value: str, language: Language = "vi") -> str:
    """A code of the field's list in words; any other value as it is."""
    known = province.fields.get(field)
    if known is None or not known.code_list:
        return value
    for row in province.code_list(known.code_list).rows:
        if row.code == value:
            return row.en or row.vi if language == "en" else row.vi
    return value


def commune_text(province: Province, code: str | None) -> str:
    """A commune's name by its code, of today or of before 2025; else the code itself."""
    if not code:
        return ""
    unit = province.units.by_code.get(code) or province.units.old_by_code.get(code)
    return unit.name if unit else code


def day_text(iso: str | None) -> str:
    """'1965-03-21' as 21/03/1965, '1965-03' as 03/1965."""
    return "/".join(reversed(iso.split("-"))) if iso else ""


def life_text(value: str) -> str:
    """'serves 2027-12-31' and 'died 2026-05-04' (`agreeing.life_sides`) as people read them."""
    what, _, day = value.partition(" ")
    if what == "serves":
        return f"vẫn còn đến {day_text(day)}" if day else "vẫn còn, không ghi ngày kết thúc"
    return f"đã chết: {day_text(day)}" if day else "đã chết, không rõ ngày"


def written_value(province: Province, field: str, text: str) -> FieldValue:
    """The register's value for what an officer wrote in a worklist; InvalidValue says how to."""
    written = tidy(text)
    if not written:
        raise InvalidValue("The value is empty.", code="claimed_empty", fix="Write what is right.")
    read = _READERS.get(field)
    if read is not None:
        return read(province, written)
    words = province.words_of(field)
    return written if words is None else listed_code(words, written)


def place_value(province: Province, text: str) -> FieldValue:
    """`commune|hamlet|address`, the commune by code or name; the latter two may be missing."""
    commune, _, rest = text.partition("|")
    hamlet, _, address = rest.partition("|")
    return {
        "commune": _commune_of(province, tidy(commune)),
        "hamlet": tidy(hamlet) or None,
        "address": tidy(address) or None,
    }


def _commune_of(province: Province, text: str) -> str:
    if text in province.units.by_code:
        return text
    wanted = fold(text)
    hits = [
        unit.code
        for unit in province.units.communes
        if wanted in (fold(unit.name), fold(unit.name.partition(" ")[2]))
    ]
    if len(hits) != 1:
        raise InvalidValue(
            "No commune of today has this name.",
            code="claimed_place",
            fix="Write commune|hamlet|address, the commune by its full name or code.",
        )
    return hits[0]


def _birth(province: Province, text: str) -> FieldValue:
    return PartialDate.parse(text).iso


def _parent(column: str) -> Callable[[Province, str], FieldValue]:
    def read(province: Province, text: str) -> FieldValue:
        return {column: text}

    return read


def _temporary(province: Province, text: str) -> FieldValue:
    if fold(text) in GONE:
        return {
            "temporary_commune": None,
            "temporary_address": None,
            "temporary_until": None,
        }
    return {"temporary_until": PartialDate.parse(text).first_day.isoformat()}


_READERS: Final[Mapping[str, Callable[[Province, str], FieldValue]]] = {
    "birth": _birth,
    "death": _birth,
    "father": _parent("father_name"),
    "mother": _parent("mother_name"),
    "permanent_place": place_value,
    "temporary_place": _temporary,
}


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _permanent(province: Province, person: PersonRecord, language: Language) -> str:
    commune = person.commune or person.recorded_commune
    return _joined(person.address, person.hamlet, commune_text(province, commune))


def _temporary_text(province: Province, person: PersonRecord, language: Language) -> str:
    until = _day(person.temporary_until)
    words = ("until " if language == "en" else "đến ") + until if until else ""
    commune = commune_text(province, person.temporary_commune)
    return _joined(person.temporary_address, commune, words)


def _current(province: Province, person: PersonRecord, language: Language) -> str:
    return _joined(person.current_address, commune_text(province, person.current_commune))


def _day(day: date | None) -> str:
    return day_text(day.isoformat()) if day else ""


def _card(province: Province, person: PersonRecord, language: Language) -> str:
    if not person.card_kind:
        return ""
    terms = "–".join(part for part in (_day(person.card_issued), _day(person.card_expires)) if part)
    kind = _pick(CARDS, person.card_kind, language)
    return _joined(kind, person.card_number, terms, _pick(CARDS, _card_state(person), language))


def _card_state(person: PersonRecord) -> str | None:
    """The recorded state, except that a card nobody replaced yet runs out by itself."""
    expires = person.card_expires
    if person.card_status == "valid" and expires is not None and expires < clock.today():
        return "expired"
    return person.card_status


def _death(province: Province, person: PersonRecord, language: Language) -> str:
    return " ".join(
        part for part in (_pick(LIVES, person.status, language), day_text(person.ended_on)) if part
    )


def _pick(words: Mapping[str, tuple[str, str]], code: str | None, language: Language) -> str:
    found = words.get(code or "", (code or "",) * 2)
    return found[1] if language == "en" else found[0]


def _relative(which: str) -> Callable[[Province, PersonRecord, Language], str]:
    def text(province: Province, person: PersonRecord, language: Language) -> str:
        name = getattr(person, f"{which}_name")
        number = getattr(person, f"{which}_number")
        return f"{name or ''} ({number})" if number else name or ""

    return text


def _birth_text(province: Province, person: PersonRecord, language: Language) -> str:
    return day_text(person.birth)


def _absence(province: Province, person: PersonRecord, language: Language) -> str:
    return _day(person.absent_until)


_TEXTS: Final[Mapping[str, Callable[[Province, PersonRecord, Language], str]]] = {
    "birth": _birth_text,
    "card": _card,
    "current_place": _current,
    "death": _death,
    "father": _relative("father"),
    "mother": _relative("mother"),
    "permanent_place": _permanent,
    "representative": _relative("representative"),
    "spouse": _relative("spouse"),
    "temporary_absence": _absence,
    "temporary_place": _temporary_text,
}
