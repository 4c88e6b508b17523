"""A file code as bars and squares: what a hand reader at the desk and a telephone read. SVG."""

from __future__ import annotations

from io import BytesIO

import segno
from barcode import Code128
from barcode.writer import SVGWriter


def bars(code: str) -> str:
    """Code 128 without its text, which stands beside it."""
    written = BytesIO()
    Code128(code, writer=SVGWriter()).write(
        written, {"write_text": False, "quiet_zone": 2, "module_height": 9}
    )
    return written.getvalue().decode()


def qr_of(content: str) -> segno.QRCode:
    """A QR, model 2, level M: a fold or a stain may cost it a seventh."""
    return segno.make(content, micro=False, error="m", boost_error=False)


def squares(content: str) -> str:
    """The QR as a picture."""
    written = BytesIO()
    qr_of(content).save(written, kind="svg", border=2, xmldecl=False)
    return written.getvalue().decode()
