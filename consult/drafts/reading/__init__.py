"""Files become text: what kind a file is, by its content, and its lines with the warnings of reading it."""

from consult.drafts.reading.source import Source, read

__all__ = ["Source", "read"]
