"""Corrections of a split document: what each does and what it refuses."""

from dataclasses import replace
from typing import Any

import pytest

from consult.base.errors import Refused
from consult.drafts import mend
from consult.drafts.mend_places import breaks, findings, settled_by
from consult.drafts.split import Split
from tests.drafts.drawings import at, characters, made, source, tree


def test_a_split_gives_a_clause_where_a_label_stands() -> None:
    cut = made()
    after = mend.split_at(cut, at(cut, "第三条"), "第四条")
    piece = after.pieces[at(after, "第四条")]
    assert (piece.kind, piece.level, piece.path, piece.text) == ("clause", "article", ("第一章", "第四条"), "白天关灯。")
    assert mend.split_at(cut, at(cut, "第三条"), 5) == after
    assert characters(after) == characters(cut)


def test_a_split_without_a_label_is_a_paragraph_of_the_same_clause() -> None:
    cut = made()
    index = at(cut, "本办法所称")
    after = mend.split_at(cut, index, "县里")
    assert after.pieces[index + 1].text == "县里另有规定的除外。"
    assert after.pieces[index + 1].path == after.pieces[index].path == ("第一章", "第一条")


def test_a_split_takes_a_label_that_is_given() -> None:
    cut = made(".c 第一条|甲乙。特别条款 丙丁。\n.c 第二条|戊。")
    after = mend.split_at(cut, 0, "特别条款", label="特别条款")
    assert tree(after) == [".c 第一条|甲乙。", "..c 特别条款|丙丁。", ".c 第二条|戊。"]
    assert tree(mend.split_at(cut, 0, "特别条款")) == [".c 第一条|甲乙。", ".p |特别条款 丙", ".c 第二条|戊。"]


@pytest.mark.parametrize(
    ("where", "label", "says"),
    [(0, "", "中间"), (99, None, "中间"), (-1, None, "中间"), ("没有", None, "没有这几个字"), ("条", None, "不止一处"),
     (" ", None, "没有这几个字"), ("第二条", "第九条", "开头的字一样")],
)  # fmt: skip
def test_a_split_is_refused(where: int | str, label: str | None, says: str) -> None:
    with pytest.raises(Refused, match=says):
        mend.split_at(made("p 正文从第一条到第二条为止。"), 0, where, label)


def test_a_false_clause_goes_back_into_its_sentence_with_what_hangs_under_it() -> None:
    cut = made(".c 第一条|应当依照\n.c 第三条|的规定：\n..c （一）|甲；\n..c （二）|乙。\n.c 第二条|丙。")
    after = mend.merge_with_previous(cut, 1)
    assert tree(after) == [".c 第一条|应当依照第三", "..c （一）|甲；", "..c （二）|乙。", ".c 第二条|丙。"]
    assert after.pieces[0].text == "应当依照第三条的规定："


def test_nothing_of_the_draft_is_merged_into_what_nobody_may_comment_on() -> None:
    cut = made("f 首页\n.c 第一条|甲")
    with pytest.raises(Refused, match="前一段不是正文"):
        mend.merge_with_previous(cut, 1)
    with pytest.raises(Refused, match="第一段"):
        mend.merge_with_previous(cut, 0)


def test_titles_in_pieces_become_one() -> None:
    cut = made("t 关于某事的\np 若干规定\n.c 第一条|甲")
    assert tree(mend.merge_with_previous(cut, 1)) == ["t |关于某事的若", ".c 第一条|甲"]


def test_levels_move_with_what_hangs_under_them() -> None:
    cut = made()
    index = at(cut, "第二条")
    after = mend.move_level(cut, index, "deeper")
    assert after.pieces[index].path == ("第一章", "第一条", "第二条")
    assert after.pieces[index + 1].path == ("第一章", "第一条", "第二条", "（一）")
    assert after.pieces[index + 1].level == "item"
    assert mend.move_level(after, index, "shallower") == cut
    with pytest.raises(Refused, match="没有同级"):
        mend.move_level(cut, at(cut, "（一）"), "deeper")
    with pytest.raises(Refused, match="最高一级"):
        mend.move_level(cut, at(cut, "第二章"), "shallower")
    with pytest.raises(Refused, match="只有条款"):
        mend.move_level(cut, 0, "deeper")


