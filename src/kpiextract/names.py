"""Say what a stretch of a sentence names: places of a view go in, cleaned noun phrases come out."""

from __future__ import annotations

from dataclasses import dataclass

from kpiextract.patterns import compile_pattern
from kpiextract.rulebook import RuleBook
from kpiextract.segment import Segmenter
from kpiextract.view import CLOSE, OPEN, PERIOD, QUANTITY, View
from kpiextract.wording import Wording

_HARD = "，,；;：:。！？!?…—" + OPEN + CLOSE + QUANTITY
_EDGE = "、，,；;：:。！？!?…—·-－～~ " + OPEN + CLOSE + PERIOD + QUANTITY
_SHORTEST_KNOWN = 4
_RATES = frozenset(("percent", "point"))
_TOPIC_LENGTH = 14
_LONG_NAME = 20
_QUOTES = {"“": "”", "‘": "’", "「": "」", "《": "》", '"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a view: its text and its place."""

    text: str
    start: int
    end: int


class Namer(Wording):
    """Cuts noun phrases out of views, by the word lists of a rule book."""

    def __init__(self, book: RuleBook, segmenter: Segmenter) -> None:
        super().__init__(book)

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
        self._head_sorts = (tuple(self._heads), book.words("thing_head"))
        self._purpose = words("purpose_verb")
        self._and = words("conjunction")
        self.joints = self._and
        self._limits = words("limit_word")
        self._benefit = words("benefit_verb")
        self._benefit_lead = words("benefit_lead")
        self._pairs = {rule.data["word"]: tuple(rule.data["parts"]) for rule in book.rules("split")}
        self._placeholder = book.words("placeholder")
        self._weak = words("predicate_weak")
        self._nouns = words("thing_head", "generic_head")
        self._adverbs = words("adverb_before_verb")
        self._middle = words("shared_middle")
        self._no_thing = words("no_thing")
        self._no_thing_lead = words("no_thing_lead")
        self._goes_to = words("goes_to")
        indicators = [rule.data for rule in book.rules("indicator")]
        named = {name for data in indicators for name in (data["name"], *data.get("aliases", ()))}
        self._known = frozenset(name for name in named if len(name) >= _SHORTEST_KNOWN)
        self._circumstance = words("circumstance")
        self._circumstance_lead = words("circumstance_lead")
        self._compared = compile_pattern(
            book, rf"\L<compare_lead>{PERIOD}(?:\L<compare_after>)?|\L<compare_year>|\L<compare_month>|\L<compare_base>"
        )
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
        tokens = self._trim_tail(self._said(view, start, end))
        return self._trim_lead(self._short(self._last_item(self._after_benefit(self._plain(tokens)))))

    def _plain(self, tokens: list[Token]) -> list[Token]:
        """Without the circumstances in the middle (收入在减税的情况下 is 收入)."""
        for i, token in enumerate(tokens):
            if token.text in self._circumstance_lead:
                end = max((j for j, t in enumerate(tokens) if t.text in self._circumstance and j > i), default=0)
                return tokens[:i] + tokens[end + 1 :] if end else tokens
        return tokens

    def _short(self, tokens: list[Token]) -> list[Token]:
        """What a long list of examples is summed up as (甲、乙、丙等国际航线), or what is reached in the end."""
        if sum(len(t.text) for t in tokens) <= _LONG_NAME:
            return tokens
        for ends in (self._whole, self._inner):
            place = max((i for i, t in enumerate(tokens) if t.text in ends), default=-1)
            if place > 0 and sum(len(t.text) for t in tokens[place + 1 :]) > 2:
                return tokens[place + 1 :]
        return tokens

    def _said(self, view: View, start: int, end: int) -> list[Token]:
        """The words of a stretch without periods and without what they are compared with (比上年, 同比)."""
        out: list[Token] = []
        at = start
        for gap in self._compared.finditer(view.text, start, end):
            out += self.tokens(view, at, gap.start())
            at = gap.end()
        return [t for t in [*out, *self.tokens(view, at, end)] if t.text != PERIOD]

    def _after_benefit(self, tokens: list[Token]) -> list[Token]:
        """Without for whom it is done: 为困难群众发放补贴 is 发放补贴."""
        lead = next(
            (i for i, t in enumerate(tokens) if t.text not in self._function or t.text in self._benefit_lead), 0
        )
        if len(tokens) - lead < 3 or tokens[lead].text not in self._benefit_lead:
            return tokens
        verb = max((i for i, t in enumerate(tokens[:-1]) if t.text in self._benefit and i > lead + 1), default=0)
        return tokens[verb:] if verb else tokens

    def _last_item(self, tokens: list[Token]) -> list[Token]:
        """Without items before 、 that say something else (价格与上年持平、居住价格)."""
        comma = max((i for i, t in enumerate(tokens) if t.text == "、"), default=-1)
        said = any(t.text in self._predicate or t.text in self._changes for t in tokens[1:comma])
        return tokens[comma + 1 :] if comma > 0 and said and comma + 1 < len(tokens) else tokens

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
        described = bool(tokens) and tokens[0].text in self._of
        tokens = tokens[1:] if described else tokens
        tokens = self._before_placeholder(tokens)
        if not tokens or tokens[0].text in _EDGE:
            return [], tokens
        if tokens[0].text in self._predicate:
            return self._relative(tokens)
        cut = next((i for i in range(1, len(tokens)) if self._is_said(tokens, i)), len(tokens))
        if cut < len(tokens):
            cut = next((i for i in range(1, cut) if tokens[i].text in self._goes_to), cut)
        if cut == len(tokens) and stop < len(view.text) and view.text[stop] == QUANTITY:
            rate = view.mentions[view.slots.index(stop)].kind in _RATES
            cut = (rate and self._before_known(tokens)) or self._before_measure(tokens)
        head, rest = tokens[:cut], tokens[cut:]
        while len(head) > 1 and (head[-1].text in self._function or head[-1].text in _EDGE):
            head = head[:-1]
        if head[-1].text in self._no_thing and all(t.text in self._no_thing_lead for t in head[:-1]):
            return [], []
        nothing = described and (head[-1].text in self._no_thing or (bool(rest) and rest[0].text in self._no_thing))
        return ([], tokens) if nothing else (head, rest)

    def _is_said(self, tokens: list[Token], i: int) -> bool:
        """Whether the word at `i` begins what is said of the noun before it (入选 …, 有序推进)."""
        word = tokens[i].text
        if word in self._predicate:
            weak = word in self._weak and i + 1 < len(tokens) and tokens[-1].text in self._nouns
            return not weak
        after = tokens[i + 1].text if i + 1 < len(tokens) else ""
        return word[:2] in self._adverbs and (word[2:] in self._verbs or (not word[2:] and after in self._verbs))

    def _before_known(self, tokens: list[Token]) -> int:
        """Where an indicator begins that the words end with (⟦11个⟧国考断面水质优良比例⟦Q⟧), or 0."""
        return next((i for i in range(1, len(tokens)) if "".join(t.text for t in tokens[i:]) in self._known), 0)

    def _before_measure(self, tokens: list[Token]) -> int:
        """Where the measure of the next figure begins (重大项目完成投资⟦Q⟧)."""
        end = len(tokens)
        text = "".join(t.text for t in tokens)
        head = self.head_of(text)
        if len(head) < 2 or len(text) - len(head) < 2:
            return end
        while end > 1 and len("".join(t.text for t in tokens[:end])) > len(text) - len(head):
            end -= 1
        while end > 1 and tokens[end - 1].text in self._inner:
            end -= 1
        return end

    def _before_placeholder(self, tokens: list[Token]) -> list[Token]:
        """Without a second item that has a letter or a vague word for its number (5项基本服务和N个特色服务)."""
        for i, token in enumerate(tokens):
            rest = "".join(t.text for t in tokens[i + 1 : i + 3])
            if i and token.text in self._and and rest.startswith(self._placeholder):
                return tokens[:i]
        return tokens

    def _relative(self, tokens: list[Token]) -> tuple[list[Token], list[Token]]:
        """A noun phrase that begins with what is done to the noun (被评为优秀的干部)."""
        of = next((i for i, t in enumerate(tokens) if t.text in self._of and i + 1 < len(tokens)), -1)
        if of < 0 or tokens[of + 1].text in self._predicate:
            return [], tokens
        cut = next((i for i in range(of + 1, len(tokens)) if tokens[i].text in self._predicate), len(tokens))
        return tokens[:cut], tokens[cut:]

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

    def coordination(self, view: View, start: int, end: int, count: int = 0) -> list[list[Token]]:
        """The items of a list of noun phrases (A、B和C), each trimmed; where they are `count` without 和, it binds."""
        tokens = self._trim_tail(self._said(view, start, end))
        coarse = self._split(tokens, frozenset("、"))
        if not coarse or (count and len(coarse) >= count):
            return coarse
        if len(coarse) == 1 or not count:
            return self._split(tokens, self._and)
        last = self._split(coarse[-1], self._and)
        return [*coarse[:-1], *last] if len(coarse) - 1 + len(last) >= count else self._split(tokens, self._and)

    def _split(self, tokens: list[Token], at: frozenset[str]) -> list[list[Token]]:
        items: list[list[Token]] = [[]]
        for place, token in enumerate(tokens):
            limit = place + 1 < len(tokens) and tokens[place + 1].text in self._limits
            joins = token.text in at and items[-1] and not limit
            if joins:
                items.append([])
            else:
                items[-1].append(token)
        trimmed = [self._trim_lead(self._short(item)) for item in items]
        return [item for item in trimmed if item]

    def begins_with_verb(self, view: View, start: int, end: int) -> bool:
        """Whether a stretch begins with what is done, so that it is no list of names."""
        tokens = [t for t in self.tokens(view, start, end) if t.text != PERIOD and t.text not in self._function]
        return bool(tokens) and tokens[0].text in self._verbs

    def begins_with_purpose(self, view: View, start: int, end: int) -> bool:
        """Whether a stretch begins with what money is spent on (完成, 用于)."""
        tokens = self.tokens(view, start, end)
        return bool(tokens) and tokens[0].text in self._purpose

    def split_word(self, tokens: list[Token], count: int) -> list[str] | None:
        """The parts of a word that stands for `count` things (城乡: 城镇, 农村), each with the other words."""
        for place, token in enumerate(tokens):
            for word, parts in self._pairs.items():
                if word in token.text and len(parts) == count:
                    return ["".join(self._swap(tokens, place, word, part)) for part in parts]
        return None

    @staticmethod
    def _swap(tokens: list[Token], place: int, word: str, part: str) -> list[str]:
        return [t.text.replace(word, part, 1) if i == place else t.text for i, t in enumerate(tokens)]

    def topic(self, view: View, start: int, end: int) -> list[Token]:
        """What a clause without figures is about: its subject, else the object of its verb."""
        subject = self.clause_subject(view, start, end)
        if subject or not self.begins_with_verb(view, start, end):
            return subject
        tokens = self.left(view, start, end)
        said = any(t.text in self._predicate for t in tokens[1:])
        return [] if said or sum(len(t.text) for t in tokens) > _TOPIC_LENGTH else tokens

    def trailing_comma(self, view: View, start: int, end: int) -> int:
        """The place of a 、 after which nothing is left but words that lead to the figure, or -1."""
        comma = view.text.rfind("、", start, end)
        if comma < 0 or any(t.text not in self._tail for t in self.tokens(view, comma + 1, end)):
            return -1
        return comma

    def clause_subject(self, view: View, start: int, end: int) -> list[Token]:
        """What a clause without figures speaks of: the words before its predicate."""
        tokens = [t for t in self.tokens(view, start, end) if t.text != PERIOD]
        while tokens and tokens[0].text in self._function:
            tokens = tokens[1:]
        cut = next((i for i, t in enumerate(tokens) if t.text in self._predicate), 0)
        if not cut or tokens[0].text in self._verbs:
            return []
        return self._trim_lead(self._trim_tail(tokens[:cut]))

    def share_heads(self, items: list[list[Token]]) -> list[list[Token]]:
        """Give every item of a list the measure that only the last one names (汽车、家电零售额)."""
        if len(items) < 2:
            return items
        last = items[-1]
        heads = self._heads_like(last)
        if heads is self._head_sorts[1] and any(sum(len(t.text) for t in item) > 3 for item in items[:-1]):
            return items
        if not heads or any("".join(t.text for t in item).endswith(heads) for item in items[:-1]):
            return items
        whole = next((h for h in heads if last[-1].text.endswith(h) and len(last[-1].text) > len(h)), "")
        if len(last) == 1 and whole:
            part = Token(whole, last[0].end - len(whole), last[0].end)
            return [[*item, part] for item in items[:-1]] + [last]
        rest = last[0].text[len("".join(t.text for t in items[-2])) :]
        if len(items[-2]) == 1 and rest in self._middle and len(last) > 1:
            part = Token(rest, last[0].end - len(rest), last[0].end)
            return [[*item, part, *last[1:]] for item in items[:-1]] + [last]
        ends = {item[-1].text for item in items[:-1]}
        common = [i for i, t in enumerate(last[:-1]) if t.text in ends]
        cut = common[-1] + 1 if common else self._head_start(last, len(items[-2]))
        return [[*item, *last[cut:]] for item in items[:-1]] + [last] if cut > 0 else items

    def _head_start(self, item: list[Token], least: int) -> int:
        """Where the measure begins that a noun phrase ends with, with the words before it that belong to all."""
        cut = len(item) - 1
        if len(item[cut].text) == 1 and cut > least:
            cut -= 1
        while cut > least and (
            "".join(t.text for t in item[cut - 1 :]) in self._heads or item[cut - 1].text in self._heads
        ):
            cut -= 1
        while cut > least and item[cut - 1].text in self._middle:
            cut -= 1
        return max(cut, min(least, len(item) - 1))

    def _heads_like(self, item: list[Token]) -> tuple[str, ...]:
        """The heads of the sort that a noun phrase ends with: measures, else things; nothing where it has neither."""
        text = "".join(t.text for t in item)
        return next((heads for heads in self._head_sorts if text.endswith(heads)), ())

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
