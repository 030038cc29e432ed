"""Copies of one letter find each other through slips and additions; what is only alike stays apart; nothing is quadratic."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.review.additions import additions
from consult.review.sentences import same, sentences
from consult.review.similarity import Index, candidates, cluster, joins, joins_all, sketch
from consult.review.singles import inverted
from tests.review.campaigns import Labelled, labelled, letter, member, scores, sentence, slips
from tests.review.vocabulary import STOCK

APPEAL = "我们是河东小区的居民，夜里施工的声音太大，老人孩子都睡不好，请把停工时间提前到晚上九点，并安排专人巡查。"


def groups_of(texts: list[str], found: list) -> list[int]:
    groups = [-1] * len(texts)
    for number, one in enumerate(found):
        for i in one.members:
            assert groups[i] == -1, "in one group at most"
            groups[i] = number
    return groups


def clustered(texts: list[str]) -> list[int]:
    return groups_of(texts, cluster(range(len(texts)), texts))


APART = [
    ("支持", "反对"),
    ("建议将罚款三十元改为五十元。", "建议将罚款三十元改为六十元。"),
    ("我支持本办法的规定，希望尽快公布实施。", "我反对本办法的规定，希望尽快公布实施。"),
    (f"{STOCK[0]}路灯坏了半年没有人来修。", f"{STOCK[0]}菜市场的摊位费涨得太快了。"),
    (f"{STOCK[8]}我认为期限太短，来不及办手续。", f"{STOCK[8]}请说明收费的依据，最好减半。"),
    ("建议将第三条中的“应当”修改为“可以”。", "建议将第五条中的“必须”修改为“应当”。"),
    ("", "？"),
]  # fmt: skip
TOGETHER = [
    ("同意！", "同意。"),
    ("建议修改", "“建议 修改”"),
    ("𠮷野家门前请装路灯👍", "𠮷野家门前，请装路灯👍"),
    (APPEAL, APPEAL.replace("太大", "特别大").replace("巡查", "查看")),
    (APPEAL, f"另外学校门口总是堵车。{APPEAL}希望能装减速带。"),
    (APPEAL, APPEAL + "".join(STOCK[:5])),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_only_alike(one: str, other: str) -> None:
    assert clustered([one, other]) == [-1, -1]


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_copies(one: str, other: str) -> None:
    assert clustered([one, other, "别的意见，跟上面的完全无关，讲的是公交线路的调整。"]) == [0, 0, -1]


@pytest.mark.parametrize("seed", [1, 2])
def test_campaigns_are_found_whole_and_pure(seed: int) -> None:
    made = labelled(3000, seed=seed, largest=400)
    found = cluster(range(3000), made.texts)
    recall, precision = scores(made.labels, groups_of(made.texts, found))
    assert recall >= 0.98 and precision >= 0.98
    every_added_sentence_is_shown(made, found)


def every_added_sentence_is_shown(made: Labelled, found: list) -> None:
    shared = {i: one.shared for one in found for i in one.members}
    own: dict[int, list[str]] = {}
    for i, one in made.added:
        own.setdefault(i, []).append(one)
    for i in own:
        if i in shared:
            seen = {same(one.sentence) for one in additions(shared[i], sentences(made.texts[i]))}
            seen |= {same(one) for one in shared[i]}
            assert all(same(one) in seen for one in sentences(made.texts[i]))


@pytest.mark.parametrize(("size", "rate"), [(60, 0.15), (200, 0.15), (2000, 0.15), (5000, 0.08)])
def test_every_member_at_the_worst(size: int, rate: float) -> None:
    rng = random.Random(size)
    base = letter(rng, size)
    texts = [member(rng, base, rate, rng.randint(0, 2))[0] for _ in range(60 if size < 3000 else 12)]
    groups = clustered(texts)
    assert max(map(groups.count, groups)) >= 0.98 * len(texts)


def test_the_shared_text_is_what_was_sent_around() -> None:
    rng = random.Random(4)
    base = letter(rng, 300)
    texts = [member(rng, base, 0.08, rng.randint(0, 2))[0] for _ in range(200)]
    (found,) = cluster(range(200), texts)
    assert "".join(found.shared) == "".join(base)
    copied = ["".join(base)] * 30 + texts[:20]
    assert cluster(range(50), copied)[0].shared == sentences("".join(base))


def test_copies_that_differ_in_marks_lose_no_word() -> None:
    texts = ["建议修改，物业服务企业"] * 2 + ["建议修改！物业服务企业", "建议修改。物业服务企业"]
    (found,) = cluster(range(4), texts)
    assert found.shared == ["建议修改，物业服务企业"]
    assert joins("建议修改；物业服务企业", Index([9], ["".join(found.shared)])) == 9


def test_two_letters_that_share_a_third() -> None:
    rng = random.Random(9)
    one, other = letter(rng, 300), letter(rng, 300)
    other[: len(other) // 3] = one[: len(other) // 3]
    texts = [member(rng, base, 0.1, 0)[0] for base in (one, other) for _ in range(40)]
    groups = clustered(texts)
    assert set(groups[:40]) != set(groups[40:]) and len(set(groups)) == 2


def test_a_word_turned_in_a_long_letter_is_shown() -> None:
    base = APPEAL * 3 + "我们支持第八条的规定。"
    found = cluster([5, 6, 7], [base, base, base.replace("支持", "反对")])
    assert found[0].members == [5, 6, 7]
    assert [one.kind for one in additions(found[0].shared, sentences(base.replace("支持", "反对")))] == ["critical"]


TURNED = [
    ("支持", "反对"),
    ("同意", "不同意"),
    ("三十元", "五十元"),
    ("可以", "不得"),
    ("提高", "降低"),
    ("30%", "50%"),
]


@pytest.mark.parametrize(("one", "other"), TURNED)
def test_a_word_turned_in_a_short_one_keeps_two_sides_apart(one: str, other: str) -> None:
    rng = random.Random(5)
    head, tail = "我们全家认真读了征求意见稿，对第九条规定的停车收费", "表明态度，请在正式公布前逐条回应居民的来信。"
    texts = [
        slips(rng, head, 0.04) + f"标准{word}" + slips(rng, tail[3:], 0.04) for word in (one, other) for _ in range(10)
    ]
    texts += [f"{head}标准{word}{tail[3:]}" for word in (one, other)]
    groups = clustered(texts)
    assert not {*groups[:10], groups[20]} & {*groups[10:20], groups[21]} - {-1}
    assert groups.count(groups[20]) >= 10 and groups.count(groups[21]) >= 10


def test_who_quotes_the_clause_is_not_of_one_mind() -> None:
    rng = random.Random(6)
    clause = "第二十条　" + STOCK[8] + "临时占用的期限不得超过三个月，期满应当恢复原状。"
    texts = [f"{clause}{sentence(rng)}" for _ in range(400)]
    found = cluster(range(400), texts, quoted=[clause])
    assert sum(len(one.members) for one in found) < 20
    letters = [f"{clause}{slips(rng, APPEAL, 0.05)}" for _ in range(30)]
    found = cluster(range(430), texts + letters, quoted=[clause])
    assert max(found, key=lambda one: len(one.members)).members == list(range(400, 430))


@pytest.mark.parametrize("kind", ["identical", "stock", "long", "empty", "prefix"])
def test_what_is_sent_to_break_it(kind: str) -> None:
    rng = random.Random(3)
    texts = {
        "identical": [APPEAL] * 20_000,
        "stock": [STOCK[0] + sentence(rng) for _ in range(8000)],
        "long": ["".join(sentence(rng) for _ in range(1500)), "啊" * 50_000, "啊" * 40_000, *[APPEAL] * 10],
        "empty": ["", " ", "！", "\n"] * 2000,
        "prefix": [APPEAL[:n] for n in range(len(APPEAL))] * 50,
    }[kind]
    started = time.process_time()
    cluster(range(len(texts)), texts)
    assert time.process_time() - started < 8


def test_stock_sentences_do_not_gather_strangers() -> None:
    rng = random.Random(8)
    texts = [sentence(rng) + rng.choice(STOCK[:3]) + sentence(rng) for _ in range(3000)]
    groups = clustered(texts)
    assert max(map(groups.count, set(groups) - {-1}), default=0) < 20


def test_later_ones_find_their_group_or_a_single() -> None:
    rng = random.Random(11)
    letters = [letter(rng, size) for size in (80, 200, 600, 60)]
    index = Index("abcd", ["".join(one) for one in letters])
    for name, base in zip("abcd", letters, strict=True):
        texts = [member(rng, base, 0.12, rng.randint(0, 2))[0] for _ in range(25)]
        assert joins_all(texts, index).count(name) >= 24
    assert joins(sentence(rng), index) is None and joins("", index) is None
    assert joins(APPEAL, Index()) is None
    stored = [sentence(rng) + sentence(rng) for _ in range(500)] + ["同意", APPEAL]
    new = [slips(rng, APPEAL, 0.1), "同意！", "完全不相干的话，说的是另一件事情，谁也没有提过。", ""]
    for cut in (502, 501, 40):  # in one part, or what was added apart
        parts = [inverted(sketch(one)) for one in (stored[:cut], stored[cut:])]
        text, other, _ = candidates(sketch(new), parts)
        pairs = set(zip(text.tolist(), other.tolist(), strict=True))
        assert {(0, 501), (1, 500)} <= pairs and all(i < 2 for i, _ in pairs)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.sampled_from("我们反对支持第三条30.5%，。\n𠮷👍㎡é"), max_size=80), max_size=12))
def test_any_texts_give_sound_groups(texts: list[str]) -> None:
    found = cluster(range(len(texts)), texts)
    groups_of(texts, found)
    assert all(len(one.members) > 1 and one.members == sorted(one.members) for one in found)
    by_form: dict[str, set[int]] = {}
    for i, group in enumerate(groups_of(texts, found)):
        by_form.setdefault("".join(texts[i].split()), set()).add(group)
    assert all(len(groups) == 1 for form, groups in by_form.items() if same(form).isalnum())


FINE = "电动车违规充电的，建议把罚款从二百元提高到{}元，并在小区门口公布投诉电话，让大家都能监督。"
NUMBERS = "第三十五条规定罚款二百元以上五百元以下，拒不改正的处三日以上十五日以下拘留，对一百二十平方米以下的小店太重了。"


def test_another_number_is_another_opinion() -> None:
    rng = random.Random(3)

    def copies(amount: str, count: int) -> list[str]:
        return [slips(rng, FINE.format(amount), 0.08 if rng.random() < 0.6 else 0) for _ in range(count)]

    texts = copies("五百", 60) + copies("八百", 40) + [FINE.format("六百")]
    found = cluster(range(len(texts)), texts)
    groups = groups_of(texts, found)
    mine, theirs = groups[texts.index(FINE.format("五百"))], groups[texts.index(FINE.format("八百"))]
    assert mine != theirs and groups[100] == -1
    assert groups[:60].count(mine) >= 50 and groups[60:100].count(theirs) >= 33
    assert all(groups[i] == mine for i in range(60) if texts[i] == FINE.format("五百"))
    index = Index([mine, theirs], ["".join(found[one].shared) for one in (mine, theirs)])
    assert joins_all([FINE.format("五百"), FINE.format("八百"), FINE.format("六百")], index) == [mine, theirs, None]


def test_a_slip_at_a_number_is_a_slip() -> None:
    rng = random.Random(3)
    texts = [slips(rng, NUMBERS, rng.uniform(0.01, 0.15)) for _ in range(200)]
    assert clustered(texts).count(0) >= 190
    assert [one.kind for one in additions([NUMBERS], [NUMBERS.replace("二百", "一百")])] == ["critical"], "and is shown"
