"""What was looked at becomes rows: files with their sending, a note at what stands there already, the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.errors import Conflict, StageError
from consult.base.files import place
from consult.drafts import find
from consult.drafts.models import Clause, Consultation
from consult.intake import alike, attachments
from consult.intake.incoming import Enclosure, Incoming, Said
from consult.intake.models import Comment, Submission
from consult.intake.proposing import Draft, Proposal, propose
from consult.intake.register import Entry, entry_of, register
from consult.intake.submit import Item, Sender
from consult.summary import verify
from tests.factories.incoming import document, mail, mbox, workbook
from tests.factories.people import CLOSES, NOW, OPERATOR, make_project, send

DAY = date(2026, 3, 6)


@pytest.fixture
def project(app: Flask) -> Consultation:
    """An open project."""
    return make_project("demo")


def look(project: Consultation, *sendings: Incoming) -> list[Proposal]:
    """As the preview shows them."""
    draft = Draft(find.clauses(find.current_version(project).id), project.title)
    found = [propose(draft, one, channel="letter", received_on=DAY, today=DAY, last_day=DAY) for one in sendings]
    return alike.marked(project.id, found)


def enter(app: Flask, project: Consultation, keys: Keys, entries: list[Entry]) -> list[int]:
    number, folder = project.id, app.config["SETTINGS"].files
    with transaction():
        one = find.by_id(number)
        sent = register(OPERATOR, NOW, consultation=one, version_id=find.current_version(one).id, channel="letter",
                        entries=entries, keys=keys, folder=folder)  # fmt: skip
    return [one.submission_id for one in sent]


def test_files_stand_with_their_sending_and_verify(app: Flask, project: Consultation, keys: Keys) -> None:
    folder = app.config["SETTINGS"].files
    files = (Enclosure("意见.docx", document(["x"])), Enclosure("../照片.zip", b"PK\x05\x06x"), Enclosure("表.xlsx", workbook([])))
    (one,) = look(project, Incoming("邮件", (Said("第三条太大", whole=True),), Sender(name="朱小明"), files=files, channel="email"))
    (number,) = enter(app, project, keys, [entry_of(one, folder, NOW)])
    held = attachments.of([number])[number]
    assert [(file.name, file.kind) for file in held] == [("意见.docx", "docx"), ("照片.zip.bin", "bin"), ("表.xlsx", "xlsx")]
    assert [place(folder, file.sha256).read_bytes() for file in held] == [file.data for file in files]
    assert db.session.get_one(Submission, number).channel == "email"
    assert list(verify.faults(db.session())) == []
    place(folder, held[1].sha256).write_bytes(b"other")
    assert ["附件" in fault for fault in verify.faults(db.session())] == [True]


@pytest.mark.parametrize(
    ("files", "says"),
    [((Enclosure("空.pdf", b""),), "空的"), ((Enclosure("大.pdf", b"x" * (attachments.MOST_SCAN + 1)),), "20 MB")],
)  # fmt: skip
def test_a_file_that_cannot_be_kept_is_told_with_its_place(app: Flask, project: Consultation, files: tuple[Enclosure, ...], says: str) -> None:
    (one,) = look(project, Incoming("第 3 封邮件", (Said("好"),), files=files))
    with pytest.raises(StageError, match=f"第 3 封邮件：.*{says}"):
        entry_of(one, app.config["SETTINGS"].files, NOW)


def test_too_many_files_store_nothing(app: Flask, project: Consultation, keys: Keys) -> None:
    files = tuple(Enclosure(f"{number}.txt", str(number).encode()) for number in range(attachments.MOST_SCANS + 1))
    (one,) = look(project, Incoming("邮件", (Said("好"),), files=files))
    with pytest.raises(StageError, match="邮件：一次最多带 20 个"):
        enter(app, project, keys, [Entry((Item(None, "other", "好"),)), entry_of(one, app.config["SETTINGS"].files, NOW)])
    assert db.session.query(Submission).count() == 0


def test_the_same_send_key_is_entered_once(app: Flask, project: Consultation, keys: Keys) -> None:
    one = Entry((Item(None, "other", "好"),), send_key="k" * 32)
    enter(app, project, keys, [one])
    with pytest.raises(Conflict, match="已经登记过"):
        enter(app, project, keys, [Entry((Item(None, "other", "新"),)), one])
    assert db.session.query(Submission).count() == 1


def test_the_same_words_of_the_same_sender_are_told_and_not_dropped(app: Flask, project: Consultation, keys: Keys) -> None:
    send(project, [Item("a3", "amend", "间距太大。")], sender=Sender(name="朱小明"))
    sendings = [
        Incoming("一", (Said("间距太大", "第三条"),), Sender(name="朱小刚")), Incoming("二", (Said("间距太大", "第三条"),), Sender(name="李四")),
        Incoming("三", (Said("间距太大", "第三条"),), Sender(name="李四")), Incoming("四", (Said("间距太大", "第三条"),)),
    ]  # fmt: skip
    notes = [one.rows[0].notes for one in look(project, *sendings)]
    assert notes == [("可能重复：同样的话已经登记过（网上，2026-03-10 收到，朱**）",), (), ("和二的话相同，请核对是不是同一份",), ()]
    found = look(project, *sendings)
    enter(app, project, keys, [entry_of(one, app.config["SETTINGS"].files, NOW) for one in found])
    assert db.session.query(Comment).count() == 5


def run(app: Flask, path: Path, *more: str, channel: str = "letter") -> tuple[int, str]:
    """(exit status, all that was printed) of the command."""
    found = app.test_cli_runner().invoke(args=["register", "demo", str(path), "--channel", channel, *more])
    db.session.remove()
    return found.exit_code, found.output


def held(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


ROWS = [
    [1, "第三条", "间距太大", "", "", "朱小明", "", "", DAY, "12345热线", "", ""],
    [2, "第九十条", "经费从哪里来", "", "", "", "", "", date(2026, 4, 5), "", "", ""],
]


def test_a_table_by_command(app: Flask, project: Consultation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.base.clock.now", lambda: CLOSES.replace(day=6))
    path = held(tmp_path / "表.xlsx", workbook(ROWS))
    code, said = run(app, path, "--check")
    assert (code, db.session.query(Submission).count()) == (0, 0)
    for words in ("第三条", "草案里没有“第九十条”，按全文", "逾期收到", "12345热线", "可以登记 2 份、2 条意见。这次只是核对，没有写入。"):
        assert words in said
    code, said = run(app, path)
    assert (code, "已登记 2 份、2 条意见。" in said) == (0, True)
    rows = db.session.query(Submission).order_by(Submission.id).all()
    assert [(one.channel, one.received_on, one.late) for one in rows] == [("12345", DAY, False), ("letter", date(2026, 4, 5), True)]
    assert "可能重复" in run(app, path, "--check")[1]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (workbook([*ROWS, [3, "", "好", "", "", "", "", "", "昨天", "", "", ""]]), "x.xlsx", "工作表“意见” 第5行I列：日期“昨天”没有读懂"),
        (mbox([mail("好").as_bytes(), mail("坏\x07字").as_bytes()]), "x.mbox", "第 2 封邮件（对第三条的意见）："),
        (document(["好"], [["意见", "姓名", "日期"], ["好", "甲", "昨天"]]), "x.docx", "表格第2行第3格"),
        (b"", "x.txt", "空的"), (b'{"text": 5}', "x.jsonl", "第 1 行"), (b'{"text": "x"}\n{', "x.txt", "第 2 行"),
        ("好".encode("utf-16"), "x.jsonl", "UTF-8"),
    ],
    ids=range(7),
)  # fmt: skip
@pytest.mark.parametrize("more", [(), ("--check",)])
def test_all_or_none_and_the_place_is_named(
    app: Flask, project: Consultation, tmp_path: Path, data: bytes, name: str, says: str, more: tuple[str, ...]
) -> None:
    code, said = run(app, held(tmp_path / name, data), *more)
    assert (code, says in said) == (1, True), said
    assert db.session.query(Submission).count() == 0


def test_json_lines_stay_as_they_are(app: Flask, project: Consultation, tmp_path: Path) -> None:
    lines = [{"text": "第三条太大；第四条太短"}, {"clause": "第三条", "text": "好", "stance": "支持"}]
    path = held(tmp_path / "x.jsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in lines).encode())
    assert "可以登记 2 份、2 条意见" in run(app, path, "--check")[1]
    assert run(app, path) == (0, "已登记 2 份、2 条意见。\n")
    found = db.session.execute(db.select(Comment.text, Clause.key).outerjoin(Clause, Clause.id == Comment.clause_id).order_by(Comment.id))
    assert [tuple(one) for one in found] == [("第三条太大；第四条太短", None), ("好", "a3")]


def test_mails_by_command_keep_their_files_and_the_channel_of_the_clerk(app: Flask, project: Consultation, tmp_path: Path) -> None:
    path = held(tmp_path / "x.eml", mail("第三条太大。\n第四条太短。", at=NOW, files=[("意见.docx", document(["x"]))]).as_bytes())
    assert run(app, path, channel="qq")[0] == 0
    one = db.session.query(Submission).one()
    assert (one.channel, one.comment_count, one.received_on) == ("qq", 2, date(2026, 3, 10))
    assert [file.name for file in attachments.of([one.id])[one.id]] == ["意见.docx"]
    assert not list((app.config["SETTINGS"].files / "waiting").glob("*"))


def test_no_other_channel(app: Flask, project: Consultation, tmp_path: Path) -> None:
    assert "登记渠道" in run(app, held(tmp_path / "x.txt", "好".encode()), "--check", channel="web")[1]


def test_what_to_look_at_is_told_up_to_what_anybody_reads(app: Flask, project: Consultation, tmp_path: Path) -> None:
    rows = [[number, "第九十条", f"好{number}", *[""] * 9] for number in range(60)]
    code, said = run(app, held(tmp_path / "x.xlsx", workbook(rows)))
    assert (code, said.count("草案里没有"), "另有" in said, "已登记 60 份" in said) == (0, 50, True, True)
