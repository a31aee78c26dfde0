"""What an explanation is made of: sentences, their words, their numerals, and how each of these was read."""

from __future__ import annotations

from dataclasses import dataclass

from kpiextract.model import Reading


@dataclass(frozen=True, slots=True)
class ExplainedMention:
    """A numeral: the quantity `text[start:end]`, what it is, what became of it and through which steps.

    `value` is a plain decimal, of a range `low..high`, empty where there is none. `became` is `reading`, `period` or
    the reason why it is none; `steps` are lines for people that name rules.
    """

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
    """A sentence: its text, its words as the segmenter cuts them, its numerals in order."""

    text: str
    tokens: tuple[str, ...] = ()
    mentions: tuple[ExplainedMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a text is read, sentence by sentence."""

    sentences: tuple[ExplainedSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule tried at the quantity `text[start:end]`.

    `gate` is the first gate that it failed at, empty where it took part; `why` is a line for people.
    """

    quantity: str
    start: int
    end: int
    gate: str
    why: str


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """What became of one rule in a text: one `Tried` for each quantity (of a period rule: for each sentence)."""

    rule: str
    type: str
    file: str
    line: int
    tried: tuple[Tried, ...] = ()
