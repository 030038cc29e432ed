"""The reply as it is typed. What it must have is judged in letters.reply (R31); here all gaps show at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    TextAreaField,
)

from consult.intake.submit import Item
from consult.intake.words import STANCES
from consult.letters.draft import RECUSALS, REMOVE_SEAL, Point, draft_of, new_id, points_of
from consult.letters.merge import PARTS, Draft, stamps
from consult.letters.models import ANSWERS, RECUSED, FormalOpinion
from consult.letters.whole import REQUIRED, REQUIRED_OF_PERSONS
from consult.web.reply_fields import LINES, HeadForm

TICKS = {code: name for code, name in ANSWERS.items() if code != RECUSED}  # 回避 is declared elsewhere


def number(typed: str | None) -> int:
    """A number from a hidden field; 0 for anything else."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 10 else 0


class ItemForm(Form):
    """One point of a reply; `id` stays with it, so that two people can write on different ones at once."""

    id = HiddenField(default="")
    clause_key = SelectField("条款", validate_choice=False, choices=[])
    stance = SelectField(
        "意见类型",
        validate_choice=False,
        choices=[SelectChoice(code, name) for code, name in STANCES.items()],
        default="amend",
    )
    text = TextAreaField("意见内容", default="")
    proposed_text = TextAreaField("修改建议", default="")
    reason = TextAreaField("理由依据", default="")


