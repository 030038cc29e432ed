"""Whole documents: tables of small drafts of every kind, and the real ones where they lie."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import json
import subprocess
import sys
from pathlib import Path

import pytest

from consult.drafts.reading import Source
from consult.drafts.split import split

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

AMENDING = """全国人大常委会关于修改《湿地法》的决定
一、将第二条修改为：“在本国领域保护湿地，适用本法。
“本法所称湿地，是指：
“（一）天然湿地；
“（二）人工湿地。”
二、第五条改为第六条，第一款修改为：“政府负责湿地保护。”
第十一条修改为：“有关部门应当公布名录。”
三、将第三条修改为：
“第三条　申请人应当具备下列条件：
（一）有场所；
（二）有人员。”
四、删去第十条。
本决定自公布之日起施行。"""

NOTICE = """关于征求《某县村规民约管理办法（征求意见稿）》意见的公告
现面向社会公开征求意见。
一、征求意见时间
2022年3月1日至2022年3月31日。
二、意见反馈方式
（一）邮箱：mzj@example.com；
（二）电话：0551-1234567，联系人：王某；
某县民政局
2022年3月1日
某县村规民约管理办法
（征求意见稿）
一、总则
（一）为规范村规民约，制定本办法。
二、程序
（二）提出草案。"""

TREES = [
    (
        "statute",
        "某条例\n第一章　总　则\n第一条　为了管理，制定本条例。\n第二条　有下列情形的，应当登记：\n（一）新建；\n（二）改建：\n"
        "1.房屋；\n2.道路。\n（三）扩建。\n前款所称扩建，是指扩大。\n第二章　附　则\n第三条　自公布之日起施行。",
        "第一章 | 第一章/第一条 | 第一章/第二条 | 第一章/第二条/（一） | 第一章/第二条/（二） | 第一章/第二条/（二）/1. | "
        "第一章/第二条/（二）/2. | 第一章/第二条/（三） | 第二章 | 第二章/第三条",
    ),
    ("numbers run on", "某意见\n一、要求\n（一）指导思想。\n（二）原则。\n二、任务\n（三）建设。\n（四）服务。",
     "一、 | 一、/（一） | 一、/（二） | 二、 | 二、/（三） | 二、/（四）"),
    ("two levels on one line", "规划\n一、要求\n(一)思想\n内容。\n二、措施(一)领导\n内容。\n(二)考核\n内容。",
     "一、 | 一、/(一) | 二、 | 二、/(一) | 二、/(二)"),
    ("all on one line", "某条例第一章总则第一条为了管理,制定本条例。第二条本条例所称犬只,包括:(一)大型犬;(二)小型犬。"
     "违反本条例第一条的,依照第三条处罚。第二章附则第三条本条例自公布之日起施行。",
     "第一章 | 第一章/第一条 | 第一章/第二条 | 第一章/第二条/(一) | 第一章/第二条/(二) | 第二章 | 第二章/第三条"),
    ("decimals", "标准\n目次\n1 范围........1\n2 要求........2\n2.1 一般......2\n1 范围\n本文件规定要求。\n2 要求\n2.1 一般\n"
     "2.1.1 绿地应当符合：\na) 功能；\nb) 安全。\n2.1.2 坡度不大于\n2.5%。\n附录A\nA.1 名录\nA.2 图例",
     "1 | 2 | 2/2.1 | 2/2.1/2.1.1 | 2/2.1/2.1.1/a) | 2/2.1/2.1.1/b) | 2/2.1/2.1.2 | 附录A | 附录A/A.1 | 附录A/A.2"),
    ("chapters with 一、", "规则\n第一章 总则\n一、为了工作，制定规则。\n二、工作人员履行职责。\n第二章 会议\n三、会议任务是：\n（一）讨论；\n（二）决定。\n四、会议纪要。",
     "第一章 | 第一章/一、 | 第一章/二、 | 第二章 | 第二章/三、 | 第二章/三、/（一） | 第二章/三、/（二） | 第二章/四、"),
    ("quoted new text", AMENDING, "一、 | 二、 | 三、 | 四、"),
    ("notice before", NOTICE, "一、 | 一、/（一） | 二、 | 二、/（二）"),
    ("english", "Law\nContents\nChapter I General\nChapter II Rights\nChapter I General\nArticle 1 This Law applies.\nArticle 2 It means:\n"
     "(1) rules;\n(2) rights under\nArticle 1 of this Law.\nChapter II Rights\nArticle 3 Rights follow.",
     "Chapter I | Chapter I/Article 1 | Chapter I/Article 2 | Chapter I/Article 2/(1) | Chapter I/Article 2/(2) | Chapter II | "
     "Chapter II/Article 3"),
    ("ocr", "办 法\n第 一 章  总 则\n第 一 条  为 了 管 理 。\n- 1 -\n第 二 条  内 容 ：\n（ 一 ） 甲 ；\n（ 二 ） 乙 。",
     "第一章 | 第一章/第一条 | 第一章/第二条 | 第一章/第二条/（一） | 第一章/第二条/（二）"),
    ("wrapped reference", "办法\n第一条　为了加强对行政许可的监督管理，规范行政机关实施行政许可，按照本办法\n第三条规定执行。\n第二条　违反前条第\n（一）项规定的，改正。\n第三条　施行。",
     "第一条 | 第二条 | 第三条"),
    ("unnumbered last part", "# 某法\n## 第一编 总则\n### 第一章 任务\n第一条 任务。\n## 第二编 分则\n### 第一章 罪\n第二条 罪。\n## 附则\n第三条 施行。\n## 附件一\n1．甲决定\n2．乙决定",
     "第一编 | 第一编/第一章 | 第一编/第一章/第一条 | 第二编 | 第二编/第一章 | 第二编/第一章/第二条 | 第三条 | 附件一 | 附件一/1． | 附件一/2．"),
    ("inserted article, captions", "条例\n第一条【目的】 为了管理。\n第一条之一【范围】 适用本市。\n第二条〖施行〗 施行。", "第一条 | 第一条之一 | 第二条"),
    ("two documents", "关于印发两个规定的通知\n各单位：\n请执行。\n某办公室\n2020年1月2日\n关于甲事项管理的规定\n一、资产\n（一）登记。\n关于乙事项管理的规定\n"
     "为促进发展，特制定本规定：\n一、税收\n（一）减免。", "一、 | 一、/（一） | 一、 | 一、/（一）"),
    ("attachments", "办法\n第一条 施行。\n附件：1.名录\n2.图例\n某局\n2020年1月2日\n附件1\n名录\n一、甲类\n二、乙类\n附件2\n图例\n一、图一",
     "第一条 | 附件1 | 附件1/一、 | 附件1/二、 | 附件2 | 附件2/一、"),
    ("true gap", "规定\n第一章 总则\n...\n第三十三条 解释。\n第三十四条 施行。", "第一章 | 第一章/第三十三条 | 第一章/第三十四条"),
    ("the same list twice", "法\n第一条 应当减刑：\n（一）甲；\n（二）乙。\n期限：\n（一）丙；\n（二）丁。\n第二条 施行。",
     "第一条 | 第一条/（一） | 第一条/（二） | 第一条/（一） | 第一条/（二） | 第二条"),
    ("no clauses", "通知\n请知悉。", ""),
    ("unnumbered attachment", "办法\n第一条 施行。\n附件\n名录\n一、甲类\n二、乙类", "第一条 | 一、 | 二、"),
    ("standard without sections", "标准\n1 总则\n1.0.1 制定本标准。\n1.0.2 适用于新建。\n2 规划\n2.1 一般\n2.1.1 应当：\n1 甲；\n2 乙。",
     "1 | 1/1.0.1 | 1/1.0.2 | 2 | 2/2.1 | 2/2.1/2.1.1 | 2/2.1/2.1.1/1 | 2/2.1/2.1.1/2"),
    ("english words", "Rules\nChapter One General\nArticle One These apply.\nArticle Two They cover: (1) laws; and (2) rules.",
     "Chapter One | Chapter One/Article One | Chapter One/Article Two | Chapter One/Article Two/(1) | Chapter One/Article Two/(2)"),
]  # fmt: skip


def tree(text):
    return " | ".join("/".join(p.path) for p in split(Source(text)).pieces if p.kind == "clause")


@pytest.mark.parametrize(("text", "wanted"), [t[1:] for t in TREES], ids=[t[0] for t in TREES])
def test_tree(text, wanted):
    assert tree(text) == wanted


def test_levels_and_paragraphs():
    text = "某条例\n第一章 总则\n第一条 应当登记：\n（一）新建；\n1.房屋。\n前款除外。"
    found = [(p.kind, p.level, p.path[-1:]) for p in split(Source(text)).pieces]
    assert found == [
        ("title", "", ()), ("clause", "chapter", ("第一章",)), ("clause", "article", ("第一条",)), ("clause", "item", ("（一）",)),
        ("clause", "subitem", ("1.",)), ("paragraph", "paragraph", ("第一条",)),
    ]  # fmt: skip


def test_broken_lines_are_one_text():
    found = split(Source("办法\n第一条　为了加强管理，\n规范秩序，制定\n本办法。")).pieces
    assert [p.text for p in found if p.kind == "clause"][0].startswith("为了加强管理，规范秩序")


def test_narrow_lines_are_joined():
    text = "意见\n一、充分认识加强城乡规划管理工作的重\n要意义\n城乡规划是政府指导和调控城乡建设的基本\n手段，各单位应当加强规划管理工作并落实\n责任。"
    assert [p.text for p in split(Source(text * 3)).pieces][1] == "充分认识加强城乡规划管理工作的重要意义"


def test_a_notice_on_the_draft_s_own_line():
    text = "关于《某条例》公开征求意见的公告 请于2020年6月5日前反馈意见。邮箱:a@example.com。 2020年5月6日 某条例 第一章 总则 第一条 目的。 第二条 施行。"
    found = split(Source(text))
    assert found.notice is not None
    assert found.notice.deadline == "2020-06-05"


def test_title_and_stage():
    found = split(Source("某市实行\n“谁执法谁普法”的实施意见\n(公众参与稿)\n\n一、要求\n二、任务"))
    assert (found.title, found.stage_label) == ("某市实行“谁执法谁普法”的实施意见(公众参与稿)", "公众参与稿")


def test_warnings_name_the_line():
    found = split(Source("办法\n第一条 甲。\n第二条 乙。\n第五条 丙。"))
    assert any("第 4 行" in warning and "不连续" in warning for warning in found.warnings)


def test_json_has_exactly_the_contract():
    found = split(Source(NOTICE)).to_json()
    assert set(found) == {"title", "notice", "pieces", "warnings"}
    assert set(found["notice"]) == {"deadline", "published", "contacts"}
    assert {frozenset(p) for p in found["pieces"]} == {frozenset(("kind", "label", "level", "path", "text", "line"))}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.skipif(not (SHARED / "tools" / "score_split.py").exists(), reason="the real documents are elsewhere")
def test_real_documents():
    runner = "import sys; from consult.drafts.split_command import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, str(SHARED / "tools/score_split.py"), "--", sys.executable, "-c", runner, "--json"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2], check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "-----" not in run.stdout and "LOST" not in run.stdout and "WRONG" not in run.stdout, run.stdout
