"""Interim until the index of words lands: what a hit is."""

from consult.base.text import comparable


def holds(text: str, wanted: str) -> bool:
    """Whether `wanted` occurs in `text`, widths, case, white space and punctuation apart."""
    return comparable(wanted) in comparable(text)
