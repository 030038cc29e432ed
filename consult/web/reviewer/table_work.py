"""A filled table on its way in: the file that waits, what it says now, what is still to be chosen."""

from dataclasses import dataclass, field
from datetime import datetime

from consult.base import files
from consult.base.clock import show
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Refused
from consult.base.files import Upload
from consult.drafts.models import Consultation
from consult.review.filtering import Filter
from consult.review.queue import leads
from consult.summary import back_check, back_offer, back_sheet, back_word
from consult.summary.back import MOST_ROWS, MOST_TEXT, MOST_WORD_ROWS
from consult.summary.back_check import Change, Reading, judge
from consult.summary.back_raw import opened
from consult.summary.fill import Wish, begin_disputes, fill_table
from consult.summary.table import title_of
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.office.staging import Staged, fetch, stage

MOST = {"xlsx": MOST_ROWS, "docx": MOST_WORD_ROWS}
WRITERS = {"xlsx": back_sheet.write, "docx": back_word.write}
SIDES = {"file": "用表里的", "page": "保留系统里的"}


@dataclass
class Loading:
    """A file, what it would change, and which side somebody chose where both were changed (row's code → side)."""

    token: str
    source: Staged
    reading: Reading
    project: str
    sides: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    @property
    def edition(self) -> str:
        """Equal for equal changes of what stands equally: what a person says yes to is what was seen."""
        return digest([self.source.sha256, back_check.edition(self.reading.changes)])

    @property
    def changes(self) -> list[Change]:
        """What is written if confirmed, but for the choices."""
        return self.reading.of("new", "changed", "conflict")

    def side(self, change: Change) -> str:
        """The side that was chosen for a row."""
        return self.sides.get(name(change), "")

    def wishes(self) -> list[Wish]:
        """What the verb is asked for."""
        taken = [one for one in self.changes if one.kind != "conflict" or self.side(one) == "file"]
        return [Wish(one.row.key, one.row.number, one.row.size, one.after) for one in taken]


def name(change: Change) -> str:
    """What the field of a choice is called."""
    return f"side-{change.row.key.kind}{change.row.key.id}"


def made(consultation: Consultation, wanted: Filter, ending: str, now: datetime) -> tuple[bytes, int]:
    """The working copy of what the list shows, as a file, and its number of rows. Raises Refused for too much."""
    most = MOST[ending]
    ids = leads(consultation.id, wanted, most + 1)
    if len(ids) > most:
        raise Refused(f"符合条件的超过{most:,}组，一个 {ending} 文件放不下，请缩小筛选范围分几次下载。", "format")
    rows = back_offer.rows_led(consultation.id, ids, most)
    if len(rows) > most:
        raise Refused(f"连同补充意见超过{most:,}行，一个 {ending} 文件放不下，请缩小筛选范围分几次下载。", "format")
    if not rows:
        raise Refused("这个筛选范围里没有可以处理的意见，请放宽筛选条件。", "format")
    if back_offer.text_size(rows) > MOST_TEXT:
        raise Refused("文字太多，一个文件放不下，请缩小筛选范围分几次下载。", "format")
    title = title_of("summary", consultation.title, consultation.stage_label, consultation.kind)
    words = f"{show(now)}从系统下载，用来填写处理意见。"
    return WRITERS[ending](title, back_offer.project_of(consultation), rows, words, now), len(rows)


def taken(consultation: Consultation, upload: Upload) -> Loading:
    """Let an upload wait and read it."""
    opened(upload.data)
    token = stage(settings().instance / "staging", keys(), actor(), moment(), upload.data, upload.name)
    return loading(consultation, token)


def loading(consultation: Consultation, token: str) -> Loading:
    """The file behind a token beside what stands now; Refused where it is gone or cannot be read."""
    source = fetch(settings().instance / "staging", keys(), actor(), moment(), token)
    package, kind = opened(source.data)
    raw, project = back_check.parse(package, kind), back_offer.project_of(consultation)
    found = back_check.codes(raw, project)
    rows = back_offer.rows_known(consultation.id, (one.key for one in found))
    older = [(one.key, one.number) for one in found if one.key in rows and rows[one.key].number != one.number]
    return Loading(token, source, judge(raw, project, rows, back_offer.replaced(older)), project)


def write(consultation: Consultation, one: Loading) -> tuple[int, int]:
    """Everything that was confirmed, in the caller's transaction: how many rulings, how many disputes begun."""
    kind = files.sniff(one.source.data) or "xlsx"
    wishes = one.wishes()
    kept = files.keep(Upload(one.source.name, one.source.data), kind, settings().files, actor(), moment())
    back = fill_table(
        actor(), moment(), consultation_id=consultation.id, wishes=wishes, file=kept, rows=one.reading.rows
    )
    db.session.flush()
    return back.rulings + back.additions, begin_disputes(actor(), moment(), wishes)
