"""Tell which scope is the reporting place itself: readings go in, one scope comes out that says no more than none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from kpiextract.compare.names import plain_name
from kpiextract.model import Reading

_OF_THE_PLACE = frozenset({"level", "change", "baseline"})
_LEAST = 3


def own_scope(readings: Sequence[Reading]) -> str:
    """The scope of the reporting place, as a plain name: named by most readings that name one; empty for none.

    A city's report names the whole city now and then, and means what it means everywhere else. Ranks, gaps and shares
    speak of the places around it and are not asked. Fewer than three readings, or a scope that half of them do not
    name, tell nothing.
    """
    scopes = Counter(plain_name(r.scope) for r in readings if r.scope and r.aspect in _OF_THE_PLACE)
    named = scopes.total()
    scope, count = max(scopes.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return scope if count >= _LEAST and count * 2 > named else ""


def plain_scope(reading: Reading, own: Collection[str]) -> str:
    """The scope of a reading to compare by: empty for none and for a reporting place itself (one of `own`).

    Of ranks it is kept as it is: where the place ranks is what such a scope says.
    """
    if not reading.scope:
        return ""
    scope = plain_name(reading.scope)
    return "" if scope in own and reading.aspect in _OF_THE_PLACE else scope