def test_like_siblings_move_together() -> None:
    cut = made(".c 一、|目标\n.p |甲。\n..c （一）|乙。\n..c （二）|丙。\n..p |戊。\n..c （三）|丁。\n.c 二、|措施")
    up = mend.move_level(cut, 2, "shallower", run=True)
    assert [len(p.path) for p in up.pieces if p.kind == "clause"] == [1, 1, 1, 1, 1]
    assert mend.move_level(up, 2, "deeper", run=True) == cut
    alone = mend.move_level(up, 2, "deeper")
    assert [len(p.path) for p in alone.pieces if p.kind == "clause"] == [1, 2, 1, 1, 1]


def test_a_paragraph_moves_between_the_clauses_that_are_open() -> None:
    cut = made(".c 第一条|甲：\n..c （一）|乙；\n..c （二）|丙。\n.p |丁。")
    deeper = mend.move_level(cut, 3, "deeper")
    assert deeper.pieces[3].path == ("第一条", "（二）")
    with pytest.raises(Refused, match="最里面"):
        mend.move_level(deeper, 3, "deeper")
    top = mend.move_level(cut, 3, "shallower")
    assert (top.pieces[3].path, top.pieces[3].level) == ((), "")
    with pytest.raises(Refused, match="不属于任何"):
        mend.move_level(top, 3, "shallower")


def test_a_chapter_that_was_not_seen_takes_the_articles_after_it() -> None:
    cut = made("t 第一章总则\n.c 第一条|甲。\n.p |又。\n.c 第二条|乙：\n..c （一）|丙。")
    after = mend.retype(cut, 0, "clause")
    assert [len(p.path) for p in after.pieces] == [1, 2, 2, 2, 3]
    assert after.pieces[0].level == "chapter"
    assert mend.retype(after, 0, "title") == cut


def test_an_article_that_was_not_seen_takes_the_items_after_it() -> None:
    cut = made(".c 第一章|总则\n..c 第一条|甲。\n..p 第二条 应当：\n...c （一）|乙。\n..c 第三条|丙。")
    after = mend.retype(cut, 2, "clause")
    assert after.pieces[2].path == ("第一章", "第二条")
    assert after.pieces[3].path == ("第一章", "第二条", "（一）")
    assert after.pieces[4].path == ("第一章", "第三条")


@pytest.mark.parametrize("kind", ["title", "paragraph", "furniture", "notice", "signature"])
def test_other_kinds_and_back(kind: str) -> None:
    cut = made()
    index = at(cut, "第二条")
    after = mend.retype(cut, index, kind)
    assert (after.pieces[index].kind, after.pieces[index].label) == (kind, "")
    assert characters(after) == characters(cut)
    assert after.pieces[index + 1].path == ("第一章", "第一条", "（一）")
    assert mend.retype(after, index, "clause") == cut
    with pytest.raises(Refused, match="已经是"):
        mend.retype(after, index, kind)


def test_a_clause_needs_a_label_that_stands_there() -> None:
    cut = made("t 某办法的规定\n.c 第一条|甲")
    with pytest.raises(Refused, match="写出编号"):
        mend.retype(cut, 0, "clause")
    with pytest.raises(Refused, match="一个字也不能改"):
        mend.retype(cut, 0, "clause", "第一条")
    with pytest.raises(Refused, match="最多"):
        mend.retype(cut, 0, "clause", "长" * 41)
    assert mend.retype(cut, 0, "clause", "某办法").pieces[0].text == "的规定"


def test_an_attachment_has_a_tree_of_its_own() -> None:
    cut = made(".c 第一章|总则\n..c 第一条|甲。\n..p 登记说明\n..c 一、|乙\n...c （一）|丙。\n..c 二、|丁\n..p 戊")
    after = mend.new_document(cut, 2)
    assert tree(after)[1:] == ["..c 第一条|甲。", "t |登记说明", ".c 一、|乙", "..c （一）|丙。", ".c 二、|丁", ".p |戊"]
    assert after.pieces[2].level == "attachment"
    with pytest.raises(Refused, match="已经是另一份"):
        mend.new_document(after, 2)


def test_clauses_before_the_chapters_of_an_attachment_stay_beside_each_other() -> None:
    cut = made(".c 第一章|总则\n..p 另一办法\n..c 第一条|甲。\n..c 第二条|乙。\n.c 第二章|丙\n..c 第三条|丁。")
    assert [len(p.path) for p in mend.new_document(cut, 1).pieces] == [1, 0, 1, 1, 1, 2]


