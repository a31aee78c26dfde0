"""Makes small Word files for tests, from the XML inside `w:body` and the other parts that it needs."""

import zipfile
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
OFFICE = "http://schemas.openxmlformats.org"
RELATIONS = (
    f'<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="r" '
    f'Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="{{}}"/></Relationships>'
)


def make_docx(body: str, main: str = "word/document.xml", **parts: str) -> bytes:
    """A Word file; `styles`, `numbering`, `footnotes` are the insides of their parts."""
    xml = {
        "_rels/.rels": RELATIONS.format(main),
        main: f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
    }
    for name, inside in parts.items():
        xml[f"word/{name}.xml"] = f"<w:{name} {SPACES}>{inside}</w:{name}>"
    return make_zip({name: ("<?xml version='1.0' encoding='UTF-8'?>" + text).encode() for name, text in xml.items()})


def make_zip(files: dict[str, bytes]) -> bytes:
    """A compressed zip of these files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def p(text: str, properties: str = "") -> str:
    """A paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def listed(text: str, level: int = 0, num_id: int = 1) -> str:
    """A paragraph of a list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')


def level(number: int, number_format: str, label: str, extra: str = "") -> str:
    """One level of a list definition."""
    start = f'<w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
    return f'<w:lvl w:ilvl="{number}">{start}{extra}<w:lvlText w:val="{label}"/></w:lvl>'


def numbering(*levels: str, more: str = "") -> str:
    """The list 1 with these levels."""
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    )
