"""The letters of `letters.toml` go in, the functions that print and mend with them come out."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any


@cache
def letters() -> dict[str, Any]:
    """What `letters.toml` holds."""
    return tomllib.loads(Path(__file__).with_name("letters.toml").read_text(encoding="utf-8"))


@cache
def radical_map() -> dict[int, str]:
    """Code points of radicals and the characters they stand for."""
    kangxi = {point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)}
    return kangxi | {ord(radical): character for radical, character in letters()["radicals"].items()}


def number_text(number: int, style: str) -> str:
    """A number as Word prints it in a list of the style (a `w:numFmt`); decimal where the style is not known."""
    if style in ("none", "bullet") or number < 0:
        return ""
    if style == "decimalZero":
        return f"{number:02}"
    if style in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    if style in ("upperLetter", "lowerLetter") and number > 0:
        letter = chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letter if style == "upperLetter" else letter.lower()
    if style == "numberInDash":
        return f"- {number} -"
    table = letters()
    if style in table["series"] and 0 < number <= len(table["series"][style]):
        return str(table["series"][style][number - 1])
    if style in table["digits"]:
        return "".join(table["digits"][style][int(digit)] for digit in str(number))
    if style in table["counting"] and number < 10_000:
        return _counted(number, **table["counting"][style])
    return str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
        (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    text = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _counted(number: int, digits: str, places: str, ten: bool) -> str:
    if number == 0:
        return digits[0]
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + (places[place - 1] if place else "")
        gap = digit == 0
    return text[1:] if ten and 10 <= number < 20 else text
