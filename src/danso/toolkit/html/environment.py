"""The Jinja environment of every page: strict, escaping, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Undefined,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.utils import missing

from danso.toolkit.html import formats
from danso.toolkit.html.charts import json_block
from danso.toolkit.html.chrome import chrome
from danso.toolkit.html.forms import error_list, form_parts

# GOV.UK's macros probe open dicts, `caller` and JavaScript names, and mean no harm.
_LENIENT_NAMES = frozenset({"caller", "null", "successBanner", "typeClass", "undefined"})


class CarefulUndefined(Undefined):
    """Strict for names and for attributes of our objects; lenient for keys of a plain dict.

    The GOV.UK macros ask `params.hint` of dicts that need not have it. Screens pass dataclasses,
    so a misspelt field of a screen still fails loudly.
    """

    def __new__(
        cls, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any
    ) -> CarefulUndefined:
        lenient = isinstance(obj, dict) or name in _LENIENT_NAMES
        kind = Undefined if lenient else StrictUndefined
        made: CarefulUndefined = kind(hint, obj, name, *rest)  # type: ignore[assignment]
        return made


def url(name: str, *args: object, **kwargs: object) -> str:
    """The path of a named route."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _at_render(show: Callable[..., object]) -> Callable[..., object]:
    """Keep Jinja from folding `1234 | number` while compiling: it would freeze one language."""

    @pass_context
    @wraps(show)
    def shown(context: Context, *args: object, **kwargs: object) -> object:
        return show(*args, **kwargs)

    return shown


def environment(**options: Any) -> Environment:
    """Called by Django's Jinja2 backend with its options; also usable alone with a `loader`."""
    own: BaseLoader = options.pop("loader")
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options.update(undefined=CarefulUndefined)
    options.pop("autoescape", None)
    made = Environment(
        loader=ChoiceLoader([own, govuk]),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        **options,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals.update(
        chrome=chrome,
        error_list=error_list,
        form_parts=form_parts,
        get_messages=get_messages,
        language=translation.get_language,
        static=static,
        url=url,
    )
    made.filters.update({name: _at_render(show) for name, show in formats.FILTERS.items()})
    made.filters["json_block"] = json_block
    return made
