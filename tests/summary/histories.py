"""Random histories of a project, act by act as the pages do them; what the rules refuse is refused and the rest goes on."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.summary.acts_desk import (
    approve_some,
    arrive,
    by_hand,
    machine,
    merge,
    move,
    point,
    read_through,
    rule,
    rule_addition,
    rule_additions,
    rule_many,
    settle,
    split,
    take_back,
    undo,
    unrule_many,
    withhold,
)
from tests.summary.acts_office import (
    answer,
    answer_on_paper,
    approve_table,
    ask,
    correct_text,
    days_pass,
    deadline,
    finish,
    longer,
    longer_letter,
    publish_result,
    quarrel,
    revise,
    send_back,
    take_letter_back,
)
from tests.summary.history import History

ACTS: dict[str, Callable[[History, int, int], None]] = {
    "arrive": arrive, "by_hand": by_hand, "settle": settle, "machine": machine, "split": split, "merge": merge, "move": move, "undo": undo, "take_back": take_back, "rule": rule,
    "read_through": read_through,
    "rule_addition": rule_addition, "rule_additions": rule_additions, "rule_many": rule_many, "unrule_many": unrule_many,
    "ask": ask, "answer": answer, "answer_on_paper": answer_on_paper, "send_back": send_back,
    "take_letter_back": take_letter_back, "longer_letter": longer_letter, "longer": longer, "correct_text": correct_text, "revise": revise, "point": point,
    "withhold": withhold, "approve_some": approve_some, "quarrel": quarrel, "approve_table": approve_table,
    "publish_result": publish_result, "finish": finish, "days_pass": days_pass, "deadline": deadline,
}  # fmt: skip
OFTEN = ["machine", "read_through", "merge", "move", "split", "split", "undo", "undo", "rule", "rule", "take_back", "rule_many", "unrule_many", "rule_additions"]
_number = st.integers(0, 40)
_act = st.tuples(st.sampled_from(sorted(ACTS) + OFTEN), _number, _number)
_coming = st.tuples(st.sampled_from(["arrive", "arrive", "by_hand", "ask", "answer", "take_back"]), _number, _number)
# what comes in, the desk's work, more of it after the end of the period, and what changes after the first result
HISTORIES = st.tuples(*(st.lists(one, min_size=least, max_size=most) for one, least, most in (
    (_coming, 0, 10), (_act, 4, 20), (_act, 0, 12), (_act, 0, 8))))  # fmt: skip
