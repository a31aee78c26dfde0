"""Compare names of indicators: names go in, how much they are alike and which ones are worth asking come out."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_CANDIDATES = 200


@lru_cache(maxsize=1 << 16)
def plain_name(name: str) -> str:
    """The name without spaces, punctuation and differences of width and case: what two spellings share."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(c for i, c in enumerate(folded) if c.isalnum() or _between_digits(folded, i))
    return kept or folded


def _between_digits(text: str, i: int) -> bool:
    return text[i] in ".+" and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()


def likeness(one: str, other: str) -> float:
    """How much two plain names are alike, from 0 to 1.

    Words added at the end of a name cost least (what is measured stays the same), words added elsewhere twice
    as much, exchanged characters most. Names with different numbers in them are not alike at all.
    """
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if not short or _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0.0
    ahead = _common_prefix(short, long)
    behind = min(_common_prefix(short[::-1], long[::-1]), len(short) - ahead)
    middle = _common(short[ahead : len(short) - behind], long[ahead : len(long) - behind])
    shared = ahead + behind + middle
    cost = 0.4 if ahead == len(short) else 0.8
    return round((shared / len(short)) ** 3 * (1 - cost * (len(long) - shared) / len(long)), 6)


def _common_prefix(one: str, other: str) -> int:
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return i
    return min(len(one), len(other))


def _common(one: str, other: str) -> int:
    """The length of the longest common subsequence, by the bit-parallel method of Hyyrö."""
    where: dict[str, int] = {}
    for i, c in enumerate(one):
        where[c] = where.get(c, 0) | 1 << i
    full = (1 << len(one)) - 1
    row = full
    for c in other:
        hit = row & where.get(c, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(one) - row.bit_count()


class NameIndex:
    """Plain names, found again by the pairs of neighbouring characters that they share with another name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for name in names:
            for pair in dict.fromkeys(_pairs(name)):
                self._by_pair[pair].append(name)

    def like(self, name: str) -> Iterator[str]:
        """Names that share a pair of characters with `name`: at most 200, those with the rarest pairs first."""
        found = [self._by_pair[pair] for pair in dict.fromkeys(_pairs(name)) if pair in self._by_pair]
        seen: set[str] = set()
        for names in sorted(found, key=len):
            for other in names:
                if other not in seen:
                    seen.add(other)
                    yield other
                    if len(seen) == _CANDIDATES:
                        return


def _pairs(name: str) -> list[str]:
    return [name[i : i + 2] for i in range(len(name) - 1)] or [name]
