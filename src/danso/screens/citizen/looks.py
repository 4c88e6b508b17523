"""Who looked at me: every entry of the journal about the person, newest first, each with a proof
that the reader's own browser checks against a tree head they may have kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from danso.kernel import clock
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import InclusionProof, Looker, LookFilter, NotSealedYet
from danso.modules.identity.data import MandateScope
from danso.screens.citizen import look_words
from danso.screens.citizen.holder import Holder, of_holder
from danso.screens.citizen.look_lines import folds_by_day, line_of
from danso.screens.citizen.mandates import mandataries
from danso.screens.citizen.my_data import own_look
from danso.wire.head import verifier_key

PAGE: Final = 40
# Unless all are asked for, the reader's own visits are left out: they would bury the rest.
ALL: Final = "tat-ca"
SPANS: Final = {"30": 30, "365": 365}


@of_holder(scope=MandateScope.SEE_LOOKS)
@require_safe
def looks(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The list by day. Only codes of bodies and purposes ever stand in the address."""
    mine = holder.mine
    wanted = _wanted(request, mine)
    number = _number(request.GET.get("trang", "1")) or 1
    with audit.carried_out(own_look(holder, "my_looks")):
        found = audit.entries_about(
            holder.person,
            also=holder.keys,
            wanted=wanted,
            limit=PAGE + 1,
            offset=(number - 1) * PAGE,
        )
        known = audit.lookers_of(holder.person, also=holder.keys)
    names = {} if holder.acting else mandataries(holder.account)
    lines = [line_of(one, mine, names) for one in found[:PAGE]]
    context = {
        "other": holder.other,
        "days": folds_by_day(lines),
        "previous": _page(request, number - 1) if number > 1 else "",
        "following": _page(request, number + 1) if len(found) > PAGE else "",
        "chosen": request.GET,
        "is_filtered": any(request.GET.get(name) for name in ("ai", "vi", "luc")),
        "bodies": _bodies(known),
        "purposes": _purposes(known),
        "spans": [
            ("", gettext("Bất kỳ lúc nào")),
            ("30", gettext("30 ngày qua")),
            ("365", gettext("Một năm qua")),
        ],
    }
    return render(request, "citizen/looks.html", context)


@of_holder(scope=MandateScope.SEE_LOOKS)
@require_safe
def look(request: HttpRequest, holder: Holder, reference: str) -> HttpResponse:
    """One entry with all it says, and its proof under the newest head."""
    mine = holder.mine
    with audit.carried_out(own_look(holder, "my_looks")):
        found = audit.get_look(holder.person, reference, also=holder.keys)
        try:
            proven = audit.prove_look(holder.person, reference, also=holder.keys)
        except NotSealedYet:
            proven = None
    context = {
        "other": holder.other,
        "line": line_of(found, mine, {} if holder.acting else mandataries(holder.account)),
        "look": found,
        "proof": _proof_file(proven) if proven else None,
        "head": proven.head.head if proven else None,
        # One complains about what others did to one's own, once it stands under a signed head.
        "complain": bool(proven) and not holder.acting and found.actor.id != mine,
    }
    return render(request, "citizen/look.html", context)


@of_holder(scope=MandateScope.SEE_LOOKS)
@require_safe
def proof(request: HttpRequest, holder: Holder, reference: str) -> HttpResponse:
    """The proof as a file, under the newest head or (`?size=N`) the one that somebody kept."""
    asked = request.GET.get("size", "")
    try:
        with audit.carried_out(own_look(holder, "my_looks")):
            found = audit.prove_look(
                holder.person, reference, also=holder.keys, size=_number(asked) if asked else None
            )
    except (NotFound, InvalidValue) as error:
        return JsonResponse({"code": error.code}, status=404)
    answer = JsonResponse(_proof_file(found), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="bang-chung-{reference}.json"'
    return answer


def _proof_file(found: InclusionProof) -> dict[str, Any]:
    """What tools/check_journal.py and the page's own script read."""
    origin = found.head.head.origin
    return {
        "position": found.position,
        "second": found.second,
        "salt": (found.salt or b"").hex(),
        "entry": found.entry or "",
        "path": [node.hex() for node in found.path],
        "head": found.head.note(),
        "keys": [verifier_key(origin, key) for key in audit.public_keys().values()],
    }


def _wanted(request: HttpRequest, mine: str) -> LookFilter:
    looker = request.GET.get("ai", "")
    days = SPANS.get(request.GET.get("luc", ""))
    return LookFilter(
        first=clock.today() - timedelta(days=days) if days else None,
        looker="" if looker == ALL else looker,
        purpose=request.GET.get("vi", ""),
        without="" if looker == ALL else mine,
    )


def _bodies(known: list[Looker]) -> list[tuple[str, str]]:
    """Whom the list can be narrowed to."""
    keys = dict.fromkeys(one.looker for one in known if one.looker != "citizen")
    named = sorted(((key, look_words.looker_text(key)) for key in keys), key=lambda one: one[1])
    return [("", gettext("Mọi người khác")), (ALL, gettext("Tất cả, cả lượt của bạn")), *named]


def _purposes(known: list[Looker]) -> list[tuple[str, str]]:
    codes = dict.fromkeys(one.purpose for one in known if one.purpose)
    named = sorted(
        ((code, look_words.purpose_text(code)) for code in codes), key=lambda one: one[1]
    )
    return [("", gettext("Bất kỳ mục đích nào")), *named]


def _page(request: HttpRequest, number: int) -> str:
    kept = {name: request.GET[name] for name in ("ai", "vi", "luc") if request.GET.get(name)}
    return f"?{urlencode({**kept, 'trang': number})}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


ROUTES: Final[list[URLPattern]] = [
    path("ai-da-xem/", looks, name="looks"),
    path("ai-da-xem/<slug:reference>/", look, name="look"),
    path("ai-da-xem/<slug:reference>/bang-chung.json", proof, name="proof"),
]
