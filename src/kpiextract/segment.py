"""Cut text into words: a clause goes in, its tokens or the offsets of their edges come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

_FREQUENCY = 10_000  # of an added word: enough to hold its parts together
# The words given to the dictionary that rjieba loads with itself: those of the first that ask for it.
_SHARED: list[list[str]] = []


def _load(words: Iterable[str]) -> Callable[[str], list[str]]:
    added = list(words)
    try:
        import rjieba

        if not _SHARED or _SHARED[0] == added:
            _SHARED[:] = [added]
            add, cut = rjieba.add_word, rjieba.cut
        else:
            own = rjieba.Jieba()
            add, cut = own.add_word, own.cut
        for word in added:
            add(word, _FREQUENCY, "n")
        return lambda text: list(cut(text, False))
    except ImportError:
        import logging

        import jieba

        jieba.setLogLevel(logging.ERROR)
        tokenizer = jieba.Tokenizer()
        for word in added:
            tokenizer.add_word(word, _FREQUENCY, "n")
        return lambda text: list(tokenizer.lcut(text, HMM=False))


class Segmenter:
    """The word segmenter, loaded at the first cut. rjieba gives jieba's tokens at a fraction of its cost."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._words = tuple(words)
        self._cut: Callable[[str], list[str]] | None = None

    def cut(self, text: str) -> list[str]:
        """The tokens of `text`, in order; joined they are the text again."""
        if self._cut is None:
            self._cut = _load(self._words)
        return self._cut(text)

    def edges(self, text: str) -> frozenset[int]:
        """The offsets in `text` at which a word begins or ends."""
        out, at = {0}, 0
        for token in self.cut(text):
            at += len(token)
            out.add(at)
        return frozenset(out)
