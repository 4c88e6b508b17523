"""VNI for Windows: a letter is its base and a mark of its own, two cp1252 characters ("eã" = ễ)."""

import re
import unicodedata
from typing import Final

_ROWS: Final = {
    "aáàảãạ": "a aù aø aû aõ aï",
    "âấầẩẫậ": "aâ aá aà aå aã aä",
    "ăắằẳẵặ": "aê aé aè aú aü aë",
    "eéèẻẽẹ": "e eù eø eû eõ eï",
    "êếềểễệ": "eâ eá eà eå eã eä",
    "iíìỉĩị": "i í ì æ ó ò",
    "oóòỏõọ": "o où oø oû oõ oï",
    "ôốồổỗộ": "oâ oá oà oå oã oä",
    "ơớờởỡợ": "ô ôù ôø ôû ôõ ôï",
    "uúùủũụ": "u uù uø uû uõ uï",
    "ưứừửữự": "ö öù öø öû öõ öï",
    "yýỳỷỹỵ": "y yù yø yû yõ î",
    "đ": "ñ",
}
_SMALL: Final = {
    letter: code
    for letters, codes in _ROWS.items()
    for letter, code in zip(letters, codes.split(), strict=True)
    if letter != code
}
_ENCODE: Final = _SMALL | {letter.upper(): code.upper() for letter, code in _SMALL.items()}
# Some keyboards typed the small mark after a capital: "Aùnh" for "Ánh".
_DECODE: Final = {code[0].upper() + code[1:]: letter.upper() for letter, code in _SMALL.items()} | {
    code: letter for letter, code in _ENCODE.items()
}
_CODE: Final = re.compile("|".join(sorted(_DECODE, key=len, reverse=True)))


def decode_vni(text: str) -> str:
    """Vietnamese from VNI text as cp1252 shows it: "Nguyeãn Vaên" -> "Nguyễn Văn"."""
    composed = unicodedata.normalize("NFC", text)
    return _CODE.sub(lambda code: _DECODE[code.group()], composed)


def encode_vni(text: str) -> str:
    """The text as VNI looks in cp1252."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_ENCODE.get(letter, letter) for letter in composed)
