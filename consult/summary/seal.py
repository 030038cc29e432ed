"""Pure: the digest of a list told one member at a time, so that a long table is never held to be sealed."""

import hashlib
from collections.abc import Iterator

from consult.base.crypto import canonical


class Seal:
    """`crypto.digest` of a list that grows; a member that is an iterator counts as the list of what it yields."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._mark = "["

    def add(self, member: object) -> "Seal":
        """Append one member; returns itself."""
        self._say(self._mark)
        self._mark = ","
        if isinstance(member, Iterator):
            mark = "["
            for one in member:
                self._say(mark + canonical(one))
                mark = ","
            self._say("[]" if mark == "[" else "]")
        else:
            self._say(canonical(member))
        return self

    def digest(self) -> str:
        """SHA-256 in hex over what was added so far; more may be added afterwards."""
        whole = self._hash.copy()
        whole.update(b"[]" if self._mark == "[" else b"]")
        return whole.hexdigest()

    def _say(self, text: str) -> None:
        self._hash.update(text.encode("utf-8", "surrogatepass"))
