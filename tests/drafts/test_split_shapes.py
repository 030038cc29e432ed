"""Shapes of documents that once came out wrong: notices, attachments, portals, odd first words; small and invented."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import pytest

from consult.drafts.reading import Source
from consult.drafts.split import split

TREES = [
    ("title below an attachment's label", "关于印发养护办法的通知\n现印发给你们。\n某局\n2021年6月1日\n附件1\n某县道路养护管理办法\n第一章 总则\n第一条 目的。\n"
     "附件2\n某县桥梁养护管理细则\n第一条 目的。",
     "附件1 | 附件1/第一章 | 附件1/第一章/第一条 | 附件2 | 附件2/第一条"),
    ("Chinese number of an attachment", "某区法\n第一条 目的。\n附件一\n负责人的产生办法\n一、选举。\n二、任命。", "第一条 | 附件一 | 附件一/一、 | 附件一/二、"),
    ("attachments announced in rows", "某方案\n一、任务\n附件1：任务分工表\n附件2：联系人名单\n某局\n2021年1月5日", "一、"),
    ("portal below", "某办法\n第一条 甲。\n第二条 乙。\n【打印】 【关闭】\n分享到：\n相关链接：\n1.某办法解读\n2.图解某办法", "第一条 | 第二条"),
    ("downloads below", "某办法\n第一条 甲。\n附件下载：\n1、某办法.docx\n2、说明.docx\n上一篇：某事", "第一条"),
    ("一、 before a numeral", "某清单\n一、三年目标\n二、一般项目\n三、两项要求", "一、 | 二、 | 三、"),
    ("first words that may refer", "某条例\n第一条规范管理。\n第二条所有单位。\n第三条中国公民。\n第四条及时处理。\n第五条项目建设。\n第六条目标考核。\n第七条至少一次。\n"
     "第八条约定优先。\n第九条例外情形。\n第十条与本条例不一致的，从其规定。",
     " | ".join(f"第{n}条" for n in "一二三四五六七八九十")),
    ("first words of items", "某方案\n一、任务\n（一）目标。\n（二）项目管理。\n（三）及时报送。\n（四）等级划分。\n（五）至少两次。",
     "一、 | 一、/（一） | 一、/（二） | 一、/（三） | 一、/（四） | 一、/（五）"),
    ("digits after 1.", "某方案\n一、任务\n1.2025年底前完成。\n2.100%覆盖。\n3.5G基站。\n4.3个月内建成。", "一、 | 一、/1. | 一、/2. | 一、/3. | 一、/4."),
    ("chapters glued to their titles", "某法\n第一章程序\n第一条目的。\n第二章法律责任\n第二条罚款。", "第一章 | 第一章/第一条 | 第二章 | 第二章/第二条"),
    ("、 after the label", "某章程\n第一章、总则\n第一条、目的。\n第二条、性质。", "第一章 | 第一章/第一条 | 第一章/第二条"),
    ("two of one list named", "某办法\n第一条 包括（一）（二）两类。\n第二条 应当：\n（一）甲；\n（二）乙。", "第一条 | 第二条 | 第二条/（一） | 第二条/（二）"),
    ("a page ends in a word", "某办法\n第一条 为了加强管理并且规范有关单位的各项具体工作以及做到统\n- 3 -\n一、规范、高效，制定本办法。\n第二条 施行。", "第一条 | 第二条"),
    ("OCR rows", "某 某 市 档 案 办 法\n第 一 条   为 了 加 强 档 案 管 理 ， 制 定 本 办 法 ， 参 照 附 件 7 执 行 。\n第 二 条   包 括 ： （ 一 ） 文 字 ； （ 二 ） 图 表 。",
     "第一条 | 第二条 | 第二条/（一） | 第二条/（二）"),
    ("OCR 笫 and a lost bracket", "某意见\n笫一条 目的：\n一）甲；\n二）乙。\n第二条 施行。", "笫一条 | 笫一条/一） | 笫一条/二） | 第二条"),
    ("contents of glued decimals", "某预案\n目录\n1总则\n1.1目的\n2附则\n1总则\n1.1目的\n为了应对。\n2附则\n本预案施行。", "1 | 1/1.1 | 2"),
    ("English act", "Access Act\nPart I ACCESS\n1 Right of access\n(1) Any person may ask—\n(a) to be told, and\n(b) to see it.\n2 Scope\n(1) This section follows section\n1 of the Act.",
     "Part I | Part I/1 | Part I/1/(1) | Part I/1/(1)/(a) | Part I/1/(1)/(b) | Part I/2 | Part I/2/(1)"),
    ("English articles on one line", "Law\nArticle 1 This applies. Article 2 It means: (1) rules; and (2) rights under\nArticle 9 of the Code.",
     "Article 1 | Article 2 | Article 2/(1) | Article 2/(2)"),
    ("English chapters without Contents", "RULES\nCHAPTER I GENERAL\nCHAPTER II FEES\nCHAPTER I\nGENERAL\nArticle 1. Aim.\nCHAPTER II\nFEES\nArticle 1045. Fees.",
     "CHAPTER I | CHAPTER I/Article 1. | CHAPTER II | CHAPTER II/Article 1045."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [t[1:] for t in TREES], ids=[t[0] for t in TREES])
def test_tree(text, wanted):
    assert " | ".join("/".join(p.path) for p in split(Source(text)).pieces if p.kind == "clause") == wanted


NO_DEADLINE = """关于公开征求《某市推进充电设施建设的实施意见（征求意见稿）》意见的公告
为了方便充电，我局起草了《某市推进充电设施建设的实施意见（征求意见稿）》，现公开征求意见。
某市住房和城乡建设局
某市推进充电设施
建设的实施意见
（征求意见稿）
现提出以下意见。
一、目标
1.完成。
某市住房和城乡建设局
2022年3月1日"""


def test_a_notice_ends_where_the_title_it_announced_begins():
    found = split(Source(NO_DEADLINE))
    assert (found.title, found.stage_label) == ("某市推进充电设施建设的实施意见(征求意见稿)", "征求意见稿")
    assert found.notice is not None and found.notice.deadline is None
    assert [p.kind for p in found.pieces[:5]] == ["notice", "notice", "notice", "title", "title"]
    assert [p.label for p in found.pieces if p.kind == "clause"] == ["一、", "1."]


def test_a_title_broken_after_a_word_that_ends_titles():
    assert split(Source("某市保障措施\n实施意见\n（草案）\n一、甲\n二、乙")).title == "某市保障措施实施意见(草案)"


def test_a_letter_asks_for_opinions_on_itself():
    found = split(Source("关于征求改造方案意见的通知\n截至5月10日下午5点，请将意见交居委会。\n一、改造内容\n二、资金\n某居委会\n2023年4月25日"))
    assert found.notice is not None and found.notice.deadline == "2023-05-10T17:00"
    assert [p.label for p in found.pieces if p.kind == "clause"] == ["一、", "二、"]


def test_a_notice_without_a_draft_has_channels_only():
    found = split(Source("关于征求规划意见的公告\n一、征求时间：2023年4月1日至5月1日。\n二、反馈方式：邮箱a@example.com。\n某局\n2023年4月1日"))
    assert found.notice is not None and found.notice.deadline == "2023-05-01"
    assert not [p for p in found.pieces if p.kind == "clause"]
