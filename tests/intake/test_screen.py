"""What may enter the ledger: lengths, characters, stances, senders; marks and masked names."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base.errors import Refused
from consult.intake.screen import (
    MOST_CHARACTERS,
    MOST_ITEMS,
    MOST_REGISTERED,
    Item,
    Sender,
    fingerprint,
    marks,
    screen_items,
    screen_sender,
    shown_name,
)
from consult.intake.words import STANCES

GOOD = Item("a3", "amend", "间距太大", "三十米", "安全")
TAKEN: list[tuple[Item, Item]] = [
    (GOOD, GOOD),
    (Item(None, "other", "好"), Item(None, "other", "好")),
    (Item("", "other", "好"), Item(None, "other", "好")),
    (Item("a3", "support"), Item("a3", "support")),
    (Item("a3", "amend", "", "三十米"), Item("a3", "amend", "", "三十米")),
    (Item("a3", "other", "一\r\n二\r三\n"), Item("a3", "other", "一\n二\n三\n")),
    (Item("a3", "other", "  留着 \t空格　"), Item("a3", "other", "  留着 \t空格　")),
    (Item("a3", "other", "<b>&amp;=1+1"), Item("a3", "other", "<b>&amp;=1+1")),
    (Item("a3", "other", "𠀀" * MOST_CHARACTERS), Item("a3", "other", "𠀀" * MOST_CHARACTERS)),
]
REFUSED = [
    (Item("a3", "amend"), "text"),
    (Item("a3", "amend", " \n\t　"), "text"),
    (Item("a3", "amend", "", " "), "text"),
    (Item("a3", "amend", "\u200b", "\u2060\ufeff"), "text"),
    (Item("a3", "amend", "\u202e \u00ad"), "text"),
    (Item("a3", "amend", "", "", "只有理由"), "text"),
    (Item("a3", "", "好"), "stance"),
    (Item("a3", "SUPPORT", "好"), "stance"),
    (Item("a3", "支持", "好"), "stance"),
    (replace(GOOD, text="长" * (MOST_CHARACTERS + 1)), "text"),
    (replace(GOOD, proposed_text="长" * (MOST_CHARACTERS + 1)), "proposed_text"),
    (replace(GOOD, reason="长" * (MOST_CHARACTERS + 1)), "reason"),
    (replace(GOOD, text="a\x00"), "text"),
    (replace(GOOD, text="a\x07"), "text"),
    (replace(GOOD, text="a\x85"), "text"),
    (replace(GOOD, reason="a\u2028"), "reason"),
    (replace(GOOD, proposed_text="\ud83d"), "proposed_text"),
    (replace(GOOD, clause_key="a\x00"), "clause"),
    (replace(GOOD, clause_key="\udfff"), "clause"),
]


@pytest.mark.parametrize(("typed", "stored"), TAKEN)
def test_taken_as_written(typed: Item, stored: Item) -> None:
    assert screen_items([typed]) == [stored]


@pytest.mark.parametrize(("item", "field"), REFUSED)
def test_refused_with_the_field_and_the_place(item: Item, field: str) -> None:
    with pytest.raises(Refused) as caught:
        screen_items([item])
    assert caught.value.field == field
    with pytest.raises(Refused) as second:
        screen_items([GOOD, item])
    if field != "clause" and "字符" not in second.value.message:
        assert "第 2 条意见" in second.value.message


@pytest.mark.parametrize("stance", STANCES)
def test_every_stance_is_taken(stance: str) -> None:
    assert screen_items([Item(None, stance, "好")])[0].stance == stance


def test_one_to_fifty() -> None:
    assert len(screen_items([GOOD] * MOST_ITEMS)) == MOST_ITEMS
    for wrong in ([], [GOOD] * (MOST_ITEMS + 1)):
        with pytest.raises(Refused):
            screen_items(wrong)


def test_a_clerk_may_enter_a_long_letter() -> None:
    long = Item(None, "other", "长" * MOST_REGISTERED)
    assert screen_items([long], MOST_REGISTERED) == [long]
    with pytest.raises(Refused, match="50001个字，最多50000个字"):
        screen_items([replace(long, text="长" * (MOST_REGISTERED + 1))], MOST_REGISTERED)


ORDINARY = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufffe\uffff")


@given(st.text(alphabet=ORDINARY, min_size=1, max_size=50))
def test_every_other_text_is_kept_exactly(text: str) -> None:
    assert screen_items([Item(None, "support", text)])[0].text == text


SENDERS = [
    (Sender(kind="king"), "kind"),
    (Sender(name="朱" * 101), "name"),
    (Sender(name="朱\n小明"), "name"),
    (Sender(phone="1" * 51), "phone"),
    (Sender(email="x"), "email"),
    (Sender(email="a@b"), "email"),
    (Sender(email="a b@c.cn"), "email"),
    (Sender(address="路" * 301), "address"),
    (Sender(region="\x00"), "region"),
    (Sender(name="\ud800"), "name"),
    (Sender(wants_reply=True), "wants_reply"),
    (Sender(wants_reply=True, address="只有地址"), "wants_reply"),
]


@pytest.mark.parametrize(("sender", "field"), SENDERS)
def test_senders_are_refused_with_the_field(sender: Sender, field: str) -> None:
    with pytest.raises(Refused) as caught:
        screen_sender(sender)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "sender",
    [
        Sender(), Sender(kind="person", name="朱小明", email="zhu@example.cn"), Sender(wants_reply=True, phone="110"),
        Sender(wants_reply=True, email="a@b.cn"), Sender(name="朱" * 100, unit_name="单" * 200),
    ],
)  # fmt: skip
def test_senders_are_taken(sender: Sender) -> None:
    assert screen_sender(sender) == sender


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        (Sender(), ""),
        (Sender(name="朱小明"), "朱**"),
        (Sender(name="朱明"), "朱*"),
        (Sender(name="朱"), "朱*"),
        (Sender(name=" 欧阳 小明 "), "欧**"),
        (Sender(name="𠀀小明"), "𠀀**"),
        (Sender(kind="person", name="朱小明"), "朱**"),
        (Sender(kind="deputy", name="朱小明"), "朱**"),
        (Sender(kind="enterprise", name="河湾 灯具厂"), "河湾 灯具厂"),
        (Sender(kind="agency", name="河湾县水利局"), "河湾县水利局"),
        (Sender(name="朱小明", unit_name="河湾县水利局"), "河湾县水利局"),
    ],
)
def test_persons_are_masked_and_units_are_not(sender: Sender, shown: str) -> None:
    assert shown_name(sender) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请打 13912345678 找我", ["phone"]),
        ("电话13912345678，", ["phone"]),
        ("编号113912345678", []),
        ("139123456789", []),
        ("12345678901", []),
        ("11010519491231002X", ["id_number"]),
        ("身份证110105194912310021。", ["id_number"]),
        ("1101051949123100211", []),
        ("13912345678 和 11010519491231002x", ["phone", "id_number"]),
        ("间距不超过三十米", []),
    ],
)
def test_personal_numbers_are_marked(text: str, found: list[str]) -> None:
    assert marks([Item(None, text=text)]) == found
    assert marks([Item(None, text="好"), Item(None, "amend", "好", text)]) == found
    assert marks([Item(None, "amend", "好", "", text)]) == found


SAME = [
    (Item("a3", "amend", "间距太大。"), Item("a3", "amend", "间距太大")),
    (Item("a3", "amend", "间距太大！"), Item("a3", "amend", " 间距 太大?! ")),
    (Item("a3", "amend", "ＡＢＣ１"), Item("a3", "amend", "abc1")),
    (Item("a3", "amend", "间距\n太大"), Item("a3", "amend", "间距太大")),
]
DIFFERENT = [
    (Item("a3", "amend", "间距太大"), Item("a3", "oppose", "间距太大")),
    (Item("a3", "amend", "间距太大"), Item("a3", "amend", "间距太小")),
    (Item("a3", "amend", "间距太大", "三十米"), Item("a3", "amend", "间距太大", "二十米")),
    (Item("a3", "amend", "间距太大"), Item("a3", "amend", "", "间距太大")),
    (Item("a3", "amend", "？"), Item("a3", "amend", "！")),
    (Item("a3", "amend", "不，同意"), Item("a3", "amend", "不同意")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_copies_share_a_fingerprint(one: Item, other: Item) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_opinions_do_not(one: Item, other: Item) -> None:
    assert fingerprint(one) != fingerprint(other)
