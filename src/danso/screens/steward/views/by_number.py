"""Somebody else, named by their number in a form."""

from __future__ import annotations

from django import forms

from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord, Scope, Wanted
from danso.screens.steward import words
from danso.screens.steward.desk import Desk


def people_named(
    form: forms.Form, desk: Desk, scope: Scope, *, nobody: str, besides: object = None
) -> tuple[PersonRecord, ...]:
    """Who has the form's `number` within reach; else none, and the field says why.

    `besides` is the key of whom the page is about already; `nobody` says that nobody is left.
    """
    try:
        found = population.search(
            Wanted(number=form.cleaned_data["number"]),
            actor=desk.officer.actor,
            grounds=desk.grounds,
            scope=scope,
        ).people
    except InvalidValue as error:
        form.add_error("number", words.refusal_text(error))
        return ()
    people = tuple(one for one in found if one.key != besides and one.merged_into is None)
    if not people:
        form.add_error("number", nobody)
    return people
