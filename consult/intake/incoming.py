"""Pure: what a file or a pasted text brings in: sendings as they were read, before anybody looked for clauses."""

from dataclasses import dataclass, field
from datetime import date

from consult.intake.screen import Sender

MOST_SENDINGS = 5_000  # of one file
MOST_TOLD = 50


@dataclass(frozen=True)
class Said:
    """One opinion as it was written. `clause` as the sender named it, empty where no place was given for it.

    With `whole` it is a running text that may speak of several clauses; else it is one opinion.
    """

    text: str = ""
    clause: str = ""
    stance: str = ""
    proposed_text: str = ""
    reason: str = ""
    place: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Enclosure:
    """A file that came with a sending: its name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Incoming:
    """One sending: a letter, a mail, the rows of one person. `channel` and `received_on` where the source says so.

    `subject` is a mail's; `stamped`: the day is a machine's, which may be wrong without anybody's fault.
    """

    place: str
    said: tuple[Said, ...]
    sender: Sender = Sender()
    received_on: date | None = None
    channel: str = ""
    files: tuple[Enclosure, ...] = ()
    notes: tuple[str, ...] = ()
    subject: str = ""
    stamped: bool = False


@dataclass
class Batch:
    """What was read, in order. (place, message): with any trouble nothing of it is entered; notices only inform."""

    sendings: list[Incoming] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Batch", where: str = "") -> None:
        """Take in what another source brought, its places named after the source."""
        for told, more in ((self.troubles, other.troubles), (self.notices, other.notices)):
            told += [(f"{where} {place}".strip(), message) for place, message in more]
        self.sendings += other.sendings

    def said_of_troubles(self) -> str:
        """All troubles in one text, line by line, no more than anybody reads."""
        lines = [f"{place}：{message}" if place else message for place, message in self.troubles[:MOST_TOLD]]
        if len(self.troubles) > MOST_TOLD:
            lines.append(f"另有 {len(self.troubles) - MOST_TOLD} 处，改好以上各处后会继续提示。")
        return "\n".join(lines)


_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\x1c": "\n"})


def lines_of(text: str) -> str:
    """A text out of a file with one kind of line end: programs break lines in eight ways, a person means one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS).removeprefix("\ufeff")
