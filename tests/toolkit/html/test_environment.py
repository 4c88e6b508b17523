"""The environment is strict where a screen could err, lenient where GOV.UK's macros probe."""

from dataclasses import dataclass

import pytest
from django.utils import translation
from jinja2 import Environment, UndefinedError


@dataclass
class Person:
    name: str


def render(jinja: Environment, text: str, **context: object) -> str:
    return jinja.from_string(text).render(**context)


def test_unknown_names_and_attributes_raise(jinja: Environment) -> None:
    with pytest.raises(UndefinedError, match="tilte"):
        render(jinja, "{{ tilte }}")
    with pytest.raises(UndefinedError, match="nmae"):
        render(jinja, "{{ person.nmae }}", person=Person("An"))
    with pytest.raises(UndefinedError):
        render(jinja, "{% if person.nmae %}x{% endif %}", person=Person("An"))


def test_missing_keys_of_plain_dicts_are_empty(jinja: Environment) -> None:
    assert render(jinja, "[{{ params.hint }}]", params={}) == "[]"


def test_what_people_typed_is_escaped(jinja: Environment) -> None:
    evil = "<script>alert(1)</script>"
    assert "<script>" not in render(jinja, "{{ name }}", name=evil)
    page = render(
        jinja,
        '{% from "danso/lists.html" import cells, link %}'
        '{{ cells([{"label": "Tên"}], [name]) }}{{ link(name, "/x") }}',
        name=evil,
    )
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 2


def test_a_compiled_template_speaks_each_readers_language(jinja: Environment) -> None:
    template = jinja.from_string("{{ 1234 | number }}")
    with translation.override("vi"):
        assert template.render() == "1.234"
    with translation.override("en"):
        assert template.render() == "1,234"


def test_words_are_translated_with_their_placeholders(jinja: Environment, english: None) -> None:
    text = '{{ _("Mã lỗi: %(status)s", status=status) }}'
    with translation.override("en"):
        assert render(jinja, text, status="<404>") == "Error code: &lt;404&gt;"
    with translation.override("vi"):
        assert render(jinja, text, status=404) == "Mã lỗi: 404"
