"""What stands beside an opinion in a group of near copies: the additions of the group, its own words with theirs marked."""

from consult.review import extras
from consult.review.case import Case
from consult.review.group_models import ADDITIONS
from consult.review.marking import Piece, marked, together
from consult.review.sentences import same

FEW = 10  # additions of each kind on the page of a case; all of them have a page of their own


def beside(case: Case) -> dict[str, object]:
    """What the page of a case shows of its group: the first additions of each kind, and its own words with theirs marked."""
    if case.group is None or not case.shared:
        return {}
    first = {kind: extras.page(case.group, kind, limit=FEW)[0] for kind in case.extras}
    return {"additions": first, "own": _own(case), "ADDITIONS": ADDITIONS, "together": together}


def _own(case: Case) -> dict[str, list[Piece]]:
    """The parts of the opinion with the sentences marked that the group does not share."""
    comment = case.comment
    kinds = {same(one.sentence): one.kind for one in extras.said_in([comment.id]).get(comment.id, [])}
    parts = {"text": comment.text, "proposed_text": comment.proposed_text, "reason": comment.reason}
    return {name: marked(text, kinds) for name, text in parts.items()} if kinds else {}
