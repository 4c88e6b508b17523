"""Boxes and lists for the asked fields of a service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from danso.catalogue.shapes.procedures import FormField
from danso.kernel.text import sort_key
from danso.screens.desk import words
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

Choices = list[tuple[str, str]]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def not_marked(field: forms.Field) -> None:
    """Whether it is needed, its hint or the module says: it is not marked as optional."""
    field.none_is_an_answer = True  # type: ignore[attr-defined]


def answer_field(field: FormField, kept: str) -> forms.Field:
    """A box or a list for one asked field, with what is kept of it."""
    said = words.said(field.hint) if field.hint else ""
    shown = words.day_text(kept) if field.kind in ("date", "month") and kept else kept
    options: dict[str, Any] = {
        "label": words.said(field), "help_text": said, "required": False, "initial": shown,
    }  # fmt: skip
    made: forms.Field
    if field.kind == "code":
        made = forms.ChoiceField(choices=_codes(field), **options)
    elif field.kind == "commune":
        units = sorted(province().units.communes, key=lambda one: sort_key(one.name))
        made = forms.ChoiceField(
            choices=[("", ""), *((one.code, unit_name(one.code)) for one in units)], **options
        )
    elif field.at_most_letters > 400:
        made = forms.CharField(widget=forms.Textarea({"rows": 3}), **options)
    else:
        if not said and field.kind in ("date", "month"):
            options["help_text"] = gettext("Ví dụ 15/03/2026.")
        made = forms.CharField(widget=forms.TextInput(PLAIN), **options)
    if field.required or field.required_when is not None:
        not_marked(made)
    return made


def _codes(field: FormField) -> Choices:
    if field.choices:
        return [("", ""), *((one.code, words.said(one)) for one in field.choices)]
    listed = province().code_list(field.code_list or "")
    return [("", ""), *((code, listed.label(code, words.language())) for code in listed.codes)]
