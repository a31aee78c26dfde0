"""The values in which an explanation travels: what `explain` shows of a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from kpiextract.model import Reading


@dataclass(frozen=True, slots=True)
class ExplainedMention:
    """One numeral: what it is, what became of it, the steps that led there, and its readings."""

    quantity: str
    start: int
    end: int
    value: str
    unit: str
    kind: str
    bound: str
    became: str
    steps: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplainedSentence:
    """One sentence: its text, the words it was cut into, and its numerals in order."""

    text: str
    tokens: tuple[str, ...]
    mentions: tuple[ExplainedMention, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a text is read, sentence by sentence."""

    sentences: tuple[ExplainedSentence, ...]
