"""The answers to the question after a result as a picture and as the rows of the table behind it."""

from collections.abc import Mapping

from consult.summary import picture
from consult.summary.survey import ANSWERS, QUESTION

TONES = {5: "good", 4: "part", 3: "calm", 2: "pale", 1: "bad"}


def named(found: Mapping[int, int]) -> list[tuple[str, int]]:
    """(answer in words, how often), the most satisfied first."""
    return [(ANSWERS[score], number) for score, number in found.items()]


def survey_picture(found: Mapping[int, int]) -> str:
    """Five bars as SVG."""
    return picture.bars(QUESTION, named(found), [TONES[score] for score in found], picture.NARROW)
