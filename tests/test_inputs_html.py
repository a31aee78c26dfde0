"""Web pages: readable text, headings and tables; nothing that a reader of the page does not see."""

import pytest

from kpiextract.inputs import InputFile, read_one
from kpiextract.model import Source


def read(page: str | bytes, name: str = "a.html") -> Source:
    source = read_one(InputFile(name, "", page if isinstance(page, bytes) else page.encode()))
    assert isinstance(source, Source), source
    return source


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>完成<span>3.5</span><span>亿元</span>，<b>12</b>家</p>", "完成3.5亿元，12家\n"),
        ("<p>甲</p><div>乙<br>丙</div><li>丁", "甲\n乙\n丙\n丁\n"),
        ("<p>全区\n    新建12\n  所 a\nb</p>", "全区新建12所 a b\n"),
        ("<p>&nbsp;&nbsp;\u3000甲&#12;&ge;&#x4e59;&unknown;&amp;</p>", "甲 ≥乙&unknown;&\n"),
        ("<p>a &lt;b&gt; 1 < 2 </p>", "a <b> 1 < 2\n"),
        ("<script>var a='<p>1</p>'</script><style>p{}</style><p>甲<!-- 2 <p>3</p> -->乙</p>", "甲乙\n"),
        ("<SCRIPT>1</Script><p>甲<noscript>2</noscript><template>3</template>", "甲\n"),
        ("<nav>首页</nav><div class='x nav'>1</div><div role=navigation>2</div><p>甲</p><footer>3</footer>", "甲\n"),
        ("<p hidden>1</p><p style='display : none'>2</p><div style='visibility:hidden'><div>3</div>4</div>甲", "甲\n"),
        ("<p style='display:none'>1<p>甲", "甲\n"),
        ("<nav>只有导航12家", "只有导航12家\n"),
        ("<p>12<del>13</del>家<ruby>汉<rt>han</rt></ruby></p>", "12家汉\n"),
        ("<p>95.5%<sup>1</sup>，3m<sup>2</sup></p>", "95.5%¹，3m²\n"),
        ("<pre>a\n  b\r\nc</pre>", "a\nb\nc\n"),
        ("<title>某区2023年报告</title><p>甲</p>", "某区2023年报告\n甲\n"),
        ("<title>某区2023年报告-某网</title><h1>某区2023年报告</h1>", "某区2023年报告\n"),
        ("<a title='1 > 0' href=x>甲</a><a title=\"<p>\">乙</a>", "甲乙\n"),
        ("<![if !supportLists]>一、<![endif]>甲<?xml:namespace prefix=o ?><o:p></o:p>", "一、甲\n"),
        ("<p>甲</p><p class=", "甲\n"),
        ("", ""),
    ],
)
def test_readable_text(page, text):
    assert read(page).text == text


def test_headings_are_marked():
    source = read("<h1>一、总 体</h1><p>甲</p><h3><span>（一）</span>乙</h3>丙")
    found = [(m.kind, m.level, source.text[m.start : m.end]) for m in source.marks]
    assert found == [("heading", 1, "一、总 体"), ("heading", 3, "（一）乙")]


def table(page: str) -> list[str]:
    """The lines of the only table of the page."""
    source = read(page)
    (mark,) = [m for m in source.marks if m.kind == "table"]
    return source.text[mark.start : mark.end].split("\n")


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<table><tr><th>指标<th>值<tr><td>甲<td>1", ["指标\t值", "甲\t1"]),
        ("<table><tr><td>a<td colspan=2>b<tr><td>c<td>1<td>2</table>", ["a\tb", "c\t1\t2"]),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>1<tr><td>c<td>2</table>", ["a\tb", "\t1", "c\t2"]),
        ("<table><tr><td>a<td colspan=3>b<tr><td>c<td colspan=3>1</table>", ["a\tb", "c\t1"]),
        ("<table><tr><td><p>指标</p><p>名称</p><td>a<br>b<tr><td>c<td>1", ["指标名称\ta b", "c\t1"]),
        ("<table><tr><td>a<td colspan=99999999999>b<tr><td rowspan=-1>c<td>1</table>", ["a\tb", "c\t1"]),
        ("<table><tr><td colspan=2><tr><td>a<td>b<tr><td>c<td>1</table>", ["a\tb", "c\t1"]),
    ],
)
def test_tables_are_lines_with_tabs(page, rows):
    assert table(page) == rows


def test_a_caption_stands_before_its_table():
    assert read("<table><caption>表1</caption><tr><td>a<td>b<tr><td>c<td>1</table>丙").text == "表1\na\tb\nc\t1\n丙\n"


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>甲<tr><td>乙</table>",
        "<table><tr><td>甲<td>乙</table>",
        "<table><tr><td><h1>甲</h1><td>1<tr><td>乙<td>2</table>",
        f"<table><tr><td>目录<td><p>{'甲' * 200}</p><p>{'乙' * 200}</p><tr><td>a<td>b</table>",
    ],
)
def test_tables_that_only_lay_out_a_page_are_lines(page):
    source = read(page)
    assert not any(m.kind == "table" for m in source.marks)
    assert "\t" not in source.text


def test_a_table_inside_a_layout_table_stays_one():
    inner = "<table><tr><td>a<td>b<tr><td>c<td>1</table>"
    assert table(f"<table><tr><td>左<td>前{inner}后<tr><td>下<td>底</table>") == ["a\tb", "c\t1"]


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ("<meta charset=gb2312><p>新建学校12所镕</p>".encode("gb18030"), "gb18030"),
        ("<meta http-equiv=Content-Type content='text/html; charset=big5'><p>新建學校</p>".encode("big5"), "big5"),
        ("<meta charset=gb2312><p>新建学校12所</p>".encode(), "utf-8"),
        ("<meta charset=no-such><p>新建学校12所</p>".encode("gbk"), "gb18030"),
        ("<meta charset=utf-8><p>新建学校12所</p>".encode("gbk"), "gb18030"),
        ("<p>新建学校12所</p>".encode("utf-16"), "utf-16-le"),
    ],
)
def test_encodings(page, encoding):
    source = read(page)
    assert source.encoding == encoding
    assert source.text.startswith("新建")


@pytest.mark.parametrize("name", ["report.doc", "report.txt", "report.docx", "-"])
@pytest.mark.parametrize("start", ["<html>", "\ufeff<!DOCTYPE html>\n", "<?xml version='1.0'?>\n<!-- a --><html>"])
def test_a_page_is_known_by_its_content(name, start):
    assert read(start + "<body><p>甲<b>12</b>家", name).text == "甲12家\n"


def test_utf16_pages_are_known_too():
    assert read("<html><p>甲<b>12</b>家".encode("utf-16"), "a.txt").text == "甲12家\n"
