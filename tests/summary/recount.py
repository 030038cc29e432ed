"""A second count of a project from nothing but the raw rows, in plain Python: it shares no line with the first one."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import text

from consult.base.db import db

SHANGHAI = timezone(timedelta(hours=8))
PERSONS = ("legal_counsel", "deputy", "committee_member", "expert")
IN_NOTICE = {
    "received": r"共收到意见建议(\d+)条",
    "withdrawn": r"提出人撤回(\d+)条",
    "inadmissible": r"不予受理(\d+)条(?!）)",
    "valid": r"有效意见(\d+)条[，。]",
    "merged": r"归并后为(\d+)条",
    "u_sent": r"书面征求(\d+)个单位",
    "u_replied": r"(\d+)个单位反馈",
    "u_none": r"其中(\d+)个单位无意见",
    "u_has": r"(\d+)个单位提出意见",
    "u_items": r"个单位提出意见(\d+)条",
    "u_late": r"(\d+)个单位逾期未反馈",
    "u_open": r"(\d+)个单位尚在答复期限内",
    "p_sent": r"专家、代表等(\d+)人的意见",
    "p_replied": r"(\d+)人反馈",
    "p_items": r"人反馈，提出意见(\d+)条",
    "additions": r"另有补充意见(\d+)条",
    "late": r"截止以后收到的(\d+)条",
}
OUTCOMES_IN_NOTICE = {
    "adopted": r"(?<!部分)(?<!不)采纳(\d+)条", "partly_adopted": r"部分采纳(\d+)条", "not_adopted": r"不采纳(\d+)条",
    "already_covered": r"已经体现(\d+)条", "out_of_scope": r"不属于本稿调整范围(\d+)条", "referred": r"转有关部门研究(\d+)条",
    "deferred": r"留作后续研究(\d+)条",
}  # fmt: skip
CHANNELS_IN_NOTICE = {"web": r"网上(\d+)条", "letter": r"信函(\d+)条", "phone": r"电话(\d+)条"}


def rows(name: str) -> list[dict[str, Any]]:
    """Every row of a table, as the database gives it."""
    return [dict(one._mapping) for one in db.session.execute(text(f'SELECT * FROM "{name}"'))]


def moment(value: Any) -> datetime:
    """An instant as either database stores it."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def recount(project_id: int, now: datetime) -> dict[str, Any]:
    """What the notice must say: the names of Balance.numbers(), and by_day and by_clause beside them."""
    sent = {one["id"]: one for one in rows("submission") if one["consultation_id"] == project_id}
    comments = [one for one in rows("comment") if one["consultation_id"] == project_id]
    formal = [one for one in comments if sent[one["submission_id"]]["channel"] == "formal"]
    public = [one for one in comments if sent[one["submission_id"]]["channel"] != "formal"]
    group_of = {one["comment_id"]: one["group_id"] for one in rows("membership")}
    ruled = standing_rulings()
    alive = [one for one in public if one["withdrawn_at"] is None]
    outcome = {one["id"]: ruled.get(group_of.get(one["id"]), "") for one in comments}
    valid = [one for one in alive if outcome[one["id"]] != "inadmissible"]
    said_by_units = [one for one in formal if one["withdrawn_at"] is None]
    asked = count_units(project_id, now)
    persons = asked.pop("submissions of persons")
    keys = {one["id"]: one["key"] for one in rows("clause")}
    additions, refused = count_additions(project_id, {one["id"] for one in [*alive, *said_by_units]})
    return asked | {
        "received": len(public),
        "late": sum(bool(sent[one["submission_id"]]["late"]) for one in public),
        "withdrawn": len(public) - len(alive),
        "inadmissible": len(alive) - len(valid),
        "valid": len(valid),
        "merged": len({group_of.get(one["id"], -one["id"]) for one in valid}),
        "by_outcome": dict(Counter(outcome[one["id"]] for one in valid)),
        "by_channel": dict(Counter(sent[one["submission_id"]]["channel"] for one in public)),
        "u_items": sum(one["submission_id"] not in persons for one in said_by_units),
        "p_items": sum(one["submission_id"] in persons for one in said_by_units),
        "u_by_outcome": dict(Counter(outcome[one["id"]] for one in said_by_units)),
        "additions": additions,
        "additions_inadmissible": refused,
        "by_day": dict(Counter(day(sent[one["submission_id"]]) for one in public)),
        "by_clause": dict(Counter(keys.get(one["clause_id"], "") for one in valid)),
        "rounds": count_rounds(project_id, public, sent, outcome),
    }


