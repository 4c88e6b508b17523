"""The journal as an auditor reads it: searched by POST, each entry with its proof.

Every search and every opened entry is journaled, without the person: an auditor's look at a
withheld entry must not show on that person's own list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry, EntryFilter, InclusionProof, JournalEntry, NotSealedYet
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.screens.auditor import words
from danso.screens.auditor.deeds import deed_words
from danso.toolkit.html.charts import Chart, Series
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.html.formats import day
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import requires
from danso.toolkit.platform import province
from danso.wire import leaf, merkle

PAGE = 30
LONGEST = 31
DAYS = 30


class SearchForm(forms.Form):
    """Which entries: days, unit, officer, purpose, outcome."""

    first = PartialDateField(label=_("Tìm từ ngày"), whole=True)
    last = PartialDateField(label=_("Đến ngày"), whole=True)
    unit = forms.CharField(
        label=_("Mã cơ quan"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    officer = forms.CharField(
        label=_("Tên đăng nhập cán bộ, hoặc mã đơn vị khai thác"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    purpose = forms.ChoiceField(label=_("Mục đích"), required=False)
    outcome = forms.ChoiceField(label=_("Kết quả"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = ("", _("– bất kỳ –"))
        purposes = [(code, words.purpose_words(code)) for code in province().purposes]
        self._offer("purpose", [anything, *purposes])
        self._offer("outcome", [anything, *words.OUTCOMES.items()])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Days in order, a month at most."""
        given = super().clean() or {}
        if "first" not in given or "last" not in given:
            return given
        given["days"] = _whole(given["first"]), _whole(given["last"])
        first, last = given["days"]
        if not first <= last:
            raise ValidationError({"last": gettext("Ngày cuối phải sau ngày đầu.")})
        if (last - first).days >= LONGEST:
            raise ValidationError({"last": gettext("Mỗi lần tìm nhiều nhất 31 ngày.")})
        return given

    def wanted(self) -> EntryFilter:
        """The filter; an officer is found by log-in name, anything else is taken as a code."""
        given = self.cleaned_data
        account = identity.find_account(given["officer"]) if given["officer"] else None
        first, last = given["days"]
        return EntryFilter(
            first=first,
            last=last,
            unit=given["unit"].strip(),
            actor=str(account.id) if account else given["officer"].strip(),
            purpose=given["purpose"],
            outcome=given["outcome"],
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list."""

    entry: JournalEntry
    deed: str
    who: str
    unit: str
    purpose: str
    outcome: str
    tone: str


@requires(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Entries by day, unit, officer, purpose and outcome, newest first."""
    today = PartialDate.of(clock.today())
    form = SearchForm(request.POST or None, initial={"first": today, "last": today})
    context: dict[str, Any] = {"form": form, "rows": None, "hidden": [], "next": None}
    if request.method == "POST" and form.is_valid():
        before = _before(request)
        wanted = form.wanted()
        found = audit.find_entries(wanted, before=before, limit=PAGE)
        audit.record(_search_entry(request, wanted, len(found)))
        context |= {
            "rows": [_row(one) for one in found],
            "next": found[-1].position if len(found) == PAGE else None,
            "hidden": [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name not in ("csrfmiddlewaretoken", "before")
            ],
        }
    return render(request, "auditor/search.html", context)


@requires(Role.AUDITOR)
@require_safe
def entry(request: HttpRequest, position: int) -> HttpResponse:
    """One entry, and the proof that it stands in the published tree."""
    try:
        found, proof = audit.open_entry(position)
    except NotSealedYet:
        # Listed as soon as it is sealed; the proof needs the next signed head.
        soon = gettext("Dòng %(n)s mới được niêm phong: gốc cây ký trong một phút tới mới có nó.")
        messages.info(request, soon % {"n": position})
        return redirect("auditor:search")
    audit.record(
        Entry(
            actor=identity.actor_of(request),
            action="journal.opened",
            outcome="shown",
            detail={"position": position},
        )
    )
    salt, text = proof.salt or b"", proof.entry or ""
    context = {
        "entry": found,
        "row": _row(found),
        "proof": proof,
        "path": "\n".join(node.hex() for node in proof.path),
        "leaf": proof.leaf.hex(),
        "salt": salt.hex(),
        "text": text,
        "note": proof.head.note(),
        "is_proven": _is_proven(position, salt, text, proof),
        "fields": [words.field_words(one) for one in found.fields],
        "detail": words.detail_words(found.detail),
        "kind": words.actor_kind_words(found.actor),
        "system": words.system_words(found.actor.system),
        "has_account": words.has_account(found.actor),
    }
    return render(request, "auditor/entry.html", context)


@requires(Role.AUDITOR)
@require_safe
def officer(request: HttpRequest, key: UUID) -> HttpResponse:
    """How much one officer looked, what of it was unusual, and the way into the journal."""
    account = identity.get_account(key)
    today = clock.today()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    counted = {one.day: one.looks for one in identity.looks_by_day(key, days[0], today)}
    context = {
        "account": account,
        "unit": unit_name(account.unit),
        "total": sum(counted.values()),
        "chart": Chart(
            "looks",
            gettext("Số người đã xem theo ngày"),
            "column",
            [day(one)[:5] for one in days],
            [Series(gettext("người"), [counted.get(one, 0) for one in days])],
            label_head=gettext("Ngày"),
        ),
        "looks": [
            (one, words.kind_words(one.kind), words.kind_tone(one.kind))
            for one in identity.unusual_looks(account=key)
        ],
        "first": days[0],
        "last": today,
    }
    return render(request, "auditor/officer.html", context)


def _is_proven(position: int, salt: bytes, text: str, proof: InclusionProof) -> bool:
    """Computed here from the entry's own bytes, as anybody could."""
    mine = leaf.entry_leaf(position, proof.second, salt, text.encode())
    head = proof.head.head
    return mine == proof.leaf and merkle.verify_inclusion(
        mine, position, head.size, list(proof.path), head.root
    )


def _row(one: JournalEntry) -> Row:
    return Row(
        one,
        deed_words(one.action),
        words.actor_words(one.actor),
        unit_name(one.actor.unit),
        words.purpose_words(one.purpose),
        words.outcome_words(one.outcome),
        words.outcome_tone(one.outcome),
    )


def _search_entry(request: HttpRequest, wanted: EntryFilter, hits: int) -> Entry:
    asked = {
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "unit": wanted.unit,
        "who": wanted.actor,
        "for": wanted.purpose,
        "result": wanted.outcome,
    }
    return Entry(
        actor=identity.actor_of(request),
        action="journal.searched",
        outcome="done",
        detail={name: value for name, value in asked.items() if value} | {"hits": hits},
    )


def _before(request: HttpRequest) -> int | None:
    text = request.POST.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _whole(parts: PartialDate) -> date:
    return date(parts.year, parts.month or 1, parts.day or 1)
