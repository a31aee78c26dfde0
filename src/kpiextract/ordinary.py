"""Words in which a numeral character counts nothing: a numeral of a text comes in, the word that hides it goes out."""

from __future__ import annotations

from kpiextract.joins import Found
from kpiextract.numerals import Grammar, Numeral
from kpiextract.rulebook import RuleBook
from kpiextract.units import Words, words_of


class Ordinary:
    """The words in which a numeral character counts nothing."""

    def __init__(self, book: RuleBook, grammar: Grammar) -> None:
        self.words: set[str] = set()
        self.places: dict[str, tuple[tuple[int, int], ...]] = {}
        places: dict[str, set[tuple[int, int]]] = {}
        numerals = frozenset(grammar.hanzi)
        self.of = grammar.of
        self.ordinal = frozenset(words_of(book, "rank.ordinal"))
        for rule in book.rules("words"):
            if rule.id.startswith("ordinary."):
                self.words.update(rule.data["words"])
        for word in self.words:
            first = next((i for i, c in enumerate(word) if c in numerals), None)
            for i, char in enumerate(word):
                if char in numerals and (i == first or word[i - 1] not in numerals):
                    places.setdefault(char, set()).add((i, len(word)))
        self.places = {c: tuple(sorted(p, key=lambda x: -x[1])) for c, p in places.items()}
        self.pairs = {w[i : i + 2] for w in self.words for i in range(len(w) - 1)}
        self.idioms = Words[str]()
        for word in words_of(book, "numerals.idioms"):
            self.idioms.add(word, word)
        self.idioms.freeze()

    def read(self, text: str, at: int, end: int, floor: int) -> Found | int | None:
        """Where to look on behind the ordinary word that hides the numeral `at:end`; a mention of an idiom; or None."""
        ordinal = at > floor and text[at - 1] in self.ordinal
        idiom = "" if ordinal else self.idioms.begins(text, at)
        if idiom and at + len(idiom) >= end:
            found = Found(at, at + len(idiom), None, Numeral(None, script="hanzi"))
            found.take("idiom", "", "numerals.idioms")
            return found
        pairs = self.pairs
        if text[at - 1 : at + 1] not in pairs and text[at : at + 2] not in pairs:
            return None
        for offset, length in self.places.get(text[at], ()):
            begin = at - offset
            if (offset == 0 and ordinal) or begin < floor or text[begin : begin + length] not in self.words:
                continue
            if text.startswith(self.of, end):
                return None
            if begin + length >= end or (offset and begin + length > at):
                return begin + length
        return None

    def begins(self, text: str, at: int) -> bool:
        """Does an ordinary word begin at `at`?"""
        sizes = (length for offset, length in self.places.get(text[at], ()) if not offset)
        return any(text[at : at + length] in self.words for length in sizes)