def test_a_numbered_attachment_is_the_root_of_its_clauses() -> None:
    cut = made(".c 第一条|甲。\n.p 附件1 登记表\n.c 一、|乙\n.p |丙\nt 附件2\n.c 一、|丁")
    cut = mend.new_document(cut, 4)
    after = mend.new_document(cut, 1)
    assert tree(after)[1:] == [".c 附件1|登记表", "..c 一、|乙", "..p |丙", ".c 附件2|", "..c 一、|丁"]
    assert [p.level for p in after.pieces if p.label.startswith("附件")] == ["attachment", "attachment"]


def test_a_label_grows_and_shrinks_by_the_characters_that_are_there() -> None:
    cut = made(".c 第一条|之一款甲。\n..c （一）|乙")
    after = mend.relabel(cut, 0, "第一条 之一")
    assert (after.pieces[0].label, after.pieces[0].text) == ("第一条之一", "款甲。")
    assert after.pieces[1].path == ("第一条之一", "（一）")
    assert mend.relabel(after, 0, "第一条") == cut
    for wrong in ("第二条", "", " "):
        with pytest.raises(Refused):
            mend.relabel(cut, 0, wrong)
    with pytest.raises(Refused, match="只有条款"):
        mend.relabel(made("t 某"), 0, "某")


def with_warnings(cut: Split, *warnings: str) -> Split:
    return replace(cut, warnings=warnings)


def test_warnings_go_when_they_are_settled() -> None:
    said = "第 12 行“第九条”：编号不连续，请核对原文。"
    cut = with_warnings(made(), said, "其他。")
    found, other = findings(cut, source(cut))
    assert (found.line, found.index, found.offset) == (12, at(cut, "第九条"), None)
    ways = dict(found.ways)
    assert mend.apply(cut, ways["原文就是这样"]).warnings == ("其他。",)
    merged = mend.apply(cut, ways["不是条款，并入上一段"])
    assert (merged.warnings, len(merged.pieces)) == (("其他。",), len(cut.pieces) - 1)
    deeper = mend.apply(cut, ways["归入上一条"])
    assert deeper.pieces[found.index].path == ("第二章", "第五条", "第九条")
    assert settled_by([found, other], found.index) == [said]
    assert (other.index, other.line, [words for words, _ in other.ways]) == (None, None, ["知道了"])
    with pytest.raises(Refused, match="已经处理"):
        mend.accept(merged, said)


def test_a_line_that_was_taken_as_text_becomes_a_clause_in_one_press() -> None:
    cut = made()
    text = source(cut).replace(" 第二条的规定", "\n第二条的规定")
    said = "第 12 行以“第二条”开头，按正文处理，没有作为条款。"
    (found,) = findings(with_warnings(cut, said), text)
    assert cut.pieces[found.index].label == "第五条"
    assert cut.pieces[found.index].text[found.offset :].startswith("第二条的")
    after = mend.replay(with_warnings(cut, said), [dict(found.ways)["是条款，从这里分开"]], text)
    assert after.warnings == ()
    assert (after.pieces[found.index + 1].label, after.pieces[found.index + 1].line) == ("第二条", 12)


@pytest.mark.parametrize("said", ["第 99 行“第一条”：编号重复，请核对原文。", "第 0 行。", "第三行", ""])
def test_a_warning_without_a_place_stands_above(said: str) -> None:
    (found,) = findings(with_warnings(made(), said), source(made()))
    assert found.index is None


def test_places_to_break_stand_before_labels_and_after_sentences() -> None:
    text = "甲；乙。第五条 丙，丁：（一）戊"
    assert [text[place:][:2] for place in breaks(text)] == ["乙。", "第五", "（一"]
    assert breaks("甲") == []


@pytest.mark.parametrize(
    "edit",
    [{}, {"do": "no"}, {"do": "retype", "index": 1}, {"do": "retype", "index": "1", "kind": "title"},
     {"do": "retype", "index": True, "kind": "title"}, {"do": "merge_with_previous", "index": 99},
     {"do": "merge_with_previous", "index": -1}, {"do": "merge_with_previous", "index": 1, "x": 1},
     {"do": "retype", "index": 1, "kind": "toc"}, {"do": "move_level", "index": 5, "way": "up"},
     {"do": "split_at", "index": 1, "at": None}],
)  # fmt: skip
def test_nonsense_is_refused_politely(edit: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="请"):
        mend.apply(made(), edit)
