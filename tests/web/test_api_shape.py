"""The short way of reading a submission says what the schema says, or leaves it to the schema."""

from typing import Any

import marshmallow as ma
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.web.api.schemas import SubmissionSchema, plainly

SCHEMA = SubmissionSchema()
TEXT = st.text(max_size=6)
ODD = st.one_of(st.none(), st.booleans(), st.integers(), TEXT, st.lists(TEXT, max_size=2), st.dictionaries(TEXT, TEXT, max_size=2))


def members(names: str, usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with some of the members, mostly as they should be."""
    return st.dictionaries(st.sampled_from(names.split()), st.one_of(usual, usual, usual, ODD), max_size=6)


ITEM = st.one_of(members("clause stance text proposed_text reason more", TEXT), ODD)
SENDER = st.one_of(members("kind name phone email region", TEXT), members("wants_reply may_contact", st.booleans()), ODD)
BODY = st.one_of(
    ODD,
    st.fixed_dictionaries(
        {}, optional={
            "comments": st.one_of(st.lists(ITEM, max_size=3), ODD), "submitter": SENDER, "source": st.one_of(TEXT, ODD),
            "captcha": st.one_of(st.none(), ODD), "more": ODD,
        },
    ),
)  # fmt: skip


@given(BODY)
@settings(max_examples=600, deadline=None)
def test_both_ways_agree(body: object) -> None:
    short = plainly(body)
    if short is not None:
        assert short == SCHEMA.load(body)  # type: ignore[arg-type]


def test_an_ordinary_body_takes_the_short_way() -> None:
    body = {
        "comments": [{"clause": "a3", "text": "好"}, {"stance": "support", "clause": None}],
        "submitter": {"kind": "person", "may_publish": True}, "unknown": [1],
    }  # fmt: skip
    assert plainly(body) == SCHEMA.load(body)


def test_what_is_wrong_is_left_to_the_schema() -> None:
    for body in ({}, {"comments": [5]}, {"comments": [], "source": False}, {"comments": [], "source": 0}, {"comments": [{"text": 5}]}, {"comments": [], "submitter": {"wants_reply": 1}}):
        assert plainly(body) is None
        try:
            SCHEMA.load(body)
        except ma.ValidationError:
            continue
        raise AssertionError(body)
