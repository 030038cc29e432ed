"""What notices say, as tables: deadlines as printed, publication, contacts, glued telephones."""

import pytest

from consult.drafts.contacts import split_phones
from consult.drafts.notice import read_notice

DEADLINES = [
    ("请于2024年10月8日前反馈意见。\n某局\n2024年9月5日", "2024-10-08"),
    ("意见建议请于11月23日前寄至我委。\n某局\n2018年11月 12 日", "2018-11-23"),
    ("请于1月5日前反馈意见。\n某局\n2023年12月20日", "2024-01-05"),
    ("现征求意见,并于2017102717:00前反馈。\n某局\n2017年10月9", "2017-10-27T17:00"),
    ("请于2020年3月2日下午5时前将意见反馈我局。", "2020-03-02T17:00"),
    ("请于2020年3月2日24时前反馈意见。", "2020-03-02T24:00"),
    ("意见反馈截止时间为2024年5月20日。", "2024-05-20"),
    ("征求意见时间:2022年3月1日至2022年3月31日。", "2022-03-31"),
    ("征求意见期限为2022年3月1日至31日。", "2022-03-31"),
    ("公示时间从2021年6月1日起到6月30日结束,欢迎提出意见。", "2021-06-30"),
    ("公开征求意见截止日期:2021-07-09。", "2021-07-09"),
    ("请于二〇一八年十一月二十三日前反馈意见。", "2018-11-23"),
    ("请于2023年5月6日（星期六）前反馈意见。", "2023-05-06"),
    ("请于2023年5月6日17:30前反馈意见。", "2023-05-06T17:30"),
    ("请于2023年 月 日前反馈意见。", None),
    ("2024年8月29日,会议审议了草案,现征求意见。", None),
    ("请于2023年2月31日前反馈意见。", None),
    ("欢迎提出意见。", None),
]


@pytest.mark.parametrize(("text", "deadline"), DEADLINES)
def test_deadline(text, deadline):
    assert read_notice(text).deadline == deadline


@pytest.mark.parametrize(
    ("text", "published"),
    [("征求意见。\n某局\n2024年9月5日", "2024-09-05"), ("发布时间:2018-11-12 17:25:15 字体:大\n征求意见", "2018-11-12"),
     ("征求意见。\n二〇二一年三月五日", "2021-03-05"), ("征求意见。\n2017年10月9", "2017-10-09"), ("征求意见。", None)],
)  # fmt: skip
def test_published(text, published):
    assert read_notice(text).published == published


def test_contact():
    text = (
        "意见反馈至市司法局法制科,联系人:张三,电话:0571-12345678,QQ935782648,\n"
        "传 真:0571-87654321\n邮寄地址:某市某路6号\n邮    编:310000\n电子邮箱:abc_d@example.gov.cn"
    )
    assert read_notice(text).contacts == (
        {
            "unit": "市司法局法制科", "person": "张三", "phones": ["0571-12345678"], "qq": "935782648",
            "fax": "0571-87654321", "address": "某市某路6号", "postcode": "310000", "email": "abc_d@example.gov.cn",
        },
    )  # fmt: skip


def test_two_contacts():
    found = read_notice("联系人:张三,电话:13912345678\n联系人:李四,电话:13812345678").contacts
    assert [c["person"] for c in found] == ["张三", "李四"]
    assert [c["phones"] for c in found] == [["13912345678"], ["13812345678"]]


@pytest.mark.parametrize(
    ("run", "numbers"),
    [("237396313628115266", ["2373963", "13628115266"]), ("1362811526613912345678", ["13628115266", "13912345678"]),
     ("13628115266", ["13628115266"]), ("0571-12345678", ["0571-12345678"]), ("2373963", ["2373963"]),
     ("1362811526623739631", ["13628115266", "23739631"])],
)  # fmt: skip
def test_glued_telephones(run, numbers):
    assert split_phones(run) == numbers


def test_document_number():
    assert read_notice("某政办发〔2024〕5号\n征求意见").document_number == "某政办发〔2024〕5号"
