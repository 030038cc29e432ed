"""Mails: who wrote, when by a Shanghai clock, in whatever charset, with every file and every mail that they carry."""

import base64
import time
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.base.clock import parse_local
from consult.base.errors import Refused
from consult.intake.incoming import Incoming
from consult.intake.incoming_mail import is_mail, read_mails
from consult.intake.loading import read_incoming
from tests.factories.incoming import document, mail, mbox

AT = parse_local("2026-03-06T10:00")


def only(data: bytes) -> Incoming:
    """The one mail of a file."""
    (one,) = read_incoming(data, "x.eml").sendings
    return one


def test_a_mail_says_who_and_when_and_what() -> None:
    one = only(mail("您好：\n第三条太大。\n\n> 原文\n-- \n朱小明\n", at=AT).as_bytes())
    assert one.said[0].text == "您好：\n第三条太大。\n\n> 原文\n-- \n朱小明"
    assert (one.sender.name, one.sender.email) == ("朱小明", "zhu@example.cn")
    assert (one.received_on, one.channel, one.subject) == (date(2026, 3, 6), "email", "对第三条的意见")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 6, 15, 59, tzinfo=UTC), date(2026, 3, 6)), (datetime(2026, 3, 6, 16, 0, tzinfo=UTC), date(2026, 3, 7)),
        (parse_local("2026-04-02T23:59"), date(2026, 4, 2)),
    ],
)  # fmt: skip
def test_the_day_is_that_of_a_shanghai_clock(moment: datetime, day: date) -> None:
    assert only(mail("好", at=moment).as_bytes()).received_on == day


@pytest.mark.parametrize("header", ["", "Date: yesterday", "Date: Fri, 99 Mar 2026 99:99:99 +9999", "Date: "])
def test_a_mail_without_a_day_says_so(header: str) -> None:
    one = only(f"From: a@b.cn\nSubject: x\n{header}\n\n好\n".replace("\n\n\n", "\n\n").encode())
    assert one.received_on is None
    assert "邮件没有写明日期，请核对收到日期" in one.notes


def raw(charset: str, encoding: str, words: str = "第三条太大，镕基、喆") -> bytes:
    head = f"From: a@b.cn\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain{charset}\nContent-Transfer-Encoding: 8bit\n\n"
    return head.encode() + words.encode(encoding)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("; charset=gb2312", "gb18030"), ('; charset="GBK"', "gb18030"), ("; charset=gb18030", "gb18030"), ("; charset=utf-8", "utf-8"),
        ("", "gb18030"), ("", "utf-8"), ("; charset=iso-8859-1", "gb18030"), ("; charset=x-nobody-knows", "utf-8"),
        ("; charset=utf-8", "gb18030"), ("; charset=us-ascii", "gb18030"), ("; charset*=x''%", "utf-8"),
    ],
)  # fmt: skip
def test_charsets_true_and_false(charset: str, encoding: str) -> None:
    assert only(raw(charset, encoding)).said[0].text == "第三条太大，镕基、喆"


def test_names_in_bare_bytes_and_in_false_charsets() -> None:
    for name in ("朱小明".encode("gb18030"), "朱小明".encode(), b"=?gb2312?B?1uzQocP3?=", b"=?gbk?Q?=D6=EC=D0=A1=C3=F7?="):
        one = only(b"From: " + name + b" <zhu@example.cn>\nSubject: " + name + b"\n\nx\n")
        assert (one.sender.name, one.sender.email, one.subject) == ("朱小明", "zhu@example.cn", "朱小明")


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("zhu@example.cn", "", "zhu@example.cn"), ("朱小明", "朱小明", ""), ('"朱, 小明" <zhu@example.cn>', "朱, 小明", "zhu@example.cn"),
        ("<zhu@example.cn>", "", "zhu@example.cn"), ("朱 <not-an-address>", "朱", ""), ("", "", ""), ('"', "", ""), ("a@b@c <>", "a@b@c <>", ""),
    ],
)  # fmt: skip
def test_senders_as_programs_write_them(sender: str, name: str, address: str) -> None:
    one = only(f"From: {sender}\nSubject: x\n\n好\n".encode())
    assert (one.sender.email, one.sender.name or "") == (address, name) or (address == "" and name in one.sender.name)


def test_plain_words_before_the_page_and_a_page_alone() -> None:
    both = mail("纯文本", html="<p>网页</p>")
    assert only(both.as_bytes()).said[0].text == "纯文本"
    page = mail(html="<style>p{}</style><div>第三条<b>太大</b></div><div>谢谢<br>朱</div><nav>导航也是字</nav>")
    assert only(page.as_bytes()).said[0].text == "第三条太大\n\n谢谢\n朱\n导航也是字"


def test_every_file_is_kept() -> None:
    one = only(mail("见附件", files=[("意见.docx", document(["x"])), ("照片.zip", b"PK\x05\x06x"), ("空.txt", b"")]).as_bytes())
    assert [(file.name, bool(file.data)) for file in one.files] == [("意见.docx", True), ("照片.zip", True)]
    assert "附件“空.txt”是空的" in one.notes


