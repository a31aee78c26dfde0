"""What the scanner promises: every numeral once, with unit, kind, exact value, range and bound."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiextract.model import Mention
from kpiextract.quantities import QuantityScanner
from kpiextract.rulebook import load_rules

SCANNER = QuantityScanner(load_rules())


def found(text: str) -> list[str]:
    """The mentions of a text, each as `quantity=value[..high] unit kind bound`."""
    out = []
    for m in SCANNER.find(text):
        high = "" if m.value_high is None else f"..{m.value_high:f}"
        value = "" if m.value is None else f"{m.value:f}"
        out.append(f"{text[m.start : m.end]}={value}{high} {m.unit} {m.kind} {m.bound}")
    return out


CASES = [
    # units, multipliers, spans
    ("服务5.31万家次", ["5.31万家次=53100 家次 count ="]),
    ("种草12.3万亩、1亩", ["12.3万亩=82000000 平方米 area =", "1亩=666.666667 平方米 area ="]),
    ("出生率1.2‰", ["1.2‰=0.12 % percent ="]),
    (
        "占三成，五分之一，一半，过半",
        ["三成=30 % percent =", "五分之一=20 % percent =", "一半=50 % percent =", "过半=50 % percent >"],
    ),
    (
        "三又三分之一、3/4、三成半",
        ["三又三分之一=333.333333 % percent =", "3/4=75 % percent =", "三成半=35 % percent ="],
    ),
    (
        "百分之三点五，百分百，千分之五",
        ["百分之三点五=3.5 % percent =", "百分百=100 % percent =", "千分之五=0.5 % percent ="],
    ),
    ("用电1000亿度", ["1000亿度=100000000000 千瓦时 energy ="]),
    ("装机600万千瓦，一百千瓦", ["600万千瓦=6000000 千瓦 power =", "一百千瓦=100 千瓦 power ="]),
    ("20亿元人民币，3.5亿美元", ["20亿元人民币=2000000000 元 amount =", "3.5亿美元=350000000 美元 amount ="]),
    (
        "五元三角二分，50元6角三分，五块三",
        ["五元三角二分=5.32 元 amount =", "50元6角三分=50.63 元 amount =", "五块三=5.3 元 amount ="],
    ),
    ("22微克/立方米，94.5万元/人", ["22微克/立方米=22 微克/立方米 measure =", "94.5万元/人=945000 元/人 measure ="]),
    ("五十年一遇，1.2吨标准煤", ["五十年一遇=50 年一遇 measure =", "1.2吨标准煤=1.2 吨标准煤 measure ="]),
    ("25台（套），3头(只)", ["25台（套）=25 台 count =", "3头(只)=3 头 count ="]),
    ("97万余户，200 余场", ["97万余户=970000 户 count >", "200 余场=200 场 count >"]),
    (
        "三年半，两个半小时，半年",
        ["三年半=3.5 年 duration =", "两个半小时=2.5 小时 duration =", "半年=0.5 年 duration ="],
    ),
    (
        "两个多月，3个多百分点，用时1小时30分钟",
        ["两个多月=2 个月 duration >", "3个多百分点=3 百分点 point >", "1小时30分钟=1.5 小时 duration ="],
    ),
    (
        "3万多元，200多头，多头管理200多元化渠道",
        ["3万多元=30000 元 amount >", "200多头=200 头 count >", "200=200  count ="],
    ),
    (
        "投资5个亿，引进5个亿元项目",
        ["5个亿=500000000  count =", "5个=5 个 count =", "亿元=100000000 元 amount ="],
    ),
    (
        "浓度3.2×10-3毫克/升，共1.5×10^4人，值为1.5E+08",
        ["3.2×10-3毫克/升=0.0032 毫克/升 measure =", "1.5×10^4人=15000 人 count =", "1.5E+08=150000000  count ="],
    ),
    (
        "服务1 200余人次，见附表1 200家，产量12 345.6吨",
        ["1 200余人次=1200 人次 count >", "1=1  count =", "200家=200 家 count =", "12 345.6吨=12345.6 吨 mass ="],
    ),
    (
        "USD 300万，融资$5.5m，厂房3000平",
        ["300万=3000000 美元 amount =", "5.5m=5500000 美元 amount =", "3000平=3000 平方米 area ="],
    ),
    ("比例为3比2，得分95比90高", ["3比2=3 ∶ ratio =", "95=95  count =", "90=90  count ="]),
    (
        "八百块八毛三，一块七毛五，三丈六尺，一又三分之二倍",
        [
            "八百块八毛三=800.83 元 amount =",
            "一块七毛五=1.75 元 amount =",
            "三丈六尺=12 米 length =",
            "一又三分之二倍=1.666667 倍 multiple =",
        ],
    ),
    (
        "共1，234，567人，摄氏25度，分别为120，225家",
        ["1，234，567人=1234567 人 count =", "25度=25 ℃ measure =", "120=120  count =", "225家=225 家 count ="],
    ),
    ("占全国近半，近半年", ["半=50 % percent ~", "半年=0.5 年 duration ~"]),
    ("3斤5两，每小时十公里", ["3斤5两=0.00175 吨 mass =", "十公里=10 公里/小时 speed ="]),
    ("￥300，HKD13.5，人民币 8千元", ["300=300 元 amount =", "13.5=13.5 港元 amount =", "8千元=8000 元 amount ="]),
    # neighbours
    ("20.9万户69.3万人", ["20.9万户=209000 户 count =", "69.3万人=693000 人 count ="]),
    ("40万3岁以下婴幼儿", ["40万=400000  count =", "3岁=3 岁 measure <="]),
    ("惠及14亿人口、76万群众", ["14亿=1400000000  count =", "76万=760000  count ="]),
    ("200部门、5人民政府、8方面工作", ["200=200  count =", "5=5  count =", "8=8  count ="]),
    ("5项目标，3个百分点，三条线", ["5项=5 项 count =", "3个百分点=3 百分点 point =", "三条=3 条 count ="]),
    ("2024元旦", ["2024=2024  count ="]),
    # spaces, line breaks, widths, signs
    ("面积19. 3\n万平方米", ["19. 3\n万平方米=193000 平方米 area ="]),
    ("总额6 0 0亿元，增长4.4\n%", ["6 0 0亿元=60000000000 元 amount =", "4.4\n%=4.4 % percent ="]),
    ("增长７８％，１２万", ["７８％=78 % percent =", "１２万=120000  count ="]),
    ("−1.2‰、-22.5、负三点五", ["−1.2‰=-0.12 % percent =", "-22.5=-22.5  count =", "负三点五=-3.5  count ="]),
    ("气温零下10℃", ["零下10℃=-10 ℃ measure ="]),
    ("1\u200b2\x003亿元", ["1\u200b2\x003亿元=12300000000 元 amount ="]),
    # ranges
    (
        "4.5%—5%，4.5-5%，5%-5.5%",
        ["4.5%—5%=4.5..5 % percent =", "4.5-5%=4.5..5 % percent =", "5%-5.5%=5..5.5 % percent ="],
    ),
    (
        "三到五个，50—60万，10至20亿元",
        [
            "三到五个=3..5 个 count =",
            "50—60万=500000..600000  count =",
            "10至20亿元=1000000000..2000000000 元 amount =",
        ],
    ),
    ("介于20和30之间，一两百户", ["20和30=20..30  count =", "一两百户=100..200 户 count ="]),
    ("百分之三十到四十一，一至三成", ["百分之三十到四十一=30..41 % percent =", "一至三成=10..30 % percent ="]),
    ("大于12小于50，100以上，200以下", ["12小于50=12..50  count =", "100以上，200=100..200  count ="]),
    ("从60%提高至93%，从0到1", ["60%=60 % percent =", "93%=93 % percent =", "0=0  count =", "1=1  count ="]),
    ("2024-01、20-10", ["2024-01=  date =", "20=20  count =", "10=10  count ="]),
    # lists
    (
        "20.9、36.2、54个百分点",
        ["20.9=20.9 百分点 point =", "36.2=36.2 百分点 point =", "54个百分点=54 百分点 point ="],
    ),
    ("7.4个和7.7个百分点", ["7.4个=7.4 百分点 point =", "7.7个百分点=7.7 百分点 point ="]),
    ("二十年或五十年一遇", ["二十年=20 年一遇 measure =", "五十年一遇=50 年一遇 measure ="]),
    ("居全国第二、三、五位", ["第二=2 位 rank =", "三=3 位 rank =", "五位=5 位 rank ="]),
    ("第1-3名", ["第1-3名=1..3 位 rank ="]),
    ("第一、二、三产业", ["第一=1  ordinal =", "二=2  ordinal ="]),
    ("第3、4号线", ["第3=3 号线 ordinal =", "4号线=4 号线 count ="]),
    # ranks, orders, multiples, ratios
    (
        "居全国第二、第4位，四强，前六，前8位",
        ["第二=2 位 rank =", "第4位=4 位 rank =", "四强=4 位 rank <=", "前六=6 位 rank <=", "前8位=8 位 rank <="],
    ),
    ("首位，榜首，之首，“双第一”", ["首位=1 位 rank =", "榜首=1 位 rank =", "之首=1 位 rank =", "双第一=1 位 rank ="]),
    ("第十一届，第三条，第二天", ["第十一届=11 届 ordinal =", "第三条=3 条 ordinal =", "第二天=2 天 ordinal ="]),
    (
        "2倍，翻一番，翻两番，翻番",
        ["2倍=2 倍 multiple =", "翻一番=1 倍 multiple =", "翻两番=3 倍 multiple =", "翻番=1 倍 multiple ="],
    ),
    ("8.3∶41.4∶50.3，47：53", ["8.3∶41.4∶50.3=8.3 ∶ ratio =", "47：53=47 ∶ ratio ="]),
    ("产品实现两位数增长", ["两位数=10 % percent >="]),
    # dates, codes, bare numbers
    ("2022年，二〇二四年，3年", ["2022年=2022 年 year =", "二〇二四年=2024 年 year =", "3年=3 年 duration ="]),
    ("2023-08-18 14:34", ["2023-08-18=  date =", "14:34=  date ="]),
    (
        "G219、PM2.5、5G、1+4+1、501#",
        ["G219=  code =", "PM2.5=  code =", "5G=  code =", "1+4+1=  code =", "501#=  code ="],
    ),
    ("GDP5.2%，168cm", ["5.2%=5.2 % percent =", "168cm=1.68 米 length ="]),
    (".5、1.2.3", [".5=0.5  count =", "1=1  count =", "2=2  count =", "3=3  count ="]),
    # ordinary words and idioms
    ("统一部署，一起抓，万一，四川，五台山，百姓，三明，千方百计，进一步，十分，标准普尔", []),
    ("我一看你就笑，陆地，队伍，收拾，放肆，一切，美味十足", []),
    ("一批，一系列", ["一批=  idiom =", "一系列=  idiom ="]),
    ("“一”和“五”", ["一=1  count =", "五=5  count ="]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=range(len(CASES)))
def test_find(text: str, expected: list[str]) -> None:
    """Each text holds these mentions and no others."""
    assert found(text) == expected


BOUNDS = [
    ("~", ["近500个", "约500个", "大约 500个", "500个左右", "将近500个"]),
    (">", ["超500个", "超过了500个", "突破500个", "破500个", "逾500个", "500余个", "500多个"]),
    (">=", ["500个以上", "不低于500个", "至少有500个", "不少于500个", "500个及以上", "≥500个"]),
    ("<", ["不到500个", "不足500个", "低于500个", "少于500个"]),
    ("<=", ["500个以内", "500个以下", "不超过500个", "最多500个", "最高达500个", "≤500个"]),
    ("=", ["达到500个", "节约500个", "通过500个", "最近500个", "附近500个", "500个以来"]),
]


@pytest.mark.parametrize(("bound", "text"), [(b, t) for b, texts in BOUNDS for t in texts], ids=range(35 - 1))
def test_bound(bound: str, text: str) -> None:
    """Words on both sides give the bound, and not inside other words."""
    (mention,) = SCANNER.find("共" + text + "站点")
    assert (mention.bound, mention.value) == (bound, 500)


def test_bounds_meet() -> None:
    """An exact bound beats `about`, and words around beat the one inside."""
    assert [m.bound for m in SCANNER.find("约200余户，不超过5%左右，近3000人以上")] == ["~", "<=", ">="]


def test_span_with_modifiers() -> None:
    """`left:right` reaches over the modifiers, `start:end` does not."""
    text = "法定时限不超过50%左右办结"
    (m,) = SCANNER.find(text)
    assert (text[m.start : m.end], text[m.left : m.right]) == ("50%", "不超过50%左右")
    assert m.rules == ("percent.sign", "bound.at_most", "bound.about")


def test_taken_spans() -> None:
    """Numerals in taken spans are left out; they also end the numerals before them."""
    text = "增加10万2023年1月5日投产3家"
    taken = [(5, 13)]
    assert [text[m.start : m.end] for m in SCANNER.find(text, taken)] == ["10万", "3家"]


def well_formed(text: str, mentions: list[Mention]) -> None:
    """Spans nest, do not overlap, stand in order; every run of digits lies in exactly one mention."""
    last = 0
    for m in mentions:
        assert last <= m.start <= m.num_start < m.num_end <= m.end <= len(text)
        assert m.left <= m.start and m.right >= m.end
        last = m.end
    for run in re.finditer("[0-9０-９]+", text):
        assert sum(m.start <= run.start() and run.end() <= m.end for m in mentions) == 1, run.group()


ALPHABET = (
    "0123456789０９.,，、-—~～∶：:/+%‰一二三五十百千万亿零两半几多余来点分之又第前首翻番年月日个元角成倍强"
    "从至到和与近超不以上内左右 \n\t\u200bGaPM#（）()“"
)


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, max_size=30))
def test_any_text(text: str) -> None:
    """Any text reads, every digit is accounted for once."""
    well_formed(text, SCANNER.find(text))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_any_unicode(text: str) -> None:
    """So does any other."""
    well_formed(text, SCANNER.find(text))


@pytest.mark.parametrize(
    "unit", ["1 ", "1-", "五元", "5元/人", "1\n", "a-1.", "三分之", "1:", "第一", "1，", "1.", "-5", "1 2 3 "]
)
def test_long_runs(unit: str) -> None:
    """Long monotonous text is read, each numeral once."""
    text = unit * 300
    well_formed(text, SCANNER.find(text))


def test_huge_number() -> None:
    """Ten thousand digits keep their unit and all their digits."""
    (m,) = SCANNER.find("共" + "7" * 10_000 + "亿元")
    assert m.value is not None and f"{m.value:f}" == "7" * 10_000 + "0" * 8
