"""Decoded plain text goes in, a `Source` with the same text comes out: its offsets are those of the file."""

from __future__ import annotations

from kpiextract.inputs.decode import Decoded
from kpiextract.model import Source


def read_text(doc: str, decoded: Decoded) -> Source:
    """The text as it stands, no newline changed."""
    return Source(doc, decoded.text, encoding=decoded.encoding)