def count_rounds(project_id: int, public: list[dict[str, Any]], sent: dict[int, Any], outcome: dict[int, str]) -> list[dict[str, Any]]:
    """The same of each period, the first one first; none where the public was asked once."""
    begun = [moment(one["opens_at"]) for one in sorted(rows("consultation_round"), key=lambda one: one["id"]) if one["consultation_id"] == project_id]
    if not begun:
        return []
    found = [{"received": 0, "withdrawn": 0, "inadmissible": 0, "valid": 0, "undecided": 0, "by_outcome": Counter()} for _ in (0, *begun)]
    for one in public:
        sending = sent[one["submission_id"]]
        since = [at for at in begun if moment(sending["received_at"]) >= at and day(sending) >= at.astimezone(SHANGHAI).date().isoformat()]
        part, said = found[len(since)], outcome[one["id"]]
        part["received"] += 1
        if one["withdrawn_at"] is not None:
            part["withdrawn"] += 1
        elif said == "inadmissible":
            part["inadmissible"] += 1
        else:
            part["valid"] += 1
            part["undecided"] += not said
            part["by_outcome"][said] += 1
    return [one | {"by_outcome": dict(one["by_outcome"])} for one in found]


def day(sending: dict[str, Any]) -> str:
    """The day on which it came in: what the clerk said, else by the clock of Shanghai."""
    if sending["received_on"]:
        return str(sending["received_on"])[:10]
    return moment(sending["received_at"]).astimezone(SHANGHAI).date().isoformat()


def standing_rulings() -> dict[int | None, str]:
    """group → outcome of its newest ruling that was not taken back."""
    newest: dict[int | None, tuple[int, str]] = {}
    for one in rows("decision"):
        if one["revoked_at"] is None:
            newest[one["group_id"]] = max(newest.get(one["group_id"], (0, "")), (one["number"], one["outcome"]))
    return {group: outcome for group, (_, outcome) in newest.items()}


def count_additions(project_id: int, living: set[int]) -> tuple[int, int]:
    """(additions with a row of their own, those of them ruled 不予受理)."""
    groups = {one["id"] for one in rows("opinion_group") if one["consultation_id"] == project_id}
    spoken = {one["addition_id"] for one in rows("saying") if one["comment_id"] in living}
    rulings: dict[int, list[tuple[int, str]]] = {}
    for one in rows("addition_decision"):
        rulings.setdefault(one["addition_id"], []).append((one["number"], one["outcome"]))
    listed = [
        one for one in rows("addition")
        if one["group_id"] in groups and one["id"] in spoken and (one["kind"] != "change" or one["id"] in rulings)
    ]  # fmt: skip
    refused = [one for one in listed if one["id"] in rulings and max(rulings[one["id"]])[1] == "inadmissible"]
    return len(listed), len(refused)


def count_units(project_id: int, now: datetime) -> dict[str, Any]:
    """What asked units and asked persons did; a unit with no answer is late after its last due date, else open."""
    kinds = {one["id"]: one["kind"] for one in rows("unit")}
    letters = [one for one in rows("solicitation") if one["consultation_id"] == project_id and one["withdrawn_at"] is None]
    answers = {
        one["solicitation_id"]: one for one in rows("formal_opinion")
        if one["sent_at"] is not None and one["returned_at"] is None
    }  # fmt: skip
    found = dict.fromkeys(("u_sent", "u_replied", "u_none", "u_has", "u_late", "u_open", "p_sent", "p_replied", "p_has"), 0)
    submissions = set()
    for letter in letters:
        said = answers[letter["id"]]["answer"] if letter["id"] in answers else None
        if kinds[letter["unit_id"]] in PERSONS:
            found["p_sent"] += 1
            found["p_replied"] += said is not None
            found["p_has"] += said == "has_opinion"
            if said == "has_opinion":
                submissions.add(answers[letter["id"]]["submission_id"])
            continue
        found["u_sent"] += 1
        found["u_replied"] += said is not None
        found["u_none"] += said == "no_objection"
        found["u_has"] += said == "has_opinion"
        found["u_late"] += said is None and moment(letter["due_at"]) <= now
        found["u_open"] += said is None and moment(letter["due_at"]) > now
    return found | {"submissions of persons": submissions}


