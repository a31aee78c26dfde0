"""Say what the words of a name are: a name goes in, its measure, its thing, its deed or its prefix comes out."""

from __future__ import annotations

from kpiextract.rulebook import RuleBook

_LONGEST_ATTRIBUTE = 4


class Wording:
    """Knows the parts of names by the word lists of a rule book; every name is text, as it is written."""

    def __init__(self, book: RuleBook) -> None:
        def words(*ids: str) -> frozenset[str]:
            return frozenset(w for i in ids for w in book.words(i))

        self._heads = words("measure_head")
        self._longest_head = max(map(len, self._heads))
        self._rates = book.words("rate_end")
        self._bare_of_name = words("bare_of_name")
        self._bare = words("bare_head", "bare_of_name")
        self._rates_of_change = words("rate_of_change_up", "rate_of_change_down")
        self._verbs = words("verb_generic", "verb_drop", "predicate") - words("generic_head", "predicate_keep")
        self._deeds = words("verb_generic", "verb_drop", "predicate")
        self._meaning = book.words("meaning_prefix")
        self._inherits = book.words("inherits_head")
        self._total = book.words("total_word")
        self._attribute_drop = book.words("attribute_drop")
        self._attribute_ends = book.words("attribute_end")
        self._needs_subject = book.words("needs_subject")
        self._nothing = words("names_nothing")
        self._prefix = words("link_prefix")
        self._of = words("of_word")
        self._strive = book.words("strive")
        self._conjunction = words("conjunction")
        self._shares = book.words("share_end")
        self._order = next(iter(book.words("rank.ordinal")), "")
        self._ordered = book.words("ordered_thing")
        self._numbers = words("order_number")
        self._stock = book.words("stock_word")
        self._per = book.words("per_word")

    def plain(self, name: str) -> str:
        """The name without a word at its end that says how a figure was taken (生产总值年均)."""
        return name.removesuffix(
            max((w for w in self._nothing if name.endswith(w) and len(w) > 1), key=len, default="")
        )

    def is_share(self, name: str) -> bool:
        """Whether a name ends as shares do (占工业的比重)."""
        return name.endswith(self._shares)

    def goes_further(self, text: str) -> bool:
        """Whether what stands between two figures of one change only joins them (、, 、力争)."""
        word = max((w for w in self._strive if text.endswith(w)), key=len, default="")
        return text.removesuffix(word) in self._conjunction or (bool(word) and text.removesuffix(word) in "，,")

    def is_stock(self, name: str) -> bool:
        """Whether a name counts all there is, not only what is new (总量)."""
        return name.endswith(self._stock)

    def is_bare_of_name(self, name: str) -> bool:
        """Whether a measure is one of the whole name before it (增速, 总量)."""
        return name in self._bare_of_name

    def is_rate_of_change(self, name: str) -> bool:
        """Whether a measure only says that its figure is a change (增速, 降幅)."""
        return name in self._rates_of_change

    def is_rate(self, name: str) -> bool:
        """Whether a name ends as rates do (覆盖率, 满意度)."""
        return name.endswith(self._rates)

    def is_deed(self, name: str) -> bool:
        """Whether a name is only what was done (办结)."""
        return name in self._verbs

    def is_bare(self, name: str) -> bool:
        """Whether a name is a measure without its thing (增加值, 总投资)."""
        return name in self._bare

    def head_of(self, name: str) -> str:
        """The measure that a name ends with, or nothing."""
        for length in range(min(self._longest_head, len(name) - 1), 0, -1):
            if name[-length:] in self._heads:
                return name[-length:]
        return ""

    def thing_of(self, name: str) -> str:
        """A name without the measure it ends with; nothing where the name is all measure."""
        if self.is_bare(name):
            return ""
        head = self.head_of(name)
        return name if not head else name.removesuffix(head) if len(head) > 1 else ""

    def names_nothing(self, name: str) -> bool:
        """Whether a word only says how a figure was taken (累计, 年均)."""
        return name in self._nothing

    def needs_subject(self, text: str) -> bool:
        """Whether what a text begins with is said of the noun before it (对, 占)."""
        return text.startswith(self._needs_subject)

    def prefix_of(self, name: str) -> str:
        """The word that says a name counts only what is new (新增), where it begins with one."""
        return max((p for p in self._meaning if name.startswith(p)), key=len, default="")

    def is_all_deed(self, name: str) -> bool:
        """Whether a name is only what was done, though the word may be a noun as well (改造)."""
        return name in self._deeds

    def begins_with_deed(self, name: str) -> bool:
        """Whether a name begins with a verb of its own."""
        return name.startswith(tuple(v for v in self._verbs if len(v) > 1))

    def inherits(self, text: str) -> bool:
        """Whether what leads to a figure lets its name take over the measure before (其中住宅…)."""
        return any(word in text for word in self._inherits)

    def ends_with_new(self, text: str) -> str:
        """The word at the end of a text that says a figure counts only what is new, or nothing."""
        return max((p for p in self._meaning if text.endswith(p)), key=len, default="")

    def of_all(self, name: str, total: str) -> str:
        """A name of what is new as a name of the total (新增公园, 累计: 累计公园)."""
        prefix = self.prefix_of(name)
        return total + name.removeprefix(prefix) if prefix else name

    def totals(self, text: str) -> str:
        """The word that says a figure is the total (累计), or nothing."""
        return next((word for word in self._total if word in text), "")

    def is_prefix(self, text: str) -> bool:
        """Whether a word before figures belongs before each name (新增)."""
        return text in self._prefix

    def has_head(self, name: str) -> bool:
        """Whether a name ends with a measure of two characters or more."""
        return len(self.head_of(name)) > 1 or name in self._bare

    def _share_orders(self, names: list[str]) -> list[str]:
        """Give numbers in a list the thing that the last of them counts (一、二、三产业)."""
        last = names[-1].removeprefix(self._order)
        thing = next((t for t in self._ordered if last[1:].startswith(t)), "")
        numbers = [name.removeprefix(self._order)[:1] for name in names]
        if not thing or len(names) < 2 or any(number not in self._numbers for number in numbers):
            return names
        return [self._order + number + last[1:] for number in numbers]

    def share_things(self, names: list[str]) -> list[str]:
        """Give all names of a list what one of them says for all: 工业增加值、总产值, 职工、居民人均."""
        names = self._share_orders(names)
        tail = max((w for w in self._per if names[-1].endswith(w)), key=len, default="")
        if tail and len(names[-1]) > len(tail):
            names = [n if n.endswith(tail) else n + tail for n in names]
        thing = self.thing_of(names[0]) if len(names) > 1 else ""
        if not thing or not self.head_of(names[0]):
            return names
        return [thing + n if self.is_bare(n) and not self.is_bare_of_name(n) else n for n in names]

    def is_attribute(self, text: str) -> bool:
        """Whether a word only describes a thing that is named elsewhere (国家级)."""
        text = text.removesuffix(next((w for w in self._attribute_drop if text.endswith(w)), ""))
        longest = 2 * _LONGEST_ATTRIBUTE if any(c.isdigit() for c in text) else _LONGEST_ATTRIBUTE
        return 1 < len(text) <= longest and text.endswith(self._attribute_ends)

    def described(self, name: str) -> str:
        """What the first attribute of a name describes (国家级绿色工厂: 绿色工厂), or nothing."""
        places = [at for end in self._attribute_ends if 0 < (at := name.find(end)) < 2 * _LONGEST_ATTRIBUTE]
        rest = name[min(places) + 1 :] if places else ""
        rest = self.behind_attribute(rest)
        return rest[1:] if rest[:1] in self._of else rest

    def behind_attribute(self, text: str) -> str:
        """What follows an attribute, without a word that belongs to it (以上)."""
        return text.removeprefix(next((w for w in self._attribute_drop if text.startswith(w)), ""))

    def object_of(self, name: str) -> str:
        """What was done to (新建农村公路: 农村公路), or nothing."""
        verbs = (v for v in (*self._deeds, *self._meaning) if len(v) > 1 and name.startswith(v))
        verb = max(verbs, key=len, default="")
        return name[len(verb) :] if verb and len(name) - len(verb) > 1 else ""
