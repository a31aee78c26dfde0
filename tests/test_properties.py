"""What holds for every text: it reads without an error, spans slice back, every numeral is accounted for, once."""

import json
import re
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpiextract.model import Extraction, Source
from kpiextract.pipeline import reader
from kpiextract.rulebook import load_rules
from kpiextract.table import ledger_row, reading_row

SEEDS = Path(__file__).parent.parent / "seeds"
DIGITS = re.compile("[0-9０-９]+")
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)

HANZI = "零一二三四五六七八九"
PLACES = ["", "十", "百", "千"]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@cache
def sentences() -> list[str]:
    """The sentences of the sample reports, and their parts."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    whole = [s for s in re.findall(r"[^。\n]+[。\n]?", text) if s.strip()]
    return sorted({*whole, *(part for s in whole for part in re.findall(r"[^，、；：]+[，、；：]?", s))})


NUMERALS = st.one_of(
    st.integers(0, 10**12).map(str),
    st.decimals(0, 10**9, places=2).map(str),
    st.integers(1000, 10**9).map("{:,}".format),
    st.text("0123456789０１２３４５６７８９.,．，%％万亿年月日-—~～至", min_size=1, max_size=8),
    st.text("零〇一二三四五六七八九十百千万亿两几数余多半成第", min_size=1, max_size=6),
    st.sampled_from(["2022年", "“十四五”", "1—6月", "第3", "①", "（二）", "3.", "1.", "½", "²", "٣", "5G", "PM2.5"]),
)
SIGNS = st.one_of(
    st.sampled_from([*"“”‘’《》（）()[]【】〔〕、，。；：:！？%％‰…|#*\t\n\r \u3000\u00a0\u2028\ufeff\x00\x0b"]),
    st.sampled_from(["\n\n", "\r\n", "\n一、", "\n（一）", "\n# ", "\n1. ", "\n| ", " | ", "\n|---|---|\n", "\t"]),
)
UNITS = st.sampled_from(
    [
        "万元",
        "亿元",
        "个",
        "家",
        "名",
        "万人次",
        "个百分点",
        "平方米",
        "亩",
        "倍",
        "微克/立方米",
        "元/月",
        "余",
        "以上",
        "左右",
    ]
)
REPORTS = st.lists(
    st.one_of(st.deferred(lambda: st.sampled_from(sentences())), NUMERALS, SIGNS, UNITS), max_size=14
).map("".join)
TEXTS = st.one_of(REPORTS, st.text(max_size=60))


def read(text: str) -> Extraction:
    return reader(load_rules()).read(Source("-", text), None, years_as_rows=True)


def written(found: Extraction) -> bytes:
    rows = [*map(reading_row, found.readings), *map(ledger_row, found.ledger)]
    return json.dumps(rows, default=str, ensure_ascii=False).encode("utf-8", "surrogatepass")


@QUICK
@given(TEXTS)
@example("投资.0.00万元")
def test_every_text_reads_and_its_spans_slice_back(text: str) -> None:
    found = read(text)
    for reading in found.readings:
        assert text[reading.start : reading.end] == reading.quantity != ""
        assert reading.line == len(re.findall(r"\r\n|\n|\r", text[: reading.start])) + 1
    for entry in found.ledger:
        assert text[entry.start : entry.end] == entry.numeral != ""
    assert [r.start for r in found.readings] == sorted(r.start for r in found.readings)
    assert [e.start for e in found.ledger] == sorted(e.start for e in found.ledger)


@QUICK
@given(TEXTS)
@example("0左右1.6亿元。")
@example("02024年4月18日")
@example("一〇1000.00")
def test_the_ledger_has_every_numeral_once(text: str) -> None:
    ledger = read(text).ledger
    for before, after in pairwise(ledger):
        assert before.end <= after.start, (before, after)
    for run in DIGITS.finditer(text):
        around = [e for e in ledger if e.start < run.end() and run.start() < e.end]
        assert len(around) == 1, (run, around)
        assert around[0].start <= run.start() and run.end() <= around[0].end, (run, around)


@QUICK
@given(TEXTS)
def test_every_reading_stands_in_the_ledger_as_one(text: str) -> None:
    found = read(text)
    became = {"reading", "period"}
    for reading in found.readings:
        around = [e for e in found.ledger if e.start < reading.end and reading.start < e.end]
        assert any(e.became in became for e in around), (reading, around)
    for entry in found.ledger:
        if entry.became == "reading":
            assert any(r.start < entry.end and entry.start < r.end for r in found.readings), entry


@QUICK
@given(TEXTS)
def test_two_runs_give_the_same_bytes(text: str) -> None:
    assert written(read(text)) == written(read(text))


@settings(max_examples=10, deadline=None, database=None)
@given(TEXTS)
def test_a_new_reader_gives_the_same_bytes(text: str) -> None:
    first = written(read(text))
    reader.cache_clear()
    assert written(read(text)) == first


def in_hanzi(number: int) -> str:
    """A whole number below 10^16 in Chinese characters."""
    for size, sign in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            zero = "零" if low and low < size // 10 else ""
            return in_hanzi(high) + sign + zero + (in_hanzi(low) if low else "")
    if number == 0:
        return "零"
    out = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            out += HANZI[digit] + PLACES[place]
        elif out and number % 10**place and not out.endswith("零"):
            out += "零"
    return out


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10, "一十"),
        (105, "一百零五"),
        (20_050, "二万零五十"),
        (100_010_000, "一亿零一万"),
        (10**12 + 10**8, "一万零一亿"),
        (1_0203_0000_0405, "一万零二百零三亿零四百零五"),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, said: str) -> None:
    assert in_hanzi(number) == said


WAYS = {
    "digits": str,
    "wide digits": lambda number: str(number).translate(WIDE),
    "grouped": "{:,}".format,
    "hanzi": in_hanzi,
    "hanzi with 两": lambda number: re.sub("(?<!十)二(?=[百千万亿])", "两", in_hanzi(number)),
    "of 万": lambda number: f"{Decimal(number).scaleb(-4):f}万",
    "of 亿": lambda number: f"{Decimal(number).scaleb(-8):f}亿",
}


@pytest.mark.parametrize("way", WAYS)
@settings(QUICK, max_examples=60)
@given(st.one_of(st.integers(1, 10**16 - 1), st.integers(1, 10**5), st.integers(1, 9999).map(lambda n: n * 10**8)))
def test_a_number_reads_as_itself_however_it_is_written(way: str, number: int) -> None:
    text = f"全市登记企业达到{WAYS[way](number)}家。"
    found = read(text)
    assert [entry.value for entry in found.ledger] == [number], text
    assert number < 10 or [(r.value, r.name) for r in found.readings] == [(number, "登记企业")], text


WRITTEN = {
    "digits of full width": str.maketrans("0123456789", "０１２３４５６７８９"),
    "plain punctuation": str.maketrans("，；：（）！？", ",;:()!?"),
}


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem.encode("punycode").decode())
@pytest.mark.parametrize("writing", WRITTEN)
def test_another_way_to_write_the_same_signs_is_read_alike(path: Path, writing: str) -> None:
    """What a document says does not hang on the width of its digits or marks."""
    text = path.read_text(encoding="utf-8")

    def said(of: str) -> list[tuple[object, ...]]:
        return [
            (r.start, r.value, r.value_high, r.unit, r.bound, r.aspect, r.direction, r.period, r.status)
            for r in reader(load_rules()).read(Source("-", of), 2023).readings
        ]

    assert said(text.translate(WRITTEN[writing])) == said(text)
