"""After and around sending: attachments, parts taken back, supplements, the wish for a mail, and what verify notices."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from consult.base import audit, files, mail
from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.errors import Conflict, Refused, StageError, TooLarge, WrongType
from consult.base.files import MEGABYTE, Upload
from consult.base.people import CITIZEN
from consult.drafts.models import Consultation
from consult.intake import attachments, find, wish
from consult.intake.attachments import Waiting
from consult.intake.contact import erase_due
from consult.intake.models import Comment, MailWish
from consult.intake.submit import Item, Sender, Sent
from consult.intake.supplement import require_supplementable, with_supplements
from consult.intake.withdraw import withdraw
from consult.summary import verify
from tests.factories.people import NOW, later, make_project, send

PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 30
WANG = Sender(kind="person", name="王小明", phone="13800138000")


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """Where files lie."""
    yield current_app.config["SETTINGS"].files


def staged(folder: Path, name: str = "照片.pdf", data: bytes = PDF) -> Waiting:
    return attachments.stage(folder, Upload(name, data), NOW)


def sent_with(project: Consultation, folder: Path, *waiting: Waiting, **more: object) -> Sent:
    items = [Item("a3", text="路灯太稀"), Item(None, "support")]
    return send(project, items, sender=WANG, files=waiting, folder=folder, **more)


def faults() -> list[str]:
    db.session.rollback()
    return list(verify.faults(db.session()))


def take_back(keys: Keys, sent: Sent, *numbers: int, ordinals: tuple[int, ...] = ()) -> None:
    with transaction():
        withdraw(CITIZEN, later(hours=1), find.by_receipt(keys, sent.code), numbers, ordinals)


def test_files_come_with_the_sending_and_verify_holds_them(folder: Path) -> None:
    sent = sent_with(make_project(), folder, staged(folder), staged(folder, "图.png", PNG))
    held = attachments.of([sent.submission_id])[sent.submission_id]
    assert [(one.ordinal, one.name, one.kind, one.size) for one in held] == [
        (1, "照片.pdf", "pdf", len(PDF)), (2, "图.png", "png", len(PNG)),
    ]  # fmt: skip
    assert [files.place(folder, one.sha256).read_bytes() for one in held] == [PDF, PNG]
    assert faults() == []


TOUCHED = {
    "name": "UPDATE stored_file SET name = 'x.pdf' WHERE id = 1",
    "size": "UPDATE stored_file SET size = 1 WHERE id = 1",
    "hash": "UPDATE stored_file SET sha256 = '00' WHERE id = 1",
    "other": "UPDATE attachment SET file_id = 2 WHERE id = 1",
    "missing": "DELETE FROM attachment WHERE id = 2",
    "extra": "INSERT INTO attachment (submission_id, ordinal, file_id, sha256) VALUES (2, 1, 1, '00')",
    "moved": "UPDATE attachment SET submission_id = 2, ordinal = 9 WHERE id = 1",
    "erased": "UPDATE attachment SET erased_at = '2026-03-10 02:00:00.000000' WHERE id = 1",
    "supplements": "UPDATE submission SET supplements = 1 WHERE id = 2",
}


@pytest.mark.parametrize("name", TOUCHED)
def test_verify_notices_every_change_of_a_file(folder: Path, name: str) -> None:
    project = make_project()
    sent_with(project, folder, staged(folder), staged(folder, "图.png", PNG))
    send(project, [Item(None, text="另一份")])
    assert faults() == []
    with transaction():
        db.session.execute(text(TOUCHED[name]))
    assert faults()


def test_verify_notices_changed_and_missing_bytes(folder: Path) -> None:
    sent = sent_with(make_project(), folder, staged(folder))
    path = files.place(folder, attachments.of([sent.submission_id])[sent.submission_id][0].sha256)
    path.write_bytes(PDF + b"x")
    assert any("文件内容与收到时不一致" in fault for fault in faults())
    path.unlink()
    assert any("文件不见了" in fault for fault in faults())


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("大.pdf", b"%PDF-" + b"0" * (10 * MEGABYTE), TooLarge),
        ("程序.pdf", b"MZ" + b"0" * 40, WrongType),
        ("空.pdf", b"", Refused),
        ("手机拍的.heic", b"\0\0\0\x18ftypheic" + b"0" * 40, WrongType),
    ],
)
def test_what_cannot_be_taken_is_named_and_not_kept(
    folder: Path, name: str, data: bytes, error: type[StageError]
) -> None:
    with pytest.raises(error) as refusal:
        staged(folder, name, data)
    assert f"“{name}”" in refusal.value.message and refusal.value.field == "files"
    assert not list(folder.rglob("*.*"))


def test_more_than_three_and_swept_ones_store_nothing(folder: Path) -> None:
    project, one = make_project(), staged(folder)
    with pytest.raises(Refused):
        sent_with(project, folder, *(staged(folder, f"{n}.pdf", PDF + bytes([n])) for n in range(4)))
    attachments.sweep(folder, NOW + timedelta(hours=23))
    assert list((folder / "waiting").iterdir())
    attachments.sweep(folder, NOW + timedelta(hours=25))
    assert not list((folder / "waiting").iterdir())
    with pytest.raises(Refused, match="照片.pdf"):
        sent_with(project, folder, one)
    db.session.rollback()
    assert find.received(project.id) == 0


def test_nobody_fills_the_disk_with_files_never_sent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_WAITING", 2 * len(PDF))
    for _ in range(2):
        staged(folder)
    with pytest.raises(Refused, match="太多"):
        staged(folder)


def test_withdrawing_all_erases_bytes_unless_somebody_else_sent_the_same(folder: Path, keys: Keys) -> None:
    project = make_project()
    mine = sent_with(project, folder, staged(folder), staged(folder, "图.png", PNG))
    other = sent_with(project, folder, staged(folder, "同样.pdf"))
    paths = {one.kind: files.place(folder, one.sha256) for one in attachments.of([1])[1]}
    take_back(keys, mine, *mine.comment_ids)
    with transaction():
        assert attachments.shred(folder) == 1
    assert paths["pdf"].exists() and not paths["png"].exists() and faults() == []
    gone = attachments.of([mine.submission_id])[mine.submission_id]
    assert [one.name for one in gone] == ["附件1.pdf", "附件2.png"] and all(one.erased_at for one in gone)
    take_back(keys, other, *other.comment_ids)
    with transaction():
        assert attachments.shred(folder) == 1 and attachments.shred(folder) == 0
    assert not paths["pdf"].exists() and faults() == []


def test_one_opinion_and_one_file_are_taken_back_and_the_rest_stays(folder: Path, keys: Keys) -> None:
    sent = sent_with(make_project(), folder, staged(folder), staged(folder, "图.png", PNG))
    first, second = sent.comment_ids
    take_back(keys, sent, first, ordinals=(2,))
    row = find.submission(sent.submission_id)
    assert row.contact_sealed and row.submitter_shown == "王**"
    assert [one.withdrawn_at for one in find.comments_of(row.id)] == [later(hours=1), None]
    assert [bool(one.erased_at) for one in attachments.of([row.id])[row.id]] == [False, True]
    facts = db.session.query(AuditEntry).filter_by(action="withdraw_comment").one().facts
    assert f'"comments":[{first}]' in facts and '"files":[2]' in facts and faults() == []
    with pytest.raises(Conflict):
        take_back(keys, sent, first)
    take_back(keys, sent, second)
    db.session.expire_all()
    row = find.submission(sent.submission_id)
    assert row.contact_sealed is None and row.submitter_shown == "" and faults() == []
    assert all(one.erased_at for one in attachments.of([row.id])[row.id])


def test_verify_notices_a_withdrawal_of_another_opinion(folder: Path, keys: Keys) -> None:
    sent = sent_with(make_project(), folder)
    take_back(keys, sent, sent.comment_ids[0])
    assert faults() == []
    with transaction():
        one = db.session.get_one(Comment, sent.comment_ids[1])
        one.withdrawn_at = later(hours=1)
    assert any("没有撤回记录" in fault for fault in faults())
    with transaction():
        db.session.get_one(Comment, sent.comment_ids[1]).withdrawn_at = None
        db.session.get_one(Comment, sent.comment_ids[0]).withdrawn_at = None
    assert any("没有标为撤回" in fault for fault in faults())


def test_entries_of_before_mean_the_whole_sending(
    folder: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_with(make_project(), folder)

    def old(actor: object, action: str, subject: str, now: object, **facts: object) -> None:
        audit.record(actor, action, subject, now, submission=facts["submission"], digest=facts["digest"])  # type: ignore[arg-type]

    monkeypatch.setitem(audit.ACTIONS, "withdraw_comment", frozenset({"submission", "digest"}))
    monkeypatch.setattr("consult.intake.withdraw.record", old)
    take_back(keys, sent, *sent.comment_ids)
    assert faults() == []


def test_a_supplement_is_found_by_the_earlier_code(folder: Path, keys: Keys) -> None:
    project = make_project()
    mine = send(project, [Item("a3", text="一")])
    added = send(project, [Item("a4", text="二")], later(hours=1), supplements=mine.submission_id)
    more = send(project, [Item(None, text="三")], later(hours=2), supplements=added.submission_id)
    ids = [mine.submission_id, added.submission_id, more.submission_id]
    assert [one.id for one in with_supplements(find.by_receipt(keys, mine.code))] == ids
    assert [one.id for one in with_supplements(find.by_receipt(keys, added.code))] == ids[1:]
    assert faults() == []
    first = find.by_receipt(keys, mine.code)
    require_supplementable(first, project.id)
    with pytest.raises(Conflict):
        require_supplementable(first, make_project("other").id)
    for one in (mine, added, more):
        require_supplementable(find.by_receipt(keys, mine.code), project.id)
        take_back(keys, one, *one.comment_ids)
    with pytest.raises(Conflict):
        require_supplementable(find.by_receipt(keys, mine.code), project.id)


def want(sent: Sent, keys: Keys, email: str = "li@example.cn", released: bool = False) -> None:
    with transaction():
        wish.want(CITIZEN, NOW, find.by_receipt(keys, sent.code), email, keys, released=released)


def test_the_address_of_a_wish_is_sealed_changed_and_dropped(folder: Path, keys: Keys) -> None:
    sent = send(make_project(), [Item("a3", text="一")])
    want(sent, keys)
    want(sent, keys, "zhang@example.cn")
    sealed = db.session.get_one(MailWish, sent.submission_id).email_sealed
    assert keys.unseal(sealed) == {"email": "zhang@example.cn"} and b"zhang" not in (sealed or b"")
    with transaction():
        wish.drop(CITIZEN, NOW, find.submission(sent.submission_id))
    assert not wish.wanted(sent.submission_id)
    with pytest.raises(Conflict), transaction():
        wish.drop(CITIZEN, NOW, find.submission(sent.submission_id))
    assert db.session.query(AuditEntry).filter_by(action="wish_mail").count() == 3 and faults() == []


@pytest.mark.parametrize("typed", ["", "  ", "li", "li@", "a@b.cn,c@d.cn", "李@例子.cn", "a@b.cn\nBcc: x@y.cn", "<a@b.cn>"])
def test_what_is_no_single_address_is_refused(folder: Path, keys: Keys, typed: str) -> None:
    sent = send(make_project(), [Item("a3", text="一")])
    with pytest.raises(Refused) as refusal:
        want(sent, keys, typed)
    assert refusal.value.field == "wish_email"


def test_no_wish_after_the_result_or_after_all_is_withdrawn(folder: Path, keys: Keys) -> None:
    project = make_project()
    sent, gone = send(project, [Item("a3", text="一")]), send(project, [Item("a3", text="二")])
    with pytest.raises(Conflict):
        want(sent, keys, released=True)
    want(gone, keys)
    take_back(keys, gone, *gone.comment_ids)
    assert not wish.wanted(gone.submission_id)
    with pytest.raises(Conflict):
        want(gone, keys)


def test_everybody_who_wished_is_told_once_for_each_project(folder: Path, keys: Keys) -> None:
    project, other = make_project(), make_project("other")
    for one, email in ((project, "li@example.cn"), (project, "LI@example.cn"), (project, "wu@example.cn"),
                       (other, "li@example.cn")):  # fmt: skip
        want(send(one, [Item("a3", text="一")]), keys, email)
    assert wish.waiting([project.id]) and not wish.waiting([])

    def tell(released: dict[int, int]) -> int:
        with transaction():
            return wish.tell(NOW, released, keys, lambda one: (one.title, "公布了"), limit=2)

    assert [tell({project.id: 1}) for _ in range(3)] == [2, 1, 0]
    assert not wish.waiting([project.id]) and wish.waiting([other.id])
    waiting = [keys.unseal(one.address_sealed)["email"] for one in mail.waiting()]
    assert waiting == ["li@example.cn", "wu@example.cn"]
    assert tell({project.id: 2, other.id: 1}) == 1 and len(mail.waiting()) == 3
    assert db.session.query(MailWish).filter(MailWish.email_sealed.is_not(None)).count() == 0


def test_a_wish_is_erased_with_contact_data(folder: Path, keys: Keys) -> None:
    project = make_project()
    sent = send(project, [Item("a3", text="一")])
    want(sent, keys)
    with transaction():
        assert erase_due(NOW + timedelta(days=179), {project.id: NOW}, 180) == 0
    assert wish.wanted(sent.submission_id)
    for erased in (1, 0):
        with transaction():
            assert erase_due(NOW + timedelta(days=180), {project.id: NOW}, 180) == erased
    assert not wish.wanted(sent.submission_id) and faults() == []
