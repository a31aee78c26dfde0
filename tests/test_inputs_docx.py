"""Word files: paragraphs as Word prints them, with automatic numbers, headings and tables."""

import pytest
from samples_docx import level, listed, make_docx, make_zip, numbering, p, r

from kpiextract.inputs import InputFile, InputProblem, read_one
from kpiextract.inputs.letters import number_text
from kpiextract.model import Source


def read(data: bytes, name: str = "a.docx") -> Source:
    source = read_one(InputFile(name, "", data))
    assert isinstance(source, Source), source
    return source


SEEN, RAISED = '<w:vanish w:val="0"/>', '<w:vertAlign w:val="superscript"/>'
INSIDE = f"<w:txbxContent>{p('框12')}</w:txbxContent>"
BOX = (
    f"<mc:AlternateContent><mc:Choice><wps:txbx>{INSIDE}</wps:txbx></mc:Choice>"
    f"<mc:Fallback><v:textbox>{INSIDE}</v:textbox></mc:Fallback></mc:AlternateContent>"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (p("\u3000\u3000完成3.5") + p("") + p("亿元 "), "完成3.5\n亿元\n"),
        (f"<w:p>{r('3')}{r('.5')}<w:hyperlink>{r('亿')}</w:hyperlink></w:p>", "3.5亿\n"),
        (
            "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/></w:r></w:p>",
            "甲\t乙\n丙-\n",
        ),
        (f"<w:p><w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins>{r('2')}</w:ins></w:p>", "2\n"),
        (f"<w:p><w:moveFrom>{r('1')}</w:moveFrom><w:moveTo>{r('2')}</w:moveTo></w:p>", "2\n"),
        (f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('3')}</w:p>" + p("亿元"), "3亿元\n"),
        (f"<w:p>{r('1', '<w:vanish/>')}{r('2')}</w:p>", "2\n"),
        (f"<w:p>{r('1', SEEN)}</w:p>", "1\n"),
        (f"<w:p>{r('5')}{r('1', RAISED)}</w:p>", "5¹\n"),
        ("<w:p><w:r><w:fldChar/><w:instrText>PAGE 1</w:instrText><w:t>7</w:t></w:r></w:p>", "7\n"),
        ("<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:sym w:char='2103'/></w:r></w:p>", "℃\n"),
        (f"<w:p>{r('x')}<m:oMath><m:r><m:t>=5</m:t></m:r></m:oMath></w:p>", "x=5\n"),
        (f"<w:p><w:r><w:ruby><w:rt>{r('yi')}</w:rt><w:rubyBase>{r('亿')}</w:rubyBase></w:ruby></w:r></w:p>", "亿\n"),
        (f"<w:sdt><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>", "甲\n"),
        (f"<w:p><w:r><w:t>外</w:t>{BOX}<w:t>边</w:t></w:r></w:p>{p('后')}", "外边\n框12\n后\n"),
    ],
)
def test_paragraphs(body, text):
    assert read(make_docx(body)).text == text


STYLES = """
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Own"/><w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="b"><w:name w:val="Other"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="x"><w:name w:val="loop"/><w:basedOn w:val="x"/></w:style>
"""


def test_headings_by_style_and_outline():
    styled = [p(text, f'<w:pStyle w:val="{style}"/>') for text, style in zip("甲乙丙丁戊", "1abtx", strict=True)]
    direct = p("己", '<w:outlineLvl w:val="2"/>') + p("庚", '<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>')
    source = read(make_docx("".join(styled) + direct, styles=STYLES))
    assert source.text == "甲\n乙\n丙\n戊\n己\n庚\n"
    assert [(source.text[m.start : m.end], m.level) for m in source.marks] == [
        ("甲", 1),
        ("乙", 1),
        ("丙", 2),
        ("己", 3),
    ]


def test_automatic_numbers_are_printed_and_belong_to_the_heading():
    lists = numbering(
        level(0, "chineseCountingThousand", "%1、"),
        level(1, "japaneseCounting", "（%2）"),
        level(2, "decimal", "%1.%3.", "<w:isLgl/>"),
    )
    body = [
        listed("甲"), listed("乙", 1), listed("丙", 1), listed("丁", 2),
        listed("戊"), listed("己", 1), listed("庚", 2), p("文"),
    ]  # fmt: skip
    text = read(make_docx("".join(body), numbering=lists)).text
    assert text == "一、甲\n（一）乙\n（二）丙\n1.1. 丁\n二、戊\n（一）己\n2.1. 庚\n文\n"
    source = read(
        make_docx(p("甲", '<w:outlineLvl w:val="0"/><w:numPr><w:numId w:val="1"/></w:numPr>'), numbering=lists)
    )
    assert source.text[source.marks[0].start : source.marks[0].end] == "一、甲"


