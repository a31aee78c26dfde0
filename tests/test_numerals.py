"""What the number grammar promises: every way to write a number is read, exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiextract.numerals import Grammar
from kpiextract.rulebook import load_rules

GRAMMAR = Grammar(load_rules())

PLAIN = "零一二三四五六七八九"
FINANCIAL = "零壹贰叁肆伍陆柒捌玖"


def read(text: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Value, high end and bound of a text that is one numeral from end to end."""
    match = GRAMMAR.pattern.match(text)
    assert match is not None, "no numeral"
    assert match.group() == text, "read in part only"
    numeral = GRAMMAR.read(text)
    return numeral.value, numeral.high, numeral.bound


VALUES = {
    "2500": "2500",
    "２５００": "2500",
    "1,234,567": "1234567",
    "１，１２３": "1123",
    "12.50": "12.5",
    "5.31万": "53100",
    "１２万": "120000",
    "1000亿": "100000000000",
    "4.78万亿": "4780000000000",
    "10万万": "1000000000",
    "2万5千": "25000",
    "1万2千3百": "12300",
    "7 万5 千4 百": "75400",
    "3万4000": "34000",
    "1万600": "10600",
    "1百01": "101",
    "1千零20": "1020",
    "200亿零四千230": "20000004230",
    "6 0 0亿": "60000000000",
    "74.4\n\u200b\n万亿": "74400000000000",
    "十": "10",
    "十五": "15",
    "一百零一": "101",
    "一百十一": "111",
    "两千零一十二": "2012",
    "五亿零六": "500000006",
    "一千零一万零一": "10010001",
    "四十五亿四千零四万": "4540040000",
    "五兆六十二亿四万五千二": "5006200045200",
    "四千五百六十九万八千三百一十一亿四千八百七十二万五千三百八十二": "4569831148725382",
    "二百五": "250",
    "三万五": "35000",
    "两千六": "2600",
    "一百二十万三": "1203000",
    "百三": "130",
    "壹佰伍拾": "150",
    "拾万零五十六": "100056",
    "七十八萬五佰零六": "780506",
    "廿二": "22",
    "卅一": "31",
    "二〇二四": "2024",
    "一七二零": "1720",
    "幺三五七": "1357",
    "三点一四": "3.14",
    "一百点123": "100.123",
    "二十点一万": "201000",
    "一千六点五": "1600.5",
    "四点 五": "4.5",
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=range(len(VALUES)))
def test_value(text: str, value: str) -> None:
    """A numeral is read whole, and exactly."""
    assert read(text) == (Decimal(value), None, "=")


RANGES = {
    "三五百": (300, 500),
    "七八": (7, 8),
    "十七八": (17, 18),
    "四五十万": (400000, 500000),
    "一两百": (100, 200),
    "七百三四十": (730, 740),
    "四十五六万": (450000, 460000),
    "一万六七": (16000, 17000),
    "二三十": (20, 30),
}


@pytest.mark.parametrize(("text", "ends"), RANGES.items(), ids=range(len(RANGES)))
def test_approximate_run(text: str, ends: tuple[int, int]) -> None:
    """Two digits in a row are a range; what surrounds them holds for both."""
    assert read(text) == (Decimal(ends[0]), Decimal(ends[1]), "=")


VAGUE = {
    "200余": (200, ">"),
    "1亿3千多万": (130000000, ">"),
    "90余万": (900000, ">"),
    "几千万": (10000000, ">"),
    "数十": (10, ">"),
    "十几亿": (1000000000, ">"),
    "二百三十余万": (2300000, ">"),
    "三千四百五十几万": (34500000, ">"),
    "十来": (10, "~"),
}


@pytest.mark.parametrize(("text", "meaning"), VAGUE.items(), ids=range(len(VAGUE)))
def test_vague(text: str, meaning: tuple[int, str]) -> None:
    """The vague characters inside give the bound."""
    assert read(text) == (Decimal(meaning[0]), None, meaning[1])


@pytest.mark.parametrize("text", ["十百千万", "万千", "百百", "一千一千"], ids=range(4))
def test_no_number(text: str) -> None:
    """Characters that make no number have no value."""
    assert GRAMMAR.read(text).value is None


@pytest.mark.parametrize(
    ("text", "numeral"),
    [
        ("40万3岁", "40万"),
        ("390万65岁", "390万"),
        ("2025十大", "2025"),
        ("20百分点", "20"),
        ("三点二十", "三"),
        ("二两", "二"),
    ],
    ids=range(6),
)
def test_end_of_numeral(text: str, numeral: str) -> None:
    """A numeral ends where the next begins."""
    match = GRAMMAR.pattern.match(text)
    assert match is not None and match.group() == numeral


def section(number: int, digits: str, units: str) -> str:
    """A number below 10,000 in Chinese characters."""
    out, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            out += (digits[0] if zero and out else "") + digits[digit] + (units[place - 1] if place else "")
            zero = False
        else:
            zero = True
    return out


def spell(number: int, digits: str = PLAIN, units: str = "十百千") -> str:
    """A number below 10^16 in Chinese characters, as it is taught."""
    if number == 0:
        return digits[0]
    out = ""
    for power, scale in ((12, "万亿"), (8, "亿"), (4, "万"), (0, "")):
        part = number // 10**power % 10000
        if part:
            out += (digits[0] if out and part < 1000 else "") + section(part, digits, units) + scale
    return out.replace("万亿", "万", 1) if "万亿" in out and number // 10**8 % 10000 else out


numbers = (
    st.integers(0, 10**16 - 1)
    | st.integers(0, 10**6)
    | st.builds(lambda a, b: a * 10**b, st.integers(1, 99), st.integers(0, 14))
)


@settings(max_examples=150, deadline=None)
@given(numbers)
def test_chinese_round_trip(number: int) -> None:
    """What is written in characters, plain or financial, reads back."""
    assert read(spell(number))[0] == number
    assert read(spell(number, FINANCIAL, "拾佰仟"))[0] == number


@settings(max_examples=150, deadline=None)
@given(numbers, st.sampled_from(["plain", "thousands", "wide", "string"]))
def test_digits_round_trip(number: int, style: str) -> None:
    """What is written in digits, of any width and with thousands marks, or as a string of characters, reads back."""
    text = {"plain": f"{number}", "thousands": f"{number:,}"}.get(style, f"{number}")
    if style == "wide":
        text = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if style == "string":
        text = text.translate(str.maketrans("0123456789", "〇" + PLAIN[1:]))
        if len(text) == 2:
            return  # two characters may be an approximate run
    assert read(text)[0] == number


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**8), st.integers(0, 4), st.sampled_from(["", "万", "亿", "万亿"]))
def test_scaled_decimals_round_trip(mantissa: int, places: int, scale: str) -> None:
    """A decimal and a multiplier give the exact product."""
    number = Decimal(mantissa).scaleb(-places)
    power = {"": 0, "万": 4, "亿": 8, "万亿": 12}[scale]
    assert read(f"{number:f}{scale}")[0] == number * 10**power


def test_huge_numbers() -> None:
    """Ten thousand digits are exact; a run of multipliers has no value and takes no time."""
    value = read("7" * 10_000 + "万")[0]
    assert value is not None and len(value.as_tuple().digits) + int(value.as_tuple().exponent) == 10_004
    assert read("万亿" * 5_000)[0] is None
    assert read("一千" * 50_000)[0] is None
