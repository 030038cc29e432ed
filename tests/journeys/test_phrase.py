"""static/phrase.js says to the letter what consult/drafts/suggestion.py says: generated clauses and edits go to both."""

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from consult.drafts import suggestion
from consult.drafts.edits import parts
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser

CASES = 800
CLAUSES = [
    "主路路灯间距不超过四十米。", "路灯损坏的，村民委员会应当在五日内修复；逾期不修复的，由县住房和城乡建设局责令限期修复，并可以处五百元以上一千元以下罚款。",
    "期限不少于30日，公告不少于30日。", "节约用电；", "“一户一表”是指每户装1只电表、1.5kW以上另装。\n电费按month结算。", "𠮷野家😀旁的𠮷巷，啊啊啊啊啊啊", "aaaa", "",
]  # fmt: skip
PIECES = ["三十", "五", "20", "2.5", "kW", "、支路", "”修改为“", "”。", "”，并将“", "”后增加“", "建议将第三条", "中的“", "\n", "\r\n", "　", " ", "啊", "𠮷", "😀", "，急弯处不超过二十米", "应当", "不"]  # fmt: skip
REMARKS = ["太暗了，看不见。", "同意", "建议将第三条中的“四十米”修改为“三十米”。", "我觉得应该多用太阳能路灯，这样更节省电费；谢谢", "建议删除第三条。"]
NAMES = ["第三条", "第十条之一", "第二部分第(五)项第12点", "附件二", "“为了方便，大家”", "坏“名", "", "中的", "全文"]
STANCES = ["", "amend", "delete", "add", "other", "support"]


def edited(dice: random.Random, text: str) -> str:
    """The clause with up to eight places changed, or something else altogether."""
    if dice.random() < 0.1:
        return dice.choice([*REMARKS, text, "", f"{text}\n{dice.choice(REMARKS)}", f"  {text}\r\n"])
    for _ in range(dice.randint(1, 8)):
        start = dice.randint(0, len(text))
        end = min(len(text), start + dice.choice([0, 0, 1, 2, 5]))
        text = text[:start] + dice.choice(["", *PIECES]) + text[end:]
    return text


def test_both_say_the_same(site: Site, visit: Callable[..., Page]) -> None:
    dice = random.Random(20261122)
    cases = []
    for _ in range(CASES):
        text = dice.choice(CLAUSES) * dice.choice([1, 1, 1, 2])
        cases.append([dice.choice(NAMES), text, edited(dice, text), dice.choice(STANCES)])
    page = visit()
    page.goto("/help")
    found = page.evaluate(
        """async (cases) => {
          const here = await import("/static/phrase.js");
          const kinds = { "": "equal", del: "delete", ins: "insert" };
          return cases.map(([name, text, typed, stance]) => {
            const made = here.propose(name, text, typed, stance);
            const lines = here.parts(text, typed).map(([kind, words]) => [kinds[kind], words]);
            return [made, here.apply(made, text), here.box(made, text), lines];
          });
        }""",
        cases,
    )
    said = []
    for (name, text, typed, stance), (made, applied, box, lines) in zip(cases, found, strict=True):
        case = (name, text, typed, stance)
        assert (case, made) == (case, suggestion.propose(name, text, typed, stance))
        assert (case, applied, box) == (case, suggestion.apply(made, text), suggestion.box(made, text))
        assert (case, [tuple(one) for one in lines]) == (case, parts(text, typed))
        said.append(made)
    kinds = ["修改为“", "删除", "后增加“", "前增加“", "修改为：“", "之后增加一", "，并"]
    assert all(sum(kind in one for one in said) >= 5 for kind in kinds), "the cases reach every kind of phrase"
