"""From a Django form to GOV.UK components, so that no screen writes markup for fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms import BaseForm, BoundField
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup, escape

from danso.toolkit.html.date_parts import DateParts

Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One component: the macro's kind and its parameters; for kind `raw`, ready HTML."""

    kind: str
    params: Params


def form_parts(form: BaseForm) -> Iterator[Part]:
    """Every field of the form, hidden ones last, in the form's own order."""
    for bound in form.visible_fields():
        yield part(bound)
    for bound in form.hidden_fields():
        yield Part("raw", {"html": Markup(str(bound))})  # noqa: S704 - Django's own escaped markup


def error_list(form: BaseForm) -> list[Params]:
    """The error summary: form-wide errors first, then each field's, named and linked."""
    found: list[Params] = [{"text": str(error)} for error in form.non_field_errors()]
    for bound in form:
        found.extend(
            {"text": f"{bound.label}: {error}", "href": f"#{_first_control(bound)}"}
            for error in bound.errors
        )
    return found


def part(bound: BoundField) -> Part:
    """The component for one field, chosen by its widget."""
    widget = bound.field.widget
    for kinds, build in _BUILDERS:
        if isinstance(widget, kinds):
            return build(bound)
    return _input(bound)


def _first_control(bound: BoundField) -> str:
    name = bound.auto_id or bound.html_name
    if isinstance(bound.field.widget, DateParts):
        return f"{name}-day"
    return name


def _value(bound: BoundField) -> str:
    value = bound.value()
    shown = bound.field.widget.format_value(value) if value is not None else ""
    return "" if shown is None else str(shown)


def _attributes(bound: BoundField, *left_out: str) -> Params:
    """The widget's own attributes, minus those the component takes as parameters.

    `required` is left out: the browser's own bubbles speak the browser's language, not the page's.
    """
    gone = {"id", "name", "value", "class", "required", "aria-describedby", "aria-invalid"}
    gone.update(left_out)
    return {key: value for key, value in bound.field.widget.attrs.items() if key not in gone}


def _common(bound: BoundField) -> Params:
    params: Params = {
        "id": bound.auto_id or bound.html_name,
        "name": bound.html_name,
        "disabled": bound.field.disabled,
        "classes": str(bound.field.widget.attrs.get("class", "")),
    }
    if bound.help_text:
        params["hint"] = {"text": str(bound.help_text)}
    if bound.errors:
        params["errorMessage"] = {
            "text": " ".join(str(error) for error in bound.errors),
            "visuallyHiddenText": _("Lỗi"),
        }
    return params


def _label(bound: BoundField) -> Params:
    text = str(bound.label or "")
    # A list of boxes of which none may be right: its hint says what none means.
    if bound.field.required or getattr(bound.field, "none_is_an_answer", False):
        return {"text": text}
    return {
        "html": escape(text)
        + Markup(' <span class="danso-quiet">{}</span>').format(_("(không bắt buộc)"))
    }


def _fieldset(bound: BoundField) -> Params:
    return {"legend": {**_label(bound), "classes": "govuk-fieldset__legend--s"}}


def _input(bound: BoundField) -> Part:
    widget = bound.field.widget
    kind = str(getattr(widget, "input_type", "text"))
    params = {**_common(bound), "label": _label(bound), "type": kind, "value": _value(bound)}
    if kind == "number":
        # A number field of the browser drops what it cannot read and turns on the mouse wheel.
        params.update(type="text", inputmode="numeric")
    for key in ("autocomplete", "inputmode", "pattern", "autocapitalize"):
        if key in widget.attrs:
            params[key] = widget.attrs[key]
    gone = ("autocomplete", "inputmode", "pattern", "autocapitalize", "step", "min", "max", "type")
    params["attributes"] = _attributes(bound, *gone)
    return Part("input", params)


