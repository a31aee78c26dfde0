"""Makes small PDF files for tests: lines of text at given places, in a font that says which characters it draws."""

import zlib

Placed = tuple[float, float, str]


def make_pdf(pages: list[list[Placed]], with_map: bool = True, size: int = 12) -> bytes:
    """A PDF with one page a list of (x, y, text); without the map its characters cannot be told."""
    used = sorted({c for page in pages for _, _, text in page for c in text})
    codes = {c: number + 1 for number, c in enumerate(used)}
    mapped = "".join(f"<{codes[c]:04X}> <{c.encode('utf-16-be').hex()}>\n" for c in used)
    cmap = (
        f"/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(used)} beginbfchar\n{mapped}endbfchar\nendcmap"
    )
    kids = " ".join(f"{7 + 2 * n} 0 R" for n in range(len(pages)))
    widths = " ".join(f"{codes[c]} [{500 if c.isascii() else 1000}]" for c in used)
    to_unicode = "/ToUnicode 6 0 R" if with_map else ""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        f"<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[4 0 R]{to_unicode}>>".encode(),
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/Own/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>/FontDescriptor 5 0 R/DW 1000/W[{widths}]>>".encode(),
        b"<</Type/FontDescriptor/FontName/Own/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800/Descent -200"
        b"/CapHeight 700/StemV 80>>",
        stream(cmap.encode()),
    ]
    for number, page in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {8 + 2 * number} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>".encode()
        )
        shows = (
            f"BT /F {size} Tf {x} {y} Td <{''.join(f'{codes[c]:04X}' for c in text)}> Tj ET" for x, y, text in page
        )
        objects.append(stream("\n".join(shows).encode()))
    return assemble(objects)


def stream(data: bytes) -> bytes:
    """A compressed stream object."""
    packed = zlib.compress(data, 9)
    return b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)


def assemble(objects: list[bytes]) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is the catalog."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(out)
    )  # fmt: skip
