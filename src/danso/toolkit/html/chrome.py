"""What surrounds a page's content: who serves it, whether people are synthetic, who reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from danso.toolkit.platform import platform, province

PRODUCT: Final = "danso"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of a navigation, of breadcrumbs, of a footer."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The newest signed head of the journal, as the foot of a page shows it."""

    size: int
    root: str
    signed_at: datetime
    href: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is signed in, in words for the header."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class ActingFor:
    """In whose name this session acts: shown on every page, with the way back."""

    name: str
    why: str
    end_href: str


class Chrome:
    """One page's surroundings. Everything is asked for only when the layout shows it."""

    product = PRODUCT

    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request

    @property
    def is_demo(self) -> bool:
        """Whether this home holds synthetic people only; stamped for ever at first start."""
        return platform().is_demo

    @cached_property
    def province_name(self) -> str:
        """The province's name in the reader's language."""
        identity = province().identity
        return identity.en if self.language == "en" else identity.vi

    @property
    def language(self) -> str:
        """vi or en."""
        return (translation.get_language() or settings.LANGUAGE_CODE).split("-")[0]

    @property
    def other_language(self) -> tuple[str, str]:
        """Code and own name of the language one can switch to."""
        return ("vi", "Tiếng Việt") if self.language == "en" else ("en", "English")

    @property
    def here(self) -> str:
        """The path to come back to after switching language; a posted form has no way back."""
        if self.request is None or self.request.method != "GET":
            return "/"
        return self.request.get_full_path()

    @cached_property
    def navigation(self) -> Sequence[Link]:
        """The main navigation, from the hook DANSO_CHROME["navigation"](request)."""
        found: Sequence[Link] = self._ask("navigation") or ()
        return found

    @cached_property
    def reader(self) -> Reader | None:
        """Who is signed in, from the hook DANSO_CHROME["reader"](request), else the user's name."""
        hooked: Reader | None = self._ask("reader")
        if hooked is not None:
            return hooked
        user = getattr(self.request, "user", None)
        return Reader(str(user)) if user is not None and user.is_authenticated else None

    @cached_property
    def acting(self) -> ActingFor | None:
        """In whose name one acts, from the hook DANSO_CHROME["acting"](request)."""
        found: ActingFor | None = self._ask("acting")
        return found

    @cached_property
    def tree_head(self) -> TreeHead | None:
        """The journal's newest head, from the hook DANSO_CHROME["tree_head"](request)."""
        found: TreeHead | None = self._ask("tree_head")
        return found

    @cached_property
    def footer(self) -> Sequence[Link]:
        """Links at the foot, from the hook DANSO_CHROME["footer"](request)."""
        found: Sequence[Link] = self._ask("footer") or ()
        return found

    def _ask(self, part: str) -> Any:
        path = getattr(settings, "DANSO_CHROME", {}).get(part)
        return _hook(path)(self.request) if path and self.request is not None else None


@cache
def _hook(path: str) -> Callable[[HttpRequest], object]:
    found: Callable[[HttpRequest], object] = import_string(path)
    return found


def chrome(request: HttpRequest | None = None) -> Chrome:
    """For layouts: `{% set page = chrome(request) %}`."""
    return Chrome(request)
