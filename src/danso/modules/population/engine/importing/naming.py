"""Names of communes as people write them: the kind shortened, the district and province behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from danso.kernel import text

_PARTS: Final = re.compile(r"[,;()]|\s[-–—]\s")
_DISTRICT_KINDS: Final = ("thành phố", "thị xã", "huyện", "quận")
_PROVINCE_KIND: Final = "tỉnh"
_COUNTRY: Final = frozenset(map(text.plain, ("Việt Nam", "VN", "Vietnam")))


class Written(NamedTuple):
    """A commune's plain name and its district's; `strange`: what stands behind is of elsewhere.
    `exact` is the name with its marks, without its kind; empty where nobody wrote marks."""

    name: str = ""
    district: str = ""
    strange: bool = False
    exact: str = ""


@dataclass(frozen=True)
class Naming:
    """Reads names of the communes of one province."""

    kinds: tuple[str, ...]
    districts: frozenset[str]
    provinces: frozenset[str]
    _long: dict[str, str] = field(repr=False, compare=False)
    _kind: re.Pattern[str] = field(repr=False, compare=False)
    _bare_districts: frozenset[str] = field(repr=False, compare=False)

    @classmethod
    def of(cls, kinds: Iterable[str], districts: Iterable[str], province: str) -> Naming:
        """For communes of these kinds in these (old) districts."""
        own = sorted(map(text.plain, kinds), key=len, reverse=True)
        others = [text.plain(kind) for kind in (*_DISTRICT_KINDS, _PROVINCE_KIND)]
        long = {"".join(word[0] for word in kind.split()): kind for kind in (*others, *own)}
        shorts = [r"\.?".join(short) for short in sorted(long, key=len, reverse=True)]
        whole = [re.escape(kind) for kind in (*own, *others)]
        pattern = re.compile(rf"(?:({'|'.join(shorts)})|({'|'.join(whole)}))(?:\.\s*|\s+)(?=\S)")
        names = frozenset(map(text.plain, districts))
        kind = text.plain(_PROVINCE_KIND)
        name = text.plain(province).removeprefix(f"{kind} ")
        return cls(
            kinds=tuple(own),
            districts=names,
            provinces=frozenset({name, f"{kind} {name}"}) if name else frozenset(),
            _long=long,
            _kind=pattern,
            _bare_districts=frozenset(map(bare_district, names)),
        )

    def spell(self, part: str) -> str:
        """The plain name with its kind written out: `P.Hàm Rồng` as `phuong ham rong`."""
        plain = text.plain(part)
        found = self._kind.match(plain)
        if found is None:
            return plain
        kind = found[2] or self._long[found[1].replace(".", "")]
        return f"{kind} {plain[found.end() :]}"

    def without_kind(self, plain: str) -> str:
        """The plain name without the word for the kind of commune."""
        for kind in self.kinds:
            if plain.startswith(f"{kind} "):
                return plain.removeprefix(f"{kind} ")
        return plain

    def is_district(self, plain: str) -> bool:
        """Whether an old district is called so, with its kind or without."""
        return plain in self.districts or plain in self._bare_districts

    def read(self, written: str, district: str = "") -> Written:
        """`P. Ba Đình, TP Thanh Hóa, tỉnh Thanh Hóa` in its parts; `district` is what another
        column says."""
        parts = split_parts(written) or [""]
        name, *tail = map(self.spell, parts)
        exact = "" if written.isascii() else self.marked(parts[0])
        said = next(map(self.spell, split_parts(district)), "")
        rest = tail[: self.end_of_district(tail)]
        if not rest:
            # The province's name alone is not the commune that is called nearly so.
            return Written(name, said, strange=not said and name in self.provinces, exact=exact)
        if len(rest) > 1 or not self.is_district(rest[0]):
            return Written(name, said, strange=True)
        strange = bool(said) and bare_district(said) != bare_district(rest[0])
        return Written(name, rest[0], strange, exact)

    def marked(self, part: str) -> str:
        """The name without its kind, with its marks."""
        count = len(self.without_kind(self.spell(part)).split())
        return " ".join(text.canonical(part).replace(".", " ").split()[-count:])

    def end_of_district(self, parts: list[str]) -> int:
        """Where the country and this province begin at the end of an address."""
        end = len(parts)
        if end and parts[end - 1] in _COUNTRY:
            end -= 1
        if end and parts[end - 1] in self.provinces:
            end -= 1
        return end


def split_parts(written: str) -> list[str]:
    """An address in its parts, as they are spelled."""
    return [part for part in map(str.strip, _PARTS.split(written)) if part]


def bare_district(plain: str) -> str:
    """A district's plain name without the word for its kind."""
    for kind in _PLAIN_DISTRICT_KINDS:
        if plain.startswith(kind):
            return plain.removeprefix(kind)
    return plain


_PLAIN_DISTRICT_KINDS: Final = tuple(f"{text.plain(kind)} " for kind in _DISTRICT_KINDS)
