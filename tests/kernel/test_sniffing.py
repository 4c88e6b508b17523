"""Files tell their encoding."""

import unicodedata

import pytest

from danso.kernel.errors import InvalidValue
from danso.kernel.legacy import encode_tcvn3, encode_vni
from danso.kernel.sniffing import decode_bytes, reading_of, sniff

FILE = (
    "Họ và tên;Ngày sinh;Ghi chú\n"
    "Nguyễn Văn Ánh;1965;“đã xác minh”\n"
    "Trần Thị Thúy;1970;\n"
    "ĐỖ ĐÌNH QUÝ;1980;\n"
    "Hoàng Thị Hương;21/03/1985;thôn Đông – xã Nga An\n"
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_cp1258(text: str) -> bytes:
    """The Windows page for Vietnamese: vowels whole, tones as marks of their own."""
    encoded = b""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        base = "".join(c for c in parts if c not in TONES)
        tones = "".join(c for c in parts if c in TONES)
        encoded += (unicodedata.normalize("NFC", base) + tones).encode("cp1258")
    return encoded


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (FILE.encode("utf-8"), "utf-8"),
        (FILE.encode("utf-8-sig"), "utf-8-sig"),
        (FILE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + FILE.encode("utf-16-be"), "utf-16"),
        (FILE.encode("utf-16-le"), "utf-16-le"),
        (FILE.encode("utf-16-be"), "utf-16-be"),
        (in_cp1258(FILE), "cp1258"),
        (encode_tcvn3(FILE).encode("cp1252"), "tcvn3"),
        (encode_vni(FILE).encode("cp1252"), "vni"),
    ],
)
def test_a_file_in_each_encoding_is_recognised_and_read(data: bytes, encoding: str) -> None:
    assert sniff(data) == encoding
    assert decode_bytes(data, encoding) == FILE


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"Nguyen Van An;1965\n", "utf-8"),
        ("Jos\xe9 M\xfcller".encode("cp1252"), "cp1252"),
        ("Nguyễn".encode()[:-1], "utf-8"),
        ("Nguyễn"[:5].encode()[:-1], "utf-8"),
    ],
)
def test_other_beginnings(data: bytes, encoding: str) -> None:
    assert sniff(data) == encoding


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00\x06\x00\x08\x00", b"\0" * 40, b"ab\0cdefgh"])
def test_a_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidValue) as caught:
        sniff(data)
    assert caught.value.code == "file_binary"


def test_a_file_in_another_encoding_than_said_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        decode_bytes(b"abc \xff\xff", "utf-8")
    assert caught.value.code == "encoding_mismatch"
    assert "Byte 4" in str(caught.value)


def test_western_files_keep_their_quotes() -> None:
    assert decode_bytes(b"\x93Jos\xe9\x94", "cp1252") == "“José”"


def test_a_legacy_file_can_be_read_cell_by_cell() -> None:
    reading = reading_of("vni")
    cell = "Ñoã Thò AÙnh".encode("cp1252").decode(reading.codec)
    assert (reading.encoding, reading.convert(cell)) == ("vni", "Đỗ Thị Ánh")
