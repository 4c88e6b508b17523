"""Finds communes by the names people write: old or new, with or without kind and tone marks.

It never guesses: every unit that fits is returned, and the caller asks when there are several.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from danso.catalogue.province import Province
from danso.kernel.text import canonical, fold

PARTS = re.compile(r"[,;]| [-–] ")


@dataclass(frozen=True)
class Place:
    """A commune that fits a name. `older`: of the generation before, so map it forward."""

    code: str
    name: str
    older: bool
    district_code: str = ""


class Gazetteer:
    """An index of both generations' communes by name; build once, ask often."""

    def __init__(self, province: Province) -> None:
        units = province.units
        self._kinds = tuple(_kind_words(kind.vi for kind in units.files.kinds))
        self._exact: dict[str, list[Place]] = {}
        self._plain: dict[str, list[Place]] = {}
        for unit in units.communes:
            self._add(Place(unit.code, unit.name, older=False), unit.name)
        for old in units.old_communes:
            place = Place(old.code, old.name, older=True, district_code=old.district_code)
            self._add(place, old.name)
            if old.later_name:
                self._add(place, old.later_name)
        # An address ends with the province: its bare name there is not the district so called.
        not_alone = fold(_own_name(province.name))
        self._districts: dict[str, str] = {
            form: code
            for code, name in units.districts.items()
            for form in _district_forms(name)
            if form != not_alone
        }

    def find(self, name: str, *, district: str = "") -> tuple[Place, ...]:
        """Communes called `name`, today's first: exact spelling, else spelling without marks.

        A district (name) keeps old communes of that district only; today's have none and stay out.
        """
        written = canonical(name)
        found = self._exact.get(written) or self._exact.get(self._bare(written))
        if not found:
            plain = fold(name)
            found = self._plain.get(plain) or self._plain.get(self._bare(plain)) or []
        if district:
            code = self._districts.get(fold(district))
            found = [place for place in found if code and place.district_code == code]
        return tuple(dict.fromkeys(found))

    def find_in_address(self, address: str) -> tuple[Place, ...]:
        """Communes named in an address such as `thôn 3, xã Xuân Lộc, huyện Triệu Sơn, ...`."""
        parts = [part.strip() for part in PARTS.split(address) if part.strip()]
        for index, part in enumerate(parts):
            if found := self.find(part):
                narrowed = (self.find(part, district=named) for named in parts[index + 1 :])
                return next((some for some in narrowed if some), found)
        return ()

    def _add(self, place: Place, name: str) -> None:
        for index, text in ((self._exact, canonical(name)), (self._plain, fold(name))):
            for key in {text, self._bare(text)}:
                index.setdefault(key, []).append(place)

    def _bare(self, text: str) -> str:
        """The name without the words of its kind."""
        for words in self._kinds:
            if text.startswith(words) and len(text) > len(words):
                return text[len(words) :].strip()
        return text


def _kind_words(kinds: Iterable[str]) -> Iterator[str]:
    """`thị trấn ` and how it is shortened: `tt. `, `tt `; with and without marks, longest first."""
    words: set[str] = set()
    for kind in kinds:
        initials = "".join(word[0] for word in kind.split())
        for text in (kind, initials):
            words |= {f"{canonical(text)} ", f"{fold(text)} "}
        words |= {f"{canonical(initials)}.", f"{fold(initials)}."}
    return iter(sorted(words, key=lambda text: (-len(text), text)))


def _district_forms(name: str) -> Iterator[str]:
    """`Thành phố Ấm` as people write it: in full, without its kind, `TP Ấm`, `TP. Ấm`, `TP.Ấm`."""
    own = fold(_own_name(name))
    kind = fold(name).removesuffix(own).split()
    initials = "".join(word[0] for word in kind)
    yield from (fold(name), own, f"{initials} {own}", f"{initials}. {own}", f"{initials}.{own}")


def _own_name(name: str) -> str:
    """A unit's name without its kind: one word with a capital, then words in small letters."""
    words = name.split()
    rest = words[1:]
    while rest and not rest[0][:1].isupper():
        rest = rest[1:]
    return " ".join(rest or words)
