"""Name what is measured: the words of a reading come in, the indicator rule that knows them goes out.

A name is looked up whole, then without its neutral words (`indicator.prefix`, `indicator.suffix`), then as a known
name with `[[form]]` words around it. Each step is a dictionary lookup for each place where the name could be cut, so
the number of indicators does not matter.

    prefix words | form words | alias of an indicator | form word | suffix words
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import regex

from kpiextract.patterns import TimedPattern, compile_rules
from kpiextract.rulebook import Rule, RuleBook

_OWN_KIND_ASPECTS = frozenset({"level", "baseline"})
_ABOUT_ANY = frozenset({"duration", "multiple", "point"})
_MEASURED = frozenset({"amount", "mass", "volume", "energy", "power"})
_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_NOTE = regex.compile(r"\([^()]*\)")
_CACHE_LIMIT = 50_000


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a name stands for: `id` and `name` are canonical, `rule` holds the ids of the rules that found it."""

    id: str
    name: str
    category: str
    rule: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """A `[[form]]` rule: a word around a known name that makes another indicator of it.

    `kinds` are those of the new indicator (empty: as before), `of` those of the indicators that it can be put to.
    """

    id: str
    template: str
    kinds: frozenset[str]
    of: frozenset[str]

    @property
    def key(self) -> str:
        return self.id.rpartition(".")[2]


