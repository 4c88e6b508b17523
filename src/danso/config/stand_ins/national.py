"""A stand-in of the national population service: a process that speaks as the real one is thought
to. **Assumed; the specification is not public.** It holds made-up people only, on loopback.

`/stand-in/...` is its back door: how it should behave, which changes happen, what is decided. With
[lgsp] in its settings it is reached as over a province's sharing axis.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import msgspec
from defusedxml.ElementTree import fromstring
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from danso.config.stand_ins.lgsp import Axis
from danso.config.stand_ins.register import Behaviour, Register
from danso.kernel import clock
from danso.wire.upstream import credentials, feed, lgsp, soap
from danso.wire.upstream.citizen import find, local
from danso.wire.upstream.setup import Setup

# A call signed longer ago or further ahead is refused.
_FRESH_SECONDS: Final = 300.0
_ANSWER: Final = "http://www.mic.gov.vn/dancu/1.0"


@dataclass
class NationalService:
    """One stand-in: whom it knows as caller, what it holds."""

    setup: Setup
    secret: str
    register: Register
    axis: Axis | None = field(init=False)
    # AuthHash of every question that was answered.
    officers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        caller = self.setup.lgsp
        self.axis = Axis(caller, lgsp.read_keys(self.secret).secret) if caller else None

    async def token(self, request: Request) -> Response:
        """On the road over the sharing axis: a token. What it is told to do wrong, it does here."""
        how = self.register.behaviour
        await asyncio.sleep(how.delay)
        if self.axis is None or how.mode in ("down", "garbage"):
            return Response("<html>", 503 if how.mode == "down" else 200)
        return await self.axis.token(request)

    async def verify(self, request: Request) -> Response:
        """XacThucThongTinCongDan: a boolean and nothing else."""
        return await self._answered(request, soap.VERIFY, self.setup.codes.verify)

    async def look_up(self, request: Request) -> Response:
        """TraCuuThongTinCongDan: the citizen message of whoever matches in all three."""
        return await self._answered(request, soap.LOOK_UP, self.setup.codes.look_up)

    async def changes(self, request: Request) -> Response:
        """The feed, by position."""
        if (wrong := await self._behave(request)) is not None:
            return wrong
        asked = msgspec.json.decode(await request.body(), type=feed.FeedQuestion)
        told = self.register.page(asked.after, asked.limit)
        return JSONResponse({"changes": told, "newest": len(self.register.changes)})

    async def requests(self, request: Request) -> Response:
        """Take in a wanted change."""
        if (wrong := await self._behave(request)) is not None:
            return wrong
        wanted = msgspec.json.decode(await request.body(), type=feed.ChangeWanted)
        return JSONResponse({"receipt": self.register.ask(msgspec.to_builtins(wanted))})

    async def answer(self, request: Request) -> Response:
        """What became of a wanted change."""
        if (wrong := await self._behave(request)) is not None:
            return wrong
        asked = msgspec.json.decode(await request.body(), type=feed.ReceiptQuestion)
        one = self.register.of_receipt(asked.receipt)
        return JSONResponse({name: one.get(name) for name in ("state", "text", "position")})

    async def behave(self, request: Request) -> Response:
        """Back door: behave like this from now on."""
        self.register.behaviour = Behaviour(**await request.json())
        self.register.save()
        return JSONResponse({})

    async def forget(self, _: Request) -> Response:
        """Back door: as if started in an empty folder."""
        self.register = Register(self.register.file)
        self.register.save()
        return JSONResponse({})

    async def happen(self, request: Request) -> Response:
        """Back door: this change happens now."""
        return JSONResponse({"position": self.register.emit(await request.json())})

    async def decide(self, request: Request) -> Response:
        """Back door: answer a wanted change."""
        asked = await request.json()
        self.register.decide(asked["receipt"], accept=asked["accept"], text=asked.get("text", ""))
        return JSONResponse({})

    async def state(self, _: Request) -> Response:
        """Back door: what it has seen. Its people are made up."""
        held = self.register
        return JSONResponse(
            {
                "asked": held.asked,
                "requests": held.requests,
                "newest": len(held.changes),
                "tokens": self.axis.handed_out if self.axis else 0,
                "officers": self.officers,
            }
        )

    async def _answered(self, request: Request, operation: str, code: str) -> Response:
        if (wrong := await self._behave(request)) is not None:
            return wrong
        root = fromstring(await request.body(), forbid_dtd=True)
        question = find(root, operation)
        if question is None or not self._is_in_order(question, code):
            return _soap(_fault("Client", "the request is not as agreed"), 500)
        self.register.asked.append(_text(question, "MaYeuCau"))
        self.officers.append(request.headers.get(lgsp.OFFICER_HEADER, ""))
        found = self.register.find(
            _text(question, "SoDinhDanh"),
            _text(question, "SoCMND"),
            _text(question, "HoVaTen"),
            _birth(question),
        )
        if operation == soap.VERIFY:
            told = f"<KetQuaXacThuc>{str(found is not None).lower()}</KetQuaXacThuc>"
        else:
            message = _citizen(found) * (2 if self.register.behaviour.mode == "double" else 1)
            told = f'<CongdanCollection xmlns="{_ANSWER}">{message}</CongdanCollection>'
        return bent(told, self.register.behaviour.mode)

    def _is_in_order(self, question: Element, code: str) -> bool:
        names = [local(one) for one in question]
        rightly = [name for name in soap.ORDER if name in names]
        return (
            names == rightly
            and "NgayThangNamSinh" in names
            and _text(question, "MaTichHop") == code
            and _text(question, "MaDonVi") == self.setup.caller.agency
            and bool(_text(question, "MaCanBo"))
            and _text(question, "MaYeuCau") not in self.register.asked
        )

    async def _behave(self, request: Request) -> Response | None:
        how = self.register.behaviour
        await asyncio.sleep(how.delay)
        if how.mode == "down":
            return Response("closed for now", 503)
        if how.mode == "fault":
            return _soap(_fault("Server", "an error of ours"), 500)
        if how.mode == "garbage":
            return Response("<html><body>Welcome to the hotel's network", media_type="text/html")
        if how.mode == "redirect":
            return RedirectResponse("http://127.0.0.1:9/elsewhere")
        if how.mode == "forget" and self.axis is not None:
            self.axis.tokens.clear()
            self.register.behaviour = Behaviour()
        if how.mode == "refuse" or not self._knows(request):
            return Response("not you", 401)
        return None

    def _knows(self, request: Request) -> bool:
        """The hash is of the address as the caller wrote it."""
        if self.axis is not None:
            return self.axis.lets_in(request)
        timestamp = request.headers.get(credentials.TIMESTAMP, "")
        scheme, _, coded = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or not timestamp.isdecimal():
            return False
        age = abs(clock.now().timestamp() - int(timestamp) / 1000)
        account, _, given = base64.b64decode(coded).decode().partition(":")
        url = self.setup.url(request.url.path)
        wanted = credentials.password(url, self.setup.caller.account, timestamp, self.secret)
        return (
            age < _FRESH_SECONDS
            and account == self.setup.caller.account
            and hmac.compare_digest(given, wanted)
        )


def stand_in(service: NationalService) -> Starlette:
    """The stand-in as an application."""
    where = service.setup.service
    routes = [
        Route(where.verify, service.verify, methods=["POST"]),
        Route(where.look_up, service.look_up, methods=["POST"]),
        *([Route(where.token, service.token, methods=["POST"])] if where.token else []),
        Route(where.changes, service.changes, methods=["POST"]),
        Route(where.requests, service.requests, methods=["POST"]),
        Route(f"{where.requests}/answer", service.answer, methods=["POST"]),
        Route("/stand-in/behave", service.behave, methods=["POST"]),
        Route("/stand-in/forget", service.forget, methods=["POST"]),
        Route("/stand-in/happen", service.happen, methods=["POST"]),
        Route("/stand-in/decide", service.decide, methods=["POST"]),
        Route("/stand-in/state", service.state),
    ]
    return Starlette(routes=routes)


def _text(element: Element, name: str) -> str:
    found = next((one for one in element if local(one) == name), None)
    return "" if found is None else (found.text or "").strip()


def _birth(question: Element) -> str:
    born = next(one for one in question if local(one) == "NgayThangNamSinh")
    day = _text(born, "NgayThangNam")
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else _text(born, "Nam")


def _soap(body: str, status: int = 200) -> Response:
    content = f'<s:Envelope xmlns:s="{soap.ENVELOPE}"><s:Body>{body}</s:Body></s:Envelope>'
    return Response(content, status, media_type="text/xml")


def bent(body: str, mode: str) -> Response:
    """The answer, or what a broken sender makes of it: `shape` another message, `encoding` in one
    that nobody knows, `bytes` not in the one it names, `entities` with names that grow."""
    if mode == "shape":
        return _soap("<Welcome/>")
    content = bytes(_soap(body).body)
    head = b'<?xml version="1.0" encoding="%s"?>'
    if mode == "encoding":
        content = head % b"x-vni" + content
    if mode == "bytes":
        content = head % b"utf-8" + content.replace(b"<s:Body>", b"<s:Body><Ten>NGUY\xaa</Ten>")
    if mode == "entities":
        grown = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 9) for n in range(1, 9))
        content = b'<!DOCTYPE s [<!ENTITY e0 "boom">' + grown + b"]>" + content
    return Response(content, media_type="text/xml")


def _fault(code: str, text: str) -> str:
    return f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>{text}</faultstring></s:Fault>"


def _citizen(person: dict[str, Any] | None) -> str:
    """The message as senders write it: the name whole and upper case in Ten."""
    if person is None:
        return ""
    held = {name: escape(str(value or "")) for name, value in person.items()}
    born = held["birth"]
    birth = f"<NgayThangNam>{born.replace('-', '')}</NgayThangNam>"
    if len(born) == 4:
        birth = f"<Nam>{born}</Nam>"
    detail = ", ".join(filter(None, (held["address"], held["hamlet"])))
    return (
        f'<CongDan SoCongDan="1" ThoiDiemDuLieu="{clock.today():%Y%m%d}" id="1">'
        f"<SoDinhDanh>{held['number']}</SoDinhDanh><SoCMND>{held['old_number']}</SoCMND>"
        f"<HoVaTen><Ho/><ChuDem/><Ten>{held['full_name'].upper()}</Ten></HoVaTen>"
        f"<GioiTinh>{held['sex']}</GioiTinh><DanToc>{held['ethnicity']}</DanToc>"
        f"<TonGiao>{held['religion']}</TonGiao>"
        f"<TinhTrangHonNhan>{held['marital_status']}</TinhTrangHonNhan><NhomMau>00</NhomMau>"
        f"<NgayThangNamSinh>{birth}</NgayThangNamSinh>"
        f"<ThuongTru><MaPhuongXa>{held['commune']}</MaPhuongXa><ChiTiet>{detail}</ChiTiet>"
        "<QuocGia>VN</QuocGia></ThuongTru>"
        f"<QuocTich>{held['nationality']}</QuocTich></CongDan>"
    )