class ReplyForm(HeadForm):
    """The whole reply as this page shows it.

    `edition` is that of the draft, `seen` the stamps of what the page said, `kept_file` a scan not yet saved with it.
    """

    answer = RadioField(
        "反馈类型", choices=[SelectChoice(*one) for one in TICKS.items()], validate_choice=False
    )
    recusal = RadioField(
        "回避", choices=[SelectChoice(*one) for one in RECUSALS.items()], validate_choice=False, default=""
    )
    recusal_text = TextAreaField("回避的理由", default="")
    items = FieldList(FormField(ItemForm), "意见")
    seal_file = FileField("盖章扫描件")
    remove_seal = BooleanField("去掉这份扫描件")
    kept_file = HiddenField(default="")
    edition = HiddenField(default="0")
    seen = HiddenField(default="")

    def offer(self, choices: Sequence[SelectChoice]) -> None:
        """The clauses that can be chosen; a key that the draft does not have stays and is named by the stage."""
        for entry in self.items:
            entry.form.clause_key.choices = list(choices)

    def typed_items(self) -> list[Item]:
        """The points in order; an empty key is the whole draft."""
        return [
            Point(one["clause_key"] or None, one["stance"] or "amend",
                  one["text"] or "", one["proposed_text"] or "", one["reason"] or "", id=one["id"] or "")
            for one in self.items.data
        ]  # fmt: skip

    def refill(self, points: Sequence[dict[str, str]]) -> None:
        """These points, in this order."""
        while self.items.entries:
            self.items.pop_entry()
        for one in points:
            self.items.append_entry({part: one[part] or "" for part in (*PARTS, "id")})

    def move(self, place: int, step: int) -> None:
        """Put one point a place higher or lower."""
        points = list(self.items.data)
        if 0 <= place < len(points) and 0 <= place + step < len(points):
            points.insert(place + step, points.pop(place))
            self.refill(points)

    def name_points(self) -> None:
        """Every point on the page has an id before it is first sent, so that saving twice is one point."""
        for entry in self.items:
            entry.form.id.data = entry.form.id.data or new_id()

    def show_draft(self, draft: Draft) -> None:
        """These words in the fields."""
        for name in ("answer", "recusal", "recusal_text", *LINES):
            getattr(self, name).data = draft.lines[name]
        self.reply_date.data = date.fromisoformat(draft.lines["reply_date"]) if draft.lines["reply_date"] else None
        self.refill(list(draft.items))

    def add_point(self, key: str) -> None:
        """One more point on this clause; a last one that is still empty is used first."""
        self.answer.data = "has_opinion"
        last = self.items.entries[-1].form if self.items.entries else None
        if key and last is not None and not any((last.text.data, last.proposed_text.data, last.reason.data)):
            last.clause_key.data = key
        else:
            self.items.append_entry({"clause_key": key, "stance": "amend", "id": new_id()})

    def seal(self) -> int | None:
        """What save_reply wants to know of the scan: the new one, none any more, or as it was."""
        return REMOVE_SEAL if self.remove_seal.data else number(self.kept_file.data) or None

    def values(self) -> dict[str, Any]:
        """Everything for save_reply."""
        lines: dict[str, Any] = {name: getattr(self, name).data or "" for name in LINES}
        return lines | {
            "edition": number(self.edition.data), "answer": self.answer.data or "", "items": self.typed_items(),
            "reply_date": self.reply_date.data, "seal_file_id": self.seal(), "seen": self.seen.data or "",
            "recusal": self.recusal.data or "", "recusal_text": self.recusal_text.data or "",
        }  # fmt: skip

    def show_edition(self, opinion: FormalOpinion) -> None:
        """What this page has shown now: saving again overwrites knowingly."""
        self.edition.data = str(opinion.edition)
        self.seen.data = stamps(draft_of(opinion))

    def whole(self, has_seal: bool, person: bool = False) -> bool:
        """Whether it can be sent; every gap stands beside its field."""
        aside = person and self.recusal.data == "declared"
        if person:
            self._require_recusal()
        if not self.answer.data and not aside:
            self.answer.errors = ["请选择“无意见”或者“有意见”。"]
        for name, title in (REQUIRED_OF_PERSONS if person else REQUIRED).items():
            if not (getattr(self, name).data or "").strip() and not (person and name == "handler"):
                getattr(self, name).errors = [f"请填写{title}。"]
        if not person and not (self.reply_no.data or "").strip() and not has_seal:
            self.reply_no.errors = ["请填写复函文号，或者上传加盖公章的复函扫描件，两者至少有一项。"]
        if self.answer.data == "has_opinion" and not aside:
            self._require_points()
        elif self.answer.data and not aside and (said := sum(map(says, self.items))):
            self.answer.errors = [f"已写有{said}条意见，请改选“有意见”，或者先删去这些意见再选“无意见”。"]
        return not self.errors

    def _require_recusal(self) -> None:
        if not self.recusal.data:
            self.recusal.errors = ["请先说明是否需要回避。"]
        elif self.recusal.data == "declared":
            if not (self.recusal_text.data or "").strip():
                self.recusal_text.errors = ["请写明需要回避的理由。"]
            if said := sum(map(says, self.items)):
                self.recusal.errors = [f"已声明回避，不再提意见；请先删去写好的{said}条意见。"]

    def _require_points(self) -> None:
        for entry in self.items:
            if not says(entry) and (entry.form.reason.data or "").strip():
                entry.form.text.errors = ["这一条只写了理由，请写下意见内容，或者写出修改建议。"]
        if not any(map(says, self.items)):
            self.form_errors = [*self.form_errors, "选择“有意见”时，请至少写一条意见；没有意见请改选“无意见”。"]


def says(entry: FormField) -> bool:
    """Whether a point says anything: words, wording, or support."""
    one = entry.form
    return one.stance.data == "support" or any((field.data or "").strip() for field in (one.text, one.proposed_text))


def of_draft(opinion: FormalOpinion | None) -> ReplyForm:
    """The form filled with the stored draft; one empty point where there is none yet."""
    if opinion is None:
        form = ReplyForm(formdata=None)
    else:
        points = [vars(item) for item in points_of(opinion)]
        form = ReplyForm(
            formdata=None, answer=opinion.answer, items=points, reply_date=opinion.reply_date,
            recusal=opinion.recusal, recusal_text=opinion.recusal_text,
            edition=str(opinion.edition), **{name: getattr(opinion, name) for name in LINES},
        )  # fmt: skip
    form.seen.data = stamps(draft_of(opinion))
    if not form.items.entries:
        form.items.append_entry({"stance": "amend", "id": new_id()})
    return form