def test_lists_that_share_a_definition_go_on_or_begin_anew():
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    lists = numbering(
        level(0, "decimal", "%1)"), level(1, "lowerLetter", "%2)", '<w:lvlRestart w:val="0"/>'), more=more
    )
    body = [
        listed("a"),
        listed("b", 1),
        listed("c", 0, 2),
        listed("d", 1),
        listed("e", 0, 3),
        listed("f", 0, 3),
        listed("g", 0, 0),
    ]
    text = read(make_docx("".join(body), numbering=lists)).text
    assert text == "1) a\na) b\n2) c\nb) d\n5) e\n6) f\ng\n"


def test_lists_of_styles_and_linked_definitions():
    styles = (
        '<w:style w:type="paragraph" w:styleId="h"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="numbering" w:styleId="n"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    more = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="n"/></w:abstractNum>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    )
    lists = numbering(level(0, "decimalEnclosedCircle", "%1"), more=more)
    text = read(make_docx(p("甲", '<w:pStyle w:val="h"/>') * 2, styles=styles, numbering=lists)).text
    assert text == "① 甲\n② 甲\n"


def test_bullets_are_not_printed():
    lists = numbering(level(0, "bullet", "\uf06c"))
    assert read(make_docx(listed("甲"), numbering=lists)).text == "甲\n"


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (10, "chineseCounting", "十"), (11, "chineseCounting", "十一"), (20, "chineseCounting", "二十"),
        (101, "chineseCountingThousand", "一百零一"), (110, "chineseCountingThousand", "一百一十"),
        (2030, "chineseCountingThousand", "二千零三十"), (0, "chineseCounting", "〇"),
        (12, "chineseLegalSimplified", "壹拾贰"), (3, "ideographTraditional", "丙"), (11, "ideographTraditional", "11"),
        (20, "decimalEnclosedCircle", "⑳"), (21, "decimalEnclosedCircle", "21"), (12, "decimalFullWidth", "１２"),
        (14, "upperRoman", "XIV"), (1999, "lowerRoman", "mcmxcix"), (28, "upperLetter", "BB"), (7, "decimalZero", "07"),
        (3, "numberInDash", "- 3 -"), (5, "unheardOf", "5"), (5, "none", ""), (20000, "chineseCounting", "20000"),
    ],
)  # fmt: skip
def test_numbers_of_lists(number, style, text):
    assert number_text(number, style) == text


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(p(line) for line in text.split('|'))}</w:tc>"


def rows(*lines: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{line}</w:tr>" for line in lines) + "</w:tbl>"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (rows(cell("指标") + cell("2024年"), cell("甲") + cell("12")), "指标\t2024年\n甲\t12"),
        (rows(cell("指标|名称") + cell("a|b"), cell("") + cell("12")), "指标名称\ta b\n\t12"),
        (
            rows(cell("a", '<w:gridSpan w:val="2"/>') + cell("b"), cell("c") + cell("1") + cell("2")),
            "a\t\tb\nc\t1\t2",
        ),
        (
            rows(cell("a", '<w:vMerge w:val="restart"/>') + cell("1"), cell("hidden", "<w:vMerge/>") + cell("2")),
            "a\t1\n\t2",
        ),
        (
            rows(cell("a") + cell("b"), "<w:trPr><w:del/></w:trPr>" + cell("c") + cell("1"), cell("d") + cell("2")),
            "a\tb\nd\t2",
        ),
    ],
)
def test_tables_are_lines_with_tabs(table, text):
    source = read(make_docx(p("前") + table + p("后")))
    (mark,) = source.marks
    assert source.text == f"前\n{text}\n后\n"
    assert source.text[mark.start : mark.end] == text


def test_notes_follow_the_text():
    notes = f'<w:footnote w:type="separator">{p("---")}</w:footnote><w:footnote w:id="1">{p("注12")}</w:footnote>'
    assert read(make_docx(p("甲"), footnotes=notes)).text == "甲\n注12\n"


def test_the_text_may_stand_in_a_part_of_another_name():
    assert read(make_docx(p("甲"), main="word/document2.xml")).text == "甲\n"


def test_a_word_file_is_known_by_its_content():
    assert read(make_docx(p("甲")), "a.doc").text == "甲\n"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\3\4 cut off", "broken Word file"),
        (make_docx(p("甲"))[:-30], "broken Word file"),
        (make_docx("<w:p>"), "mismatched tag"),
        (make_docx("\x00"), "broken Word file"),
        (make_zip({"a.txt": b"1"}), "unpack it"),
        (make_zip({"xl/workbook.xml": b"<a/>"}), ".xlsx"),
        (make_zip({"ppt/presentation.xml": b"<a/>"}), ".pptx"),
        (make_zip({"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"}), ".odt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    ],
)
def test_what_cannot_be_read_is_named(data, says):
    problem = read_one(InputFile("a.docx", "", data))
    assert isinstance(problem, InputProblem)
    assert says in problem.message
    assert "\n" not in problem.message