def _password(bound: BoundField) -> Part:
    params = {
        **_common(bound),
        "label": _label(bound),
        "autocomplete": bound.field.widget.attrs.get("autocomplete", "current-password"),
        "attributes": _attributes(bound, "autocomplete"),
        "showPasswordText": pgettext("mật khẩu", "Hiện"),
        "hidePasswordText": pgettext("mật khẩu", "Ẩn"),
        "showPasswordAriaLabelText": _("Hiện mật khẩu"),
        "hidePasswordAriaLabelText": _("Ẩn mật khẩu"),
        "passwordShownAnnouncementText": _("Mật khẩu đang hiện"),
        "passwordHiddenAnnouncementText": _("Mật khẩu đã ẩn"),
    }
    return Part("password", params)


def _textarea(bound: BoundField) -> Part:
    params = {**_common(bound), "label": _label(bound), "value": _value(bound)}
    params["rows"] = bound.field.widget.attrs.get("rows", 5)
    params["attributes"] = _attributes(bound, "rows", "cols")
    return Part("textarea", params)


def _file(bound: BoundField) -> Part:
    params = {**_common(bound), "label": _label(bound), "attributes": _attributes(bound)}
    params["multiple"] = bool(getattr(bound.field.widget, "allow_multiple_selected", False))
    return Part("file", params)


def _chosen(bound: BoundField) -> set[str]:
    value = bound.value()
    if value is None:
        return {""}
    several = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return {"" if one is None else str(one) for one in several}


def _choices(bound: BoundField, mark: str) -> Iterator[Params]:
    chosen = _chosen(bound)
    widget: Any = bound.field.widget
    for value, text in _flat(widget.choices):
        yield {"value": str(value), "text": str(text), mark: str(value) in chosen}


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    """Choices without their groups: no component here shows groups."""
    for value, text in choices:
        if isinstance(text, list | tuple):
            yield from text
        else:
            yield ("" if value is None else value), text


def _select(bound: BoundField) -> Part:
    params = {
        **_common(bound),
        "label": _label(bound),
        "items": list(_choices(bound, "selected")),
        "attributes": _attributes(bound),
    }
    return Part("select", params)


def _radios(bound: BoundField) -> Part:
    return Part("radios", _options(bound))


def _checkboxes(bound: BoundField) -> Part:
    return Part("checkboxes", _options(bound))


def _options(bound: BoundField) -> Params:
    params = _common(bound)
    items = [one for one in _choices(bound, "checked") if one["value"] or not bound.field.required]
    return {
        "idPrefix": params.pop("id"),
        **params,
        "fieldset": _fieldset(bound),
        "items": items,
        "attributes": _attributes(bound),
    }


def _checkbox(bound: BoundField) -> Part:
    params = _common(bound)
    item: Params = {"value": "on", "text": str(bound.label or ""), "checked": bool(bound.value())}
    if "hint" in params:
        item["hint"] = params.pop("hint")
    return Part("checkboxes", {"idPrefix": params.pop("id"), **params, "items": [item]})


def _date(bound: BoundField) -> Part:
    params = _common(bound)
    widget = bound.field.widget
    if not isinstance(widget, DateParts):
        raise TypeError("a date part needs the widget DateParts")
    day, month, year = widget.decompress(bound.value())
    wrong = " govuk-input--error" if bound.errors else ""
    names = (
        ("day", pgettext("ngày tháng năm", "Ngày"), day),
        ("month", pgettext("ngày tháng năm", "Tháng"), month),
        ("year", pgettext("ngày tháng năm", "Năm"), year),
    )
    items = [
        {
            "id": f"{params['id']}-{key}",
            "name": f"{bound.html_name}-{key}",
            "label": label,
            "value": value,
            "classes": f"govuk-input--width-{4 if key == 'year' else 2}{wrong}",
        }
        for key, label, value in names
    ]
    return Part("date", {**params, "fieldset": _fieldset(bound), "items": items})


_BUILDERS: Final[tuple[tuple[type | tuple[type, ...], Callable[[BoundField], Part]], ...]] = (
    (DateParts, _date),
    (forms.PasswordInput, _password),
    (forms.Textarea, _textarea),
    (forms.FileInput, _file),
    (forms.CheckboxSelectMultiple, _checkboxes),
    (forms.RadioSelect, _radios),
    (forms.Select, _select),
    (forms.CheckboxInput, _checkbox),
)

__all__ = ["Part", "error_list", "form_parts", "part"]
