"""A person's name as Vietnam writes it: family, middle, given."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from danso.kernel import text
from danso.kernel.errors import InvalidValue

LONGEST = 200


@dataclass(frozen=True)
class PersonName:
    """A full name, tidied but spelt as the source spells it. Made by `parse`.

    The first word is the family name and the last the given one; a single word is a given name
    only. Double family names (Tôn Thất, Tôn Nữ) show as family + middle: no spelling tells them
    apart, and nothing is decided by the parts but the order of lists.
    """

    full: str

    @classmethod
    def parse(cls, full: str) -> Self:
        tidied = text.tidy(full)
        if not tidied:
            raise InvalidValue(
                "The name is empty.", code="name_empty", fix="Give the full name as on the paper."
            )
        if len(tidied) > LONGEST:
            raise InvalidValue(
                f"The name is longer than {LONGEST} characters.",
                code="name_too_long",
                fix="Check whether two columns ran together.",
            )
        if not any(map(str.isalpha, tidied)):
            raise InvalidValue(
                "The name has no letter in it.",
                code="name_no_letter",
                fix="Check whether the columns were shifted.",
            )
        return cls(tidied)

    @cached_property
    def _words(self) -> list[str]:
        return self.full.split(" ")

    @property
    def family(self) -> str:
        return self._words[0] if len(self._words) > 1 else ""

    @property
    def middle(self) -> str:
        return " ".join(self._words[1:-1])

    @property
    def given(self) -> str:
        return self._words[-1]

    @property
    def sort_key(self) -> str:
        """Given name, then family, then middle: the order of Vietnamese lists."""
        return list_key(self.full)

    @property
    def search_key(self) -> str:
        """What search looks in: no diacritics, lower case. Fold the query with `text.plain`."""
        return text.plain(self.full)

    @property
    def masked(self) -> str:
        """Enough for somebody who knows the person: of the given name, which in Vietnamese tells
        most apart, the first letter alone."""
        *others, given = self._words
        return " ".join((*others, f"{given[0]}."))

    def __str__(self) -> str:
        return self.full


def list_key(full: str) -> str:
    """`PersonName.sort_key` without the object, for loads."""
    *others, given = full.split() or ("",)
    return text.sort_key(" ".join((given, *others)))
