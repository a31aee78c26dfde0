"""Say what a stretch of a sentence names: places of a view go in, cleaned noun phrases come out."""

from __future__ import annotations

from dataclasses import dataclass

from kpiextract.rulebook import RuleBook
from kpiextract.segment import Segmenter
from kpiextract.view import CLOSE, OPEN, PERIOD, QUANTITY, View

_HARD = "，,；;：:。！？!?…—" + OPEN + CLOSE + QUANTITY
_EDGE = "、，,；;：:。！？!?…—·-－～~ " + OPEN + CLOSE + PERIOD + QUANTITY
_QUOTES = {"“": "”", "‘": "’", "「": "」", "《": "》", '"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a view: its text and its place."""

    text: str
    start: int
    end: int


class Namer:
    """Cuts noun phrases out of views, by the word lists of a rule book."""

    def __init__(self, book: RuleBook, segmenter: Segmenter) -> None:
        def words(*ids: str) -> frozenset[str]:
            return frozenset(w for i in ids for w in book.words(i))

        self._segmenter = segmenter
        self._scope = words("scope") - words("scope_not_level")
        self._scope_after = words("scope_after")
        self._lead = words("lead_drop", "verb_drop") | self._scope | self._scope_after
        self._function = words("lead_drop")
        self._tail = words("reach")
        self._to_words = words("to_word")
        self._changes = words("change_up", "change_down", "to_verb_up", "to_verb_down")
        self._inner = words("inner_drop")
        self._predicate = words("predicate") - words("predicate_keep")
        self._generic = words("generic_head")
        self._heads = tuple(sorted(words("measure_head"), key=len, reverse=True))
        self._bare = words("bare_head")
        self._and = words("conjunction")
        self._of = words("of_word")
        self._whole = words("etc_word")

    def tokens(self, view: View, start: int, end: int) -> list[Token]:
        """The words of a stretch; a quotation is one word with its marks."""
        out: list[Token] = []
        at = start
        for text in self._segmenter.cut(view.text[start:end]):
            out.append(Token(text, at, at + len(text)))
            at += len(text)
        return _join_quotes(out)

    @staticmethod
    def write(view: View, document: str, tokens: list[Token]) -> str:
        """The words as they stand in the document, without what the view left out."""
        out = []
        for token in tokens:
            for i in range(token.start, token.end):
                if view.text[i] == QUANTITY:
                    out.append(document[view.at[i] : view.mentions[view.slots.index(i)].right])
                elif view.text[i] != PERIOD:
                    out.append(document[view.at[i]])
        return "".join(out)

    def left(self, view: View, start: int, end: int) -> list[Token]:
        """The noun phrase that ends at `end`: without what only leads to it or from it to the figure."""
        tokens = [t for t in self.tokens(view, start, end) if t.text != PERIOD]
        return self._trim_lead(self._trim_tail(tokens))

    def _trim_tail(self, tokens: list[Token]) -> list[Token]:
        reached = False
        while tokens:
            last = tokens[-1].text
            if last in self._tail or last in _EDGE:
                reached = reached or last in self._to_words
            elif not (reached and last in self._changes):
                break
            tokens = tokens[:-1]
        return tokens

    def _trim_lead(self, tokens: list[Token]) -> list[Token]:
        while tokens and (tokens[0].text in self._lead or tokens[0].text in _EDGE):
            tokens = tokens[1:]
        middle = [t for t in tokens[1:-1] if t.text not in self._inner]
        return tokens if len(tokens) < 3 else [tokens[0], *middle, tokens[-1]]

    def right(self, view: View, start: int, end: int) -> tuple[list[Token], list[Token]]:
        """The noun phrase that begins at `start`, and what is said of it after it in the same clause."""
        stop = next((i for i in range(start, end) if view.text[i] in _HARD), end)
        stop = self._list_stop(view, start, stop)
        tokens = self.tokens(view, start, stop)
        while tokens and tokens[0].text in self._of:
            tokens = tokens[1:]
        if not tokens or tokens[0].text in self._predicate or tokens[0].text in _EDGE:
            return [], tokens
        last_of = max((i for i, t in enumerate(tokens) if t.text in self._of and i + 1 < len(tokens)), default=-1)
        if last_of >= 0 and tokens[last_of + 1].text in self._predicate:
            last_of = -1
        cut = next(
            (i for i in range(max(1, last_of + 1), len(tokens)) if tokens[i].text in self._predicate), len(tokens)
        )
        head, rest = tokens[:cut], tokens[cut:]
        while len(head) > 1 and (head[-1].text in self._function or head[-1].text in _EDGE):
            head = head[:-1]
        return head, rest

    def _list_stop(self, view: View, start: int, stop: int) -> int:
        """Where the phrase ends at 、: a list whose items have no figure of their own is one phrase."""
        comma = view.text.find("、", start, stop)
        if comma < 0:
            return stop
        if stop < len(view.text) and view.text[stop] == QUANTITY:
            return comma
        after = self.tokens(view, comma + 1, stop)
        named = any(t.text in self._of or t.text in self._and for t in after)
        return stop if named and not any(t.text in self._predicate for t in after) else comma

    def is_generic(self, tokens: list[Token]) -> bool:
        """Whether a head noun says too little alone (企业, 平台)."""
        return "".join(t.text for t in tokens) in self._generic

    def is_bare(self, name: str) -> bool:
        """Whether a name is a measure without its thing (增加值, 总投资)."""
        return name in self._bare

    def head_of(self, name: str) -> str:
        """The measure that a name ends with, or nothing."""
        return next((h for h in self._heads if name.endswith(h) and len(name) > len(h)), "")

    def thing_of(self, name: str) -> str:
        """A name without the measure it ends with."""
        head = self.head_of(name)
        return name.removesuffix(head) if head else name

    def coordination(self, view: View, start: int, end: int) -> list[list[Token]]:
        """The items of a list of noun phrases (A、B和C), each trimmed."""
        items: list[list[Token]] = [[]]
        for token in self._trim_tail([t for t in self.tokens(view, start, end) if t.text != PERIOD]):
            if token.text in self._and and items[-1]:
                items.append([])
            else:
                items[-1].append(token)
        trimmed = [self._trim_lead(item) for item in items]
        return [item for item in trimmed if item]

    def share_heads(self, items: list[list[Token]]) -> list[list[Token]]:
        """Give every item of a list the measure that only the last one names (汽车、家电零售额)."""
        if len(items) < 2:
            return items
        last = items[-1]
        if not self._ends_with_head(last) or any(self._ends_with_head(i) for i in items[:-1]):
            return items
        ends = {item[-1].text for item in items[:-1]}
        common = [i for i, t in enumerate(last[:-1]) if t.text in ends]
        cut = common[-1] + 1 if common else min(max(len(items[-2]), 1), len(last) - 1)
        return [[*item, *last[cut:]] for item in items[:-1]] + [last] if cut > 0 else items

    def _ends_with_head(self, item: list[Token]) -> bool:
        text = "".join(t.text for t in item)
        return any(text.endswith(h) for h in self._heads)

    def summed_up(self, tokens: list[Token]) -> bool:
        """Whether a list is closed by a word that makes it one thing (A、B等产品)."""
        return any(t.text in self._whole for t in tokens)


def _join_quotes(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    closing = ""
    for token in tokens:
        if closing:
            out[-1] = Token(out[-1].text + token.text, out[-1].start, token.end)
            if closing in token.text:
                closing = ""
            continue
        out.append(token)
        mark = next((c for c in token.text if c in _QUOTES), "")
        if mark and _QUOTES[mark] not in token.text[token.text.index(mark) + 1 :]:
            closing = _QUOTES[mark]
    return out