def equations(n: dict[str, Any]) -> dict[str, bool]:
    """Every equation of R50 by name, over a recount."""
    return {
        "received": n["received"] == n["valid"] + n["withdrawn"] + n["inadmissible"],
        "decisions": sum(n["by_outcome"].values()) == n["valid"] and "" not in n["by_outcome"],
        "merged": min(n["valid"], 1) <= n["merged"] <= n["valid"],
        "channels": sum(n["by_channel"].values()) == n["received"],
        "units": n["u_sent"] == n["u_replied"] + n["u_late"] + n["u_open"],
        "answers": n["u_replied"] == n["u_none"] + n["u_has"],
        "points": sum(n["u_by_outcome"].values()) == n["u_items"] + n["p_items"] and "" not in n["u_by_outcome"],
    }


def published(project_id: int) -> dict[str, Any] | None:
    """The newest release as it lies in the database, its JSON read, its rows beside it."""
    mine = [one for one in rows("release") if one["consultation_id"] == project_id]
    if not mine:
        return None
    found = max(mine, key=lambda one: one["number"])
    numbers = found["numbers"]
    lines = [one for one in rows("release_row") if one["release_id"] == found["id"]]
    return found | {"numbers": json.loads(numbers) if isinstance(numbers, str) else numbers, "rows": lines}


def compare(release: dict[str, Any], n: dict[str, Any], names: dict[str, str]) -> None:
    """The release says what the raw rows say: in its numbers, in its table, and in its words. `names`: outcome → words."""
    held = equations(n)
    assert all(held.values()), held
    kept = release["numbers"]
    for name, value in n.items():
        if name == "by_clause":
            assert {key: count for key, (_, count) in kept[name].items() if count} == value
        else:
            assert kept.get(name, type(value)()) == value, name
    assert not kept["undecided"] and not kept["u_undecided"]
    main = [one for one in release["rows"] if one["likes"]]
    assert len(main) == n["merged"] and len(release["rows"]) - len(main) == n["additions"] - n["additions_inadmissible"]
    by_words: Counter[str] = Counter()
    for one in main:
        by_words[one["outcome"]] += one["likes"]
    assert by_words == {names[code]: count for code, count in n["by_outcome"].items()}
    spoken(release["notice"], n)


def spoken(notice: str, n: dict[str, Any]) -> None:
    """Every number in the words of the notice is the recounted one; the paragraphs of periods have numbers of their own."""
    parts = [one for one in notice.split("\n") if re.match("第.轮（", one)]
    notice = "\n".join(one for one in notice.split("\n") if one not in parts)
    assert len(parts) == len(n["rounds"])
    for words, counts in zip(parts[::-1], n["rounds"], strict=True):
        spoken_of_round(words, counts)
    for name, pattern in IN_NOTICE.items():
        for said in re.findall(pattern, notice):
            assert int(said) == n[name], (name, notice)
    for patterns, counts in ((OUTCOMES_IN_NOTICE, n["by_outcome"]), (CHANNELS_IN_NOTICE, n["by_channel"])):
        for name, pattern in patterns.items():
            for said in re.findall(pattern, notice):
                assert int(said) == counts.get(name, 0), (name, notice)
            if counts.get(name):
                assert re.search(pattern, notice), (name, notice)
    assert bool(n["late"]) == ("截止以后收到" in notice), notice
    if not n["received"]:
        assert "未收到社会公众的意见建议" in notice


def spoken_of_round(words: str, n: dict[str, Any]) -> None:
    """The same of the paragraph of one period."""
    if not n["received"]:
        assert "未收到社会公众的意见建议" in words
        return
    for name, pattern in {"received": r"收到意见建议(\d+)条", "valid": r"有效意见(\d+)条", "withdrawn": r"撤回(\d+)条", "inadmissible": r"不予受理(\d+)条"}.items():
        assert sum(map(int, re.findall(pattern, words))) == n[name], (name, words)
    for code, pattern in OUTCOMES_IN_NOTICE.items():
        assert sum(map(int, re.findall(pattern, words))) == n["by_outcome"].get(code, 0), (code, words)
