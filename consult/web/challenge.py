"""Proof that a sender takes some trouble: altcha with JavaScript, signed arithmetic without (R17)."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import altcha
from itsdangerous import BadData, URLSafeSerializer

from consult.base.crypto import Keys, keyed
from consult.base.errors import NotAllowed, Refused
from consult.web import moment
from consult.web.limits import first_use

ALGORITHM = "PBKDF2/SHA-256"
COST = 5000  # 0.7 to 1.9 s on a phone
COST_SUSPECT = 20000  # past a soft step of web/limits.py
LASTS = timedelta(hours=2)
LEAST = timedelta(seconds=3)  # nobody reads and writes faster
AGAIN = "现在提交的人很多，需要再验证一次。您写的内容都在，请完成新的验证以后再点一次“提交”。"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Question:
    """An arithmetic question in words and the signed token that carries its answer's hash."""

    text: str
    token: str


def _signer(keys: Keys, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(keys.form, salt=purpose)


def proof_of_work(keys: Keys, now: datetime, suspect: bool = False) -> dict[str, object]:
    """A challenge for the altcha widget, signed, good for two hours."""
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST_SUSPECT if suspect else COST,
        data={"nonce": secrets.token_hex(8), "until": int((now + LASTS).timestamp())},
        hmac_secret=keys.form,
        hmac_key_secret=keys.form,
    )
    return dict(challenge.to_dict())


def question(keys: Keys, now: datetime) -> Question:
    """A question a person answers in a second and a screen reader can speak."""
    left, right = random.SystemRandom().randint(2, 9), random.SystemRandom().randint(1, 9)
    nonce = secrets.token_hex(8)
    facts = {"at": now.timestamp(), "nonce": nonce, "answer": keyed(keys.form, f"{nonce}|{left + right}")}
    return Question(f"{_DIGITS[left]}加{_DIGITS[right]}等于几？", str(_signer(keys, "question").dumps(facts)))


def opened(keys: Keys, now: datetime) -> str:
    """A signed note of when a form was shown, for the minimum time."""
    return str(_signer(keys, "opened").dumps(now.timestamp()))


def require_time(keys: Keys, now: datetime, token: str) -> None:
    """Refuse a form that comes back sooner than anybody writes, or that we never showed."""
    try:
        shown = float(_signer(keys, "opened").loads(token))
    except (BadData, TypeError, ValueError):
        raise Refused("页面打开得太久或者不完整，内容已经为您保留，请再提交一次。") from None
    if now.timestamp() - shown < LEAST.total_seconds():
        raise Refused("提交得太快了，请核对一下内容，过几秒再提交。")


def require_answer(keys: Keys, now: datetime, token: str, answer: str) -> None:
    """Refuse a wrong, old or used answer to an arithmetic question."""
    try:
        facts = _signer(keys, "question").loads(token)
        age, nonce, wanted = now.timestamp() - facts["at"], facts["nonce"], facts["answer"]
    except (BadData, KeyError, TypeError, ValueError):
        raise NotAllowed("请回答页面上的算术题。", "answer") from None
    number = _number(answer)
    if age > LASTS.total_seconds() or keyed(keys.form, f"{nonce}|{number}") != wanted:
        raise NotAllowed("算术题的答案不对，请看新的题目再答一次。", "answer")
    if not first_use(nonce, int(LASTS.total_seconds())):
        raise NotAllowed("这道题已经用过了，请回答新的题目。", "answer")


def _number(answer: str) -> str:
    typed = answer.strip()
    if len(typed) == 1 and typed in _DIGITS:
        return str(_DIGITS.index(typed))
    if len(typed) == 2 and typed[0] == "十" and typed[1] in _DIGITS:
        return str(10 + _DIGITS.index(typed[1]))
    try:
        return str(int("10" if typed == "十" else typed))
    except ValueError:
        return ""


def require_answers(keys: Keys, now: datetime, given: Sequence[tuple[str, str]], harder: bool = False) -> None:
    """Refuse unless one (token, answer) is right, or two different ones where the harder proof is due.

    One alone that is right where two are due stays good for the next try.
    """
    if harder and len(given) < 2:
        raise NotAllowed(AGAIN, "answer")
    for token, answer in given[: 2 if harder else 1] or [("", "")]:
        require_answer(keys, now, token, answer)


def require_work(keys: Keys, payload: str, harder: bool = False) -> None:
    """Refuse a missing, wrong, expired or used altcha solution, and a cheap one where the harder one is due.

    The cost is part of what was signed. The end of its time is our own signed fact, judged by the clock of the application, and a challenge is
    used up by its signed nonce: the same solution written in another way is the same solution.
    """
    if len(payload) > 10_000:
        raise NotAllowed("人机验证没有通过，请重新验证后再提交。", "captcha")
    try:
        solved = altcha.Payload.from_base64(payload)
        result = altcha.verify_solution(solved, keys.form, hmac_key_secret=keys.form)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotAllowed("人机验证没有通过，请重新验证后再提交。", "captcha") from None
    facts = solved.challenge.parameters.data
    if not result.verified or not facts:
        raise NotAllowed("人机验证没有通过，请重新验证后再提交。", "captcha")
    if facts["until"] <= moment().timestamp():
        raise NotAllowed("人机验证已经过期，请重新验证后再提交。", "captcha")
    if harder and solved.challenge.parameters.cost < COST_SUSPECT:
        raise NotAllowed(AGAIN, "captcha")
    if not first_use(facts["nonce"], int(LASTS.total_seconds())):
        raise NotAllowed("人机验证已经用过，请重新验证后再提交。", "captcha")
