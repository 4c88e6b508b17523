"""A Django form becomes the right component, with its label, hint, error and what was typed."""

import pytest
from django import forms
from django.utils import translation
from jinja2 import Environment

from danso.kernel.dates import PartialDate
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.html.forms import Part, error_list, form_parts
from danso.toolkit.html.gallery import SampleForm

EVIL = '"><script>alert(1)</script>'


def parts(form: forms.BaseForm) -> dict[str, Part]:
    return {part.params.get("name", ""): part for part in form_parts(form)}


def page(jinja: Environment, form: forms.BaseForm) -> str:
    text = (
        '{% from "danso/form.html" import form_page, error_summary %}'
        '{{ error_summary(form) }}{{ form_page(form, "", "Gửi") }}'
    )
    return jinja.from_string(text).render(form=form)


def test_every_widget_has_its_component() -> None:
    kinds = {name: part.kind for name, part in parts(SampleForm()).items()}
    assert kinds == {
        "full_name": "input",
        "born": "date",
        "sex": "radios",
        "unit": "select",
        "parts": "checkboxes",
        "count": "input",
        "reason": "textarea",
        "secret": "password",
        "paper": "file",
        "agree": "checkboxes",
    }


def test_an_unbound_form_shows_no_error(jinja: Environment) -> None:
    shown = page(jinja, SampleForm())
    assert "govuk-error" not in shown
    assert 'enctype="multipart/form-data"' in shown
    assert " required" not in shown


def test_the_summary_names_each_field_and_links_to_its_first_control(jinja: Environment) -> None:
    form = SampleForm({})
    with translation.override("vi"):
        found = error_list(form)
    assert {"text": "Họ và tên: Trường này là bắt buộc.", "href": "#id_full_name"} in found
    assert {"text": "Ngày sinh: Nhập ngày tháng năm.", "href": "#id_born-day"} in found
    shown = page(jinja, form)
    for error in found:
        assert f'id="{error["href"][1:]}"' in shown, error


def test_what_was_typed_comes_back_escaped(jinja: Environment) -> None:
    typed = {
        "full_name": EVIL,
        "reason": EVIL,
        "born-day": EVIL,
        "unit": EVIL,
        "secret": "s3cr3t-typed",
    }
    shown = page(jinja, SampleForm(typed))
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") >= 3
    assert "s3cr3t-typed" not in shown


def test_choices_keep_what_was_chosen(jinja: Environment) -> None:
    shown = page(jinja, SampleForm({"sex": "2", "parts": ["born"], "unit": "b", "agree": "on"}))
    assert shown.count(" checked") == 3
    assert '<option value="b" selected' in shown


def test_hidden_fields_and_groups_of_choices() -> None:
    class Form(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput, initial=EVIL)
        unit = forms.ChoiceField(choices=[("Nhóm", [("a", "A"), ("b", "B")]), ("", "Không")])

    by_kind = {part.kind: part.params for part in form_parts(Form())}
    assert [item["value"] for item in by_kind["select"]["items"]] == ["a", "b", ""]
    assert "<script>" not in by_kind["raw"]["html"]


class Birth(forms.Form):
    born = PartialDateField()
    died = PartialDateField(whole=True, required=False)


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("21", "3", "1965", PartialDate(1965, 3, 21)),
        ("", "03", "1965", PartialDate(1965, 3)),
        ("", "", "1965", PartialDate(1965)),
        (" 1 ", "1", "2000", PartialDate(2000, 1, 1)),
        ("0", "0", "1965", PartialDate(1965)),
    ],
)
def test_dates_as_far_as_known(day: str, month: str, year: str, expected: PartialDate) -> None:
    form = Birth({"born-day": day, "born-month": month, "born-year": year})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"born": expected, "died": None}


@pytest.mark.parametrize(
    ("day", "month", "year", "code"),
    [
        ("", "", "", "required"),
        ("31", "2", "1965", "date_day_range"),
        ("1", "13", "1965", "date_month_range"),
        ("1", "", "1965", "date_day_without_month"),
        ("1", "1", "65", "year"),
        ("1", "1", "0000", "date_year_range"),
        ("một", "1", "1965", "not_digits"),
        ("١", "1", "1965", "not_digits"),
    ],
)
def test_dates_refused_with_a_reason(day: str, month: str, year: str, code: str) -> None:
    form = Birth({"born-day": day, "born-month": month, "born-year": year})
    assert not form.is_valid()
    assert form.errors.as_data()["born"][0].code == code


def test_a_whole_date_wants_day_and_month() -> None:
    form = Birth({"born-year": "1965", "died-year": "2020"})
    assert form.errors.as_data()["died"][0].code == "whole"


def test_a_date_from_the_register_fills_the_boxes() -> None:
    part = next(form_parts(Birth(initial={"born": PartialDate(1965, 3)})))
    assert [item["value"] for item in part.params["items"]] == ["", "03", "1965"]