def test_a_mail_without_words_names_its_files() -> None:
    one = only(mail("", files=[("意见.docx", b"PK")]).as_bytes())
    assert one.said[0].text == "（邮件没有正文，见附件：意见.docx）"


def test_forwarded_mails_are_mails_of_their_own() -> None:
    inner = mail("第四条太短", sender="李四 <li@example.cn>", at=AT, files=[("a.pdf", b"%PDF-1.4")])
    carrier = mail("", sender="收发室 <sf@example.gov.cn>", forwarded=[inner, mail("好", sender="王五 <w@example.cn>")])
    found = read_mails(carrier.as_bytes()).sendings
    assert [(one.sender.name, one.said[0].text, len(one.files)) for one in found] == [("李四", "第四条太短", 1), ("王五", "好", 0)]
    said = read_mails(mail("请登记", forwarded=[inner]).as_bytes()).sendings
    assert [one.said[0].text for one in said] == ["请登记", "第四条太短"]


@pytest.mark.parametrize("kept", range(9, 45))
def test_a_mail_that_was_cut_off_says_so_and_never_says_base64(kept: int) -> None:
    body = base64.b64encode("第八条收费太高，应当降低。".encode())[:kept]
    head = b"From: a@example.cn\nDate: Fri, 6 Mar 2026 10:00:00 +0800\nContent-Type: text/plain; charset=utf-8\n"
    one = only(head + b"Content-Transfer-Encoding: base64\n\n" + body + b"\n")
    assert "第八条收费太高，应当降低。".startswith(one.said[0].text.rstrip("\ufffd"))
    assert (kept % 4 == 0) != any("缺了一截" in note for note in one.notes)


def test_who_hands_a_letter_on_may_not_be_who_wrote_it() -> None:
    one = only(mail("请登记。\n------ 转发邮件 ------\n发件人：李四\n第三条太大", at=AT).as_bytes())
    assert "信里有转发的内容，请核对是谁提出的" in one.notes


def test_a_box_of_mails() -> None:
    mails = [mail(f"第{number}封\nFrom 这里起\n>From 那里", at=AT).as_bytes() for number in range(1, 4)]
    found = read_incoming(mbox(mails), "x").sendings
    assert [one.said[0].text for one in found] == [f"第{number}封\nFrom 这里起\n>From 那里" for number in range(1, 4)]
    assert [one.place for one in found] == [f"第 {number} 封邮件（对第三条的意见）" for number in range(1, 4)]


def test_no_mail_nests_for_ever() -> None:
    one: EmailMessage = mail("底")
    for _ in range(60):
        one = mail("", forwarded=[one])
    with pytest.raises(Refused, match="层次太多"):
        read_mails(deep())
    assert read_mails(one.as_bytes()).sendings


def deep() -> bytes:
    """A mail of many thousand parts."""
    parts = "".join("--x\nContent-Type: text/plain\n\n好\n" for _ in range(3000))
    return f"From: a@b.cn\nSubject: x\nContent-Type: multipart/mixed; boundary=x\n\n{parts}--x--\n".encode()


@pytest.mark.parametrize("text", ["第三条：太大\n第四条：太短\n", "姓名：李四\n意见：好\n", "http://a.cn\nx: y\n", ""])
def test_a_letter_is_no_mail(text: str) -> None:
    assert not is_mail(text.encode())


@settings(deadline=None)
@given(
    st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.binary(max_size=200),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=a", "message/rfc822", "x", "multipart/alternative", "text/plain; charset=\x00"]),
    st.sampled_from(["8bit", "base64", "quoted-printable", "x-uuencode", "?"]),
)  # fmt: skip
def test_no_mail_breaks_the_reader(sender: str, subject: str, day: str, body: bytes, kind: str, encoding: str) -> None:
    head = f"From: {sender}\nSubject: {subject}\nDate: {day}\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n"
    for one in read_mails(head.encode("utf-8", "replace") + body).sendings:
        assert one.channel == "email"


def nested(levels: int) -> bytes:
    """A mail in a mail in a mail."""
    inside = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello"
    return b"From: a@b.cn\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * levels + inside


HEAD = b'From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="q"\r\n\r\n'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (nested(2_000), "层次太多"), (HEAD + b"--q\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 100_000 + b"--q--\r\n", "层次太多"),
        (b"From: a@b.cn\r\nSubject: x\r\nContent-Type: text/plain; " + b"a=b; " * 500_000 + b"\r\n\r\nhello", "信头太长"),
    ],
    ids=["deep", "parts", "header"],
)  # fmt: skip
def test_what_would_keep_the_parser_busy_is_refused_before_it(data: bytes, says: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused, match=says):
        read_incoming(data, "x.eml")
    assert time.process_time() - began < 5


def test_an_endless_subject_is_cut() -> None:
    began = time.process_time()
    one = only(b"From: a@b.cn\r\nSubject: " + b"=?utf-8?b?5ZOI?= " * 100_000 + b"\r\n\r\n" + "意见正文".encode())
    assert one.said[0].text == "意见正文" and one.subject.startswith("哈哈")
    assert time.process_time() - began < 5
