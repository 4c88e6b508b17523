"""A stand-in of a court's electronic case management. It holds made-up cases only, on loopback, and
talks to a gateway as a court would: with its own key, through the client. **No court's real system
was seen**: its pages, states and names are ours.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from danso.client import Court, Refused, Unreachable, Who, Why, check_record
from danso.client.courts import Approval, Case, Decision, Party, Sought

CASES: Final = "cases.json"
KEYS: Final = "keys.txt"
NOTICE: Final = "Hệ thống quản lý án GIẢ LẬP (stand-in): vụ án bịa đặt, không của tòa án nào."
_PAGE: Final = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Stand-in</title>
<h1>{notice}</h1><table border="1"><tr><th>#</th><th>Vụ án</th><th>Đương sự</th><th>Xác thực</th>
<th>Tìm người</th><th>Quyết định</th></tr>{rows}</table></html>"""


T = TypeVar("T")


class Unfit(Exception):
    """What was asked lacks a member, or has one that there is not."""


def _made(kind: type[T], said: Any) -> T:
    try:
        return kind(**said)
    except TypeError as error:
        raise Unfit(str(error)) from error


@dataclass
class ECases:
    """Cases of one court, kept in its folder: what it knows, and what the gateway answered."""

    folder: Path
    court: Court
    purpose: str

    @property
    def keys(self) -> list[str]:
        """The journal's verifier keys that this court keeps."""
        path = self.folder / KEYS
        return path.read_text().split() if path.exists() else []

    @property
    def cases(self) -> list[dict[str, Any]]:
        """All cases as they stand."""
        path = self.folder / CASES
        found: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
        return found

    def keep(self, cases: list[dict[str, Any]]) -> None:
        """Write them down."""
        text = json.dumps(cases, ensure_ascii=False, indent=1)
        (self.folder / CASES).write_text(text, encoding="utf-8")

    def check(self, case: dict[str, Any], asked: Mapping[str, Any]) -> None:
        """Pull: all parties of the case, as the file says them."""
        answer = self.court.parties(
            self._why(case),
            _case(case),
            [_made(Party, party) for party in case["parties"]],
            fields=asked.get("fields", ()),
            as_of=asked.get("as_of"),
        )
        case["checked"] = msgspec.to_builtins(answer)

    def file_record(self, case: dict[str, Any], asked: Mapping[str, Any]) -> None:
        """Pull: the record for the file, checked with the keys that the court keeps."""
        del asked
        why, key = self._why(case), case["checked"]["record"]
        record = self.court.record(why, key)
        (self.folder / f"{key}.json").write_text(json.dumps(record, ensure_ascii=False))
        (self.folder / f"{key}.pdf").write_bytes(self.court.record_pdf(why, key))
        case["filed"] = {"record": key, "faults": check_record(record, self.keys)}

    def seek(self, case: dict[str, Any], asked: Mapping[str, Any]) -> None:
        """Push: a request for somebody without a number, as a judge approved it. Once each."""
        approval = _made(Approval, asked.get("approval"))
        once = f"{case['number']} {approval.decision}"
        answer = self.court.seek(
            self._why(case),
            _case(case),
            _made(Sought, asked.get("sought")),
            approval,
            asked.get("reason", ""),
            key=hashlib.sha256(once.encode()).hexdigest(),
        )
        case["sought"] = msgspec.to_builtins(answer)

    def look_for(self, case: dict[str, Any], asked: Mapping[str, Any]) -> None:
        """Pull: what the police answered; whoever was found becomes a party to be checked."""
        answer = self.court.sought(self._why(case), case["sought"]["request"])
        case["sought"] = msgspec.to_builtins(answer)
        if answer.person is not None:
            found = msgspec.to_builtins(answer.person)
            party = {"role": asked["role"], **found}
            if party not in case["parties"]:
                case["parties"].append(party)

    def decide(self, case: dict[str, Any], asked: Mapping[str, Any]) -> None:
        """Push: what was decided about one of its people."""
        answer = self.court.decide(
            self._why(case),
            _case(case),
            _made(Who, asked.get("person")),
            _made(Decision, asked.get("decision")),
        )
        case["decided"] = msgspec.to_builtins(answer)

    def follow(self, case: dict[str, Any], asked: Mapping[str, Any]) -> None:
        """Pull: where the decision stands."""
        del asked
        answer = self.court.decided(self._why(case), case["decided"]["decision"])
        case["decided"] = msgspec.to_builtins(answer)

    def _why(self, case: Mapping[str, Any]) -> Why:
        return Why(
            purpose=self.purpose,
            procedure=case["procedure"],
            file_code=case["number"],
            officer=case["officer"],
        )


def stand_in(cases: ECases) -> Starlette:
    """The stand-in as an application: POST /cases adds a case, POST /cases/N/DEED does a thing."""
    deeds: dict[str, Callable[[dict[str, Any], Mapping[str, Any]], None]] = {
        "check": cases.check,
        "record": cases.file_record,
        "seek": cases.seek,
        "sought": cases.look_for,
        "decide": cases.decide,
        "decided": cases.follow,
    }

    async def page(_: Request) -> Response:
        rows = "".join(map(_row, enumerate(cases.cases)))
        return HTMLResponse(_PAGE.format(notice=NOTICE, rows=rows))

    async def listed(_: Request) -> Response:
        return JSONResponse({"notice": NOTICE, "cases": cases.cases})

    async def add(request: Request) -> Response:
        known = cases.cases
        known.append(await request.json())
        cases.keep(known)
        return JSONResponse({"case": len(known) - 1}, 201)

    async def do(request: Request) -> Response:
        known, place = cases.cases, request.path_params["place"]
        deed = deeds.get(request.path_params["deed"])
        if deed is None or place >= len(known):
            return JSONResponse({"code": "unknown"}, 404)
        asked = await request.json()
        if (wrong := await run_in_threadpool(_tried, deed, known[place], asked)) is not None:
            return wrong
        cases.keep(known)
        return JSONResponse(known[place])

    routes = [
        Route("/", page),
        Route("/cases", listed),
        Route("/cases", add, methods=["POST"]),
        Route("/cases/{place:int}/{deed}", do, methods=["POST"]),
    ]
    return Starlette(routes=routes)


def _tried(
    deed: Callable[[dict[str, Any], Mapping[str, Any]], None],
    case: dict[str, Any],
    asked: Mapping[str, Any],
) -> Response | None:
    """Do it; what went wrong as an answer."""
    try:
        deed(case, asked)
    except Unfit as unfit:
        return JSONResponse({"code": "body_unfit", "message": str(unfit)}, 422)
    except Refused as refusal:
        return JSONResponse({"code": refusal.code}, 409)
    except Unreachable:
        return JSONResponse({"code": "unreachable"}, 502)
    return None


def _case(case: Mapping[str, Any]) -> Case:
    return Case(case["number"], case["court"], case.get("division", ""))


def _row(numbered: tuple[int, Mapping[str, Any]]) -> str:
    place, case = numbered
    checked = ", ".join(one["code"] for one in case.get("checked", {}).get("parties", ()))
    cells = (
        str(place),
        case["number"],
        str(len(case["parties"])),
        checked or "–",
        case.get("sought", {}).get("state", "–"),
        case.get("decided", {}).get("state", case.get("decided", {}).get("result", "–")),
    )
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
