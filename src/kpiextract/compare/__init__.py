"""Years side by side: two outputs go in and their differences come out, or any number of them and a trend comes out."""

from kpiextract.compare.library import diff, trend

__all__ = ["diff", "trend"]
