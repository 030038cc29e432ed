"""The announcement as a Word file: before publication the words as they would be, afterwards those that were frozen."""

import io
from datetime import timedelta

from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db
from consult.intake.models import Comment
from tests.factories.people import make_project, make_user
from tests.summary.releasing import approve, decided, publish
from tests.summary.world import AFTER, rule
from tests.web.pages import browser


def lines(data: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(data)).paragraphs if one.text]


def test_the_published_words_are_the_file_and_stay_so(app: Flask, client: FlaskClient) -> None:
    number = decided()
    approve()
    first = publish()
    app.extensions["clock"] = lambda: AFTER
    answer = client.get("/c/demo/result/1/notice.docx")
    assert answer.status_code == 200 and "wordprocessingml" in answer.headers["Content-Type"]
    said = lines(answer.data)
    *body, office, day = first.notice.split("\n")
    assert said[0].replace("\n", "") == body[0] and said[1:] == [*body[1:], "附件：公众意见采纳情况表", office, day]
    assert "/c/demo/result/1/notice.docx" in client.get("/c/demo/result").text
    rule(db.session.query(Comment).filter_by(consultation_id=number).first().id, "adopted")
    approve()
    publish()
    assert lines(client.get("/c/demo/result/1/notice.docx").data) == said
    assert "采纳1条，部分采纳0条，不采纳1条" in "".join(lines(client.get("/c/demo/result/2/notice.docx").data))
    assert client.get("/c/demo/result/3/notice.docx").status_code == 404


def test_the_office_reads_it_before_and_sums_that_fail_have_no_words(app: Flask) -> None:
    make_project("empty")
    app.extensions["clock"] = lambda: AFTER
    office = browser(app, make_user("office"))
    said = lines(office.get("/office/c/empty/result/notice.docx").data)
    assert "未收到社会公众的意见建议" in said[1] and not any("附件" in one for one in said)
    decided()
    db.session.connection().exec_driver_sql("UPDATE submission SET comment_count = 3")
    db.session.commit()
    answer = office.get("/office/c/demo/result/notice.docx")
    assert answer.status_code == 422 and "收到 3 条，不等于有效 2 条" in answer.text


def test_what_is_out_is_not_offered_for_publication_again(app: Flask) -> None:
    number = decided()
    app.extensions["clock"] = lambda: AFTER
    office = browser(app, make_user("office"))
    approve()
    assert "公布采纳情况</button>" in office.get("/office/c/demo/result").text
    publish()
    page = office.get("/office/c/demo/result").text
    assert "</button>" not in page.partition("审批和公布")[2] and "可以再次公布，作为更正" in page and "/c/demo/result/1" in page
    rule(db.session.query(Comment).filter_by(consultation_id=number).first().id, "adopted")
    approve(now=AFTER + timedelta(hours=1))
    assert "再次公布，作为更正</button>" in office.get("/office/c/demo/result").text