class Indicators:
    """The indicator rules of a book, ready to be asked by name."""

    def __init__(self, book: RuleBook) -> None:
        self._ignored = _translation(_words(book, "indicator.ignored"))
        self._prefixes = self._set(_words(book, "indicator.prefix"))
        self._suffixes = self._set(_words(book, "indicator.suffix"))
        self._etc = self._set(_words(book, "indicator.etc"))
        self._aliases: dict[str, list[Rule]] = {}
        for rule in book.rules("indicator"):
            for alias in dict.fromkeys(self.normalize(a) for a in (rule.data["name"], *rule.data.get("aliases", ()))):
                self._aliases.setdefault(alias, []).append(rule)
        self._before, self._after, self._between = (
            self._forms(book, place) for place in ("before", "after", "between")
        )
        self._lead = self._lengths(self._prefixes, self._before)
        self._trail = self._lengths(self._suffixes, self._after)
        self._book = book
        self._allowed: dict[str, regex.Pattern[str] | TimedPattern] = {}
        self._found: dict[tuple[str, str, str], Indicator | None] = {}

    def find(self, name: str, kind: str = "", unit: str = "", aspect: str = "level") -> Indicator | None:
        """The indicator that `name` stands for, or None.

        A level must also be of the kind that its rule expects; a bare number (a cell of a table) fits any.
        """
        own = kind if aspect in _OWN_KIND_ASPECTS and (unit or kind != "count") else ""
        key = (name, own, unit)
        if key not in self._found:
            if len(self._found) >= _CACHE_LIMIT:
                self._found.clear()
            self._found[key] = self._lookup(self.normalize(name), own)
        return self._found[key]

    def normalize(self, name: str) -> str:
        """The name as it is compared: half-width capitals, no notes in brackets, no quotes, no ignored words."""
        text = name.translate(self._ignored).upper()
        return _NOTE.sub("", text) if "(" in text else text

    def known(self, name: str) -> tuple[Rule, ...]:
        """The indicator rules that list exactly this name."""
        return tuple(self._aliases.get(self.normalize(name), ()))

    def _lookup(self, name: str, kind: str) -> Indicator | None:
        whole = self._alias(name, kind)
        if whole:
            return _indicator(whole, ())
        for core, after in self._without_end(name):
            for start in range(len(core)):
                rules = self._aliases.get(core[start:])
                if not rules:
                    continue
                found = self._framed(rules, core[:start], after, kind)
                if found:
                    return found
        return self._share(name, kind) or self._last_of_list(name, kind)

    def _last_of_list(self, name: str, kind: str) -> Indicator | None:
        """What stands behind the last word that ends a list of instances: it names the class that is measured."""
        cuts = [name.rfind(word) + len(word) for word in self._etc if name.rfind(word) > 0]
        cut = max(cuts, default=0)
        return self._lookup(name[cut:], kind) if cut and len(name) - cut > 1 else None

    def _alias(self, name: str, kind: str) -> Rule | None:
        rules = self._aliases.get(name, ())
        return next((r for r in rules if _fits(r, kind)), None) or next((r for r in rules if _may_mean(r, kind)), None)

    def _framed(self, rules: Iterable[Rule], lead: str, after: tuple[_Form, ...], kind: str) -> Indicator | None:
        """The first rule that allows these words around its alias, and whose kind is right."""
        plain = next(self._read_lead(lead), None)
        for rule in rules:
            before = plain
            if before is None and self._allows(rule, lead):
                before = ()
            if before is None:
                continue
            forms = (*before, *after)
            if any(f.of and f.of.isdisjoint(_kinds(rule)) for f in forms):
                continue
            kinds = next((f.kinds for f in reversed(forms) if f.kinds), None)
            if not kind or kind in _ABOUT_ANY or (kind in kinds if kinds else _fits(rule, kind)):
                found = _indicator(rule, forms)
                own = self._alias(self.normalize(found.name), kind) if forms else None
                return _indicator(own, ()) if own else found
        return None

    def _allows(self, rule: Rule, lead: str) -> bool:
        """Whether the rule's own pattern allows these words in front of its names."""
        if not rule.data.get("before"):
            return False
        if rule.id not in self._allowed:
            self._allowed[rule.id] = compile_rules(self._book, [rule], "before", rule.data["before"])
        return self._allowed[rule.id].fullmatch(lead) is not None

    def _read_lead(self, lead: str) -> Iterator[tuple[_Form, ...]]:
        """Every way to read the words in front of an alias as neutral words and forms, longest words first."""
        if not lead:
            yield ()
            return
        for length in self._lead:
            word = lead[:length]
            if len(word) < length:
                continue
            if word in self._prefixes:
                yield from self._read_lead(lead[length:])
            elif word in self._before:
                for rest in self._read_lead(lead[length:]):
                    yield (self._before[word], *rest)

    def _without_end(self, name: str) -> Iterator[tuple[str, tuple[_Form, ...]]]:
        """The name, then the name without one or two of the words that may end it, with the forms among them."""
        yield name, ()
        for length in self._trail:
            word, core = name[-length:], name[:-length]
            if not core:
                continue
            if word in self._suffixes:
                yield from self._without_end(core)
            elif word in self._after:
                for rest, forms in self._without_end(core):
                    yield rest, (*forms, self._after[word])

    def _share(self, name: str, kind: str) -> Indicator | None:
        """A share of a known name in something else: both sides are named, the share is its own indicator."""
        for word, form in self._between.items():
            part, _, whole = name.partition(word)
            if not part or not whole or (kind and form.kinds and kind not in form.kinds):
                continue
            left = self._lookup(part, "")
            if left is None or form.id in left.rule:
                continue
            ends = self._ends(form)
            while cut := next((end for end in ends if whole.endswith(end) and len(whole) > len(end)), ""):
                whole = whole[: -len(cut)]
            right = self._lookup(whole, "")
            if right is not None and right.id == left.id:
                return None
            title = form.template.replace("{}", left.name, 1).replace("{}", right.name if right else whole, 1)
            known = (self._alias(self.normalize(title) + end, "") for end in ("", *ends))
            rule = next(filter(None, known), None)
            if rule is not None:
                return _indicator(rule, ())
            return Indicator(f"{left.id}.{form.key}", title, left.category, f"{left.rule}+{form.id}")
        return None

    def _ends(self, form: _Form) -> tuple[str, ...]:
        """The words that may close the second name of a share, longest first."""
        words = {w for w, f in self._after.items() if f.kinds == form.kinds} | self._suffixes
        return tuple(sorted(words, key=lambda w: (-len(w), w)))

    def _set(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(self.normalize(w) for w in words)

    def _forms(self, book: RuleBook, place: str) -> dict[str, _Form]:
        forms: dict[str, _Form] = {}
        for rule in book.rules("form"):
            form = _Form(rule.id, rule.data["name"], _kinds(rule), _kinds(rule, "of"))
            for word in rule.data.get(place, ()):
                forms.setdefault(self.normalize(word), form)
        return forms

    @staticmethod
    def _lengths(words: Iterable[str], forms: Mapping[str, _Form]) -> tuple[int, ...]:
        return tuple(sorted({len(w) for w in (*words, *forms)}, reverse=True))


def _indicator(rule: Rule, forms: tuple[_Form, ...]) -> Indicator:
    name, id, by, better = rule.data["name"], rule.id, rule.id, rule.data.get("better", "")
    for form in dict.fromkeys(reversed(forms)):
        lead = form.template.partition("{}")[0]
        if not (lead and name.startswith(lead)):
            name = form.template.replace("{}", name, 1)
        id, by, better = f"{id}.{form.key}", f"{by}+{form.id}", ""
    return Indicator(id, name, rule.data.get("category", ""), by, better)


def _kinds(rule: Rule, key: str = "kind") -> frozenset[str]:
    kind = rule.data.get(key, ())
    return frozenset([kind] if isinstance(kind, str) and kind else kind)


def _fits(rule: Rule, kind: str) -> bool:
    kinds = _kinds(rule)
    return not kind or not kinds or kind in kinds


def _may_mean(rule: Rule, kind: str) -> bool:
    """Whether a level of another kind still speaks of the indicator: how long, how many times, by how much it grew."""
    return kind in _ABOUT_ANY or (kind == "percent" and not _kinds(rule).isdisjoint(_MEASURED))


def _words(book: RuleBook, id: str) -> tuple[str, ...]:
    return tuple(w for rule in book.rules("words") if rule.id == id for w in rule.data["words"])


def _translation(ignored: Iterable[str]) -> dict[int, int | None]:
    return {**_FULL_WIDTH, **{ord(c): None for c in ignored}}
