"""One A4 in large type, made by typst: what is held about somebody, and who looked lately."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import gettext as _

from danso.kernel import clock
from danso.kernel.errors import Unavailable
from danso.screens.citizen.held import Held, Told
from danso.screens.citizen.look_lines import LookLine
from danso.screens.citizen.words import language
from danso.toolkit.html.formats import day, moment

log = logging.getLogger(__name__)
TEMPLATE: Final = Path(__file__).with_name("paper.typ")
# What the page has room for in large type; the rest is on the screen.
FIELDS: Final = (
    "full_name", "number", "birth", "sex", "nationality", "marital_status", "permanent_place",
    "temporary_place", "current_place", "card",
)  # fmt: skip
MOST: Final = 8


def paper(held: Held, looks: Sequence[LookLine], *, total: int) -> bytes:
    """The PDF. `total`: how many looks there are. Raises Unavailable (`paper_failed`)."""
    data = json.dumps(_page(held, looks, total), ensure_ascii=False)
    try:
        made: bytes = typst.compile(
            TEMPLATE.read_bytes(),
            sys_inputs={"data": data},
            # Its own fonts have every Vietnamese letter; a machine's might not.
            ignore_system_fonts=True,
            pdf_standards="a-2u",
        )
    except typst.TypstError as fault:
        # Its message may quote what is on the page.
        log.warning("a citizen's page could not be made")
        raise Unavailable(
            "The page could not be made.",
            code="paper_failed",
            fix="Try again; if it stays, tell the operator.",
        ) from fault
    return made


def _page(held: Held, looks: Sequence[LookLine], total: int) -> dict[str, Any]:
    today = clock.today()
    facts = [line for one in held.told for line in _facts(one)]
    return {
        "lang": language(),
        "date": [today.year, today.month, today.day],
        "title": _("Dữ liệu về tôi"),
        "made": _("In ngày %(day)s") % {"day": day(today)},
        "held_title": _("Sổ dân cư, tính đến %(day)s") % {"day": day(held.person.as_of)},
        "held": _held(held),
        "facts_title": _("Nguồn khác"),
        "facts": facts[:MOST],
        "facts_total": len(facts),
        "looks_title": _("Ai đã xem gần đây"),
        "looks": [(moment(one.look.at), _said(one)) for one in looks[:MOST]],
        "looks_total": total,
        "looks_none": _("Chưa có ai."),
        "more": _("và {n} mục nữa trên trang của tôi"),
        "footer": _(
            "Thấy sai, hoặc không rõ vì sao có người xem: hỏi công an xã, hoặc trang của tôi. "
            "Luật có thể không cho hiện một số dữ liệu, lượt xem."
        ),
    }


def _held(held: Held) -> list[tuple[str, str]]:
    lines = {line.code: line for _name, group in held.groups for line in group}
    doubt = _("chưa xác minh")
    return [
        (line.name, f"{line.value} ({doubt})" if line.is_doubtful else line.value)
        for line in (lines.get(code) for code in FIELDS)
        if line is not None
    ]


def _facts(one: Told) -> list[tuple[str, str]]:
    """What is in force; each with its source and day."""
    return [
        (f"{fact.name}: {fact.value}", f"{one.owner}, {day(fact.as_of)}")
        for fact in one.facts
        if not fact.is_over
    ]


def _said(one: LookLine) -> str:
    why = f"; {one.purpose}" if one.purpose else ""
    came = f" ({one.outcome})" if one.outcome else ""
    return f"{one.body}: {one.deed}{why}{came}"
