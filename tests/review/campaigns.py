"""Labelled opinions for the grouping: campaigns with slips and additions among singles of the same vocabulary."""

import random
from dataclasses import dataclass, field

from tests.review.vocabulary import DO, END, HOW, POOL, STOCK, WHAT, WHO


@dataclass
class Labelled:
    """Texts, the campaign of each (-1 for a single), and the sentences that were put into campaign members."""

    texts: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    added: list[tuple[int, str]] = field(default_factory=list)

    def shuffled(self, rng: random.Random) -> "Labelled":
        """The same in another order."""
        order = list(range(len(self.texts)))
        rng.shuffle(order)
        place = {old: new for new, old in enumerate(order)}
        return Labelled(
            [self.texts[i] for i in order], [self.labels[i] for i in order], [(place[i], s) for i, s in self.added]
        )


def sentence(rng: random.Random) -> str:
    """Something somebody might write, 15 to 60 characters; the parts return in other people's sentences."""
    shape = rng.random()
    who, what = rng.choice(WHO), rng.choice(WHAT)
    if shape < 0.3:
        return f"{rng.choice(HOW)}，{who}{rng.choice(DO)}{what}，{rng.choice(END)}。"
    if shape < 0.55:
        return f"{who}{rng.choice(DO)}{what}；{rng.choice(END)}。"
    if shape < 0.75:
        return f"关于{what}，{rng.choice(HOW)}{who}{rng.choice(DO)}{rng.choice(WHAT)}。"
    if shape < 0.9:
        return f"{what}与{rng.choice(WHAT)}应当分开规定，{rng.choice(END)}！"
    return f"{rng.choice(HOW)}，{rng.choice(WHAT)}{rng.choice(END)}。"


def letter(rng: random.Random, size: int) -> list[str]:
    """Distinct sentences of about `size` characters in all."""
    out: list[str] = []
    while sum(map(len, out)) < size - 10:
        one = rng.choice(STOCK) if rng.random() < 0.07 else sentence(rng)
        if one not in out:
            out.append(one)
    return out


def slips(rng: random.Random, text: str, rate: float) -> str:
    """About `rate` of the characters replaced, left out or followed by another one."""
    count = round(rate * len(text) + rng.random() - 0.5)
    if count <= 0:
        return text
    out, last = [], 0
    for place in sorted(rng.sample(range(len(text)), min(count, len(text)))):
        kind = int(rng.random() * 3)
        out.append(text[last : place + (kind == 2)])
        if kind != 1:
            out.append(rng.choice(POOL))
        last = place + 1
    out.append(text[last:])
    return "".join(out)


def member(rng: random.Random, sentences: list[str], rate: float, own: int) -> tuple[str, list[str]]:
    """A copy of a letter with slips and `own` sentences put in, and these."""
    out = slips(rng, "".join(sentences), rate) if rng.random() < 0.5 else ""
    pieces = [out] if out else [slips(rng, one, rate) for one in sentences]
    added = []
    for _ in range(own):
        one = sentence(rng) if rng.random() < 0.8 else rng.choice(STOCK)
        if one in sentences or one in added:
            continue
        pieces.insert(rng.choice((0, len(pieces), rng.randint(0, len(pieces)))), one)
        added.append(one)
    return ("\n" if rng.random() < 0.3 else "").join(pieces), added


def single(rng: random.Random) -> str:
    """An opinion of one person: the median has about sixty characters, some ten, some fifteen hundred."""
    shape = rng.random()
    if shape < 0.06:
        return (
            rng.choice(("同意", "建议修改", "支持", "没有意见", "反对", "不同意此条", "写得好"))
            + rng.choice("。！，")
            + rng.choice(("", *WHO))
        )
    if shape < 0.16:
        return f"{rng.choice(DO)}{rng.choice(WHAT)}"
    count = 1 if shape < 0.5 else 2 if shape < 0.8 else rng.randint(3, 6) if shape < 0.98 else rng.randint(15, 50)
    out = [sentence(rng) for _ in range(count)]
    if rng.random() < 0.25:
        out.insert(rng.randint(0, len(out)), rng.choice(STOCK))
    return "".join(out)


def labelled(opinions: int, seed: int = 6, share: float = 0.4, smallest: int = 3, largest: int = 20_000) -> Labelled:
    """So many opinions, `share` of them from campaigns of very different sizes, lengths and habits."""
    rng = random.Random(seed)
    out, label, before = Labelled(), 0, letter(rng, 300)
    while len(out.texts) < opinions * share:
        size = min(int(smallest * rng.paretovariate(0.6)), largest, int(opinions * share) - len(out.texts) + 1)
        length = rng.choice((60, 60, 80, 120, 200, 300, 300, 500, 800, 2000 if size < 3000 else 200))
        text = letter(rng, length)
        if label % 10 == 9:  # a campaign that shares a third of its sentences with the one before
            third = max(1, len(text) // 3)
            text = [*before[:third], *text[third:]] if len(text) > 2 else text
        worst, habit = rng.random() < 0.3, rng.choice((0.1, 0.3, 0.6))
        for _ in range(size):
            rate = 0.15 if worst else rng.uniform(0.01, 0.15)
            own = rng.randint(1, 3) if rng.random() < habit else 0
            written, added = member(rng, text, rate if rng.random() < 0.8 else 0.0, own)
            out.added += [(len(out.texts), one) for one in added]
            out.texts.append(written)
            out.labels.append(label)
        label, before = label + 1, text
    while len(out.texts) < opinions:
        out.texts.append(single(rng))
        out.labels.append(-1)
    return out.shuffled(rng)


def scores(labels: list[int], groups: list[int]) -> tuple[float, float]:
    """Recall and precision of pairs; a negative label or group is nobody's partner."""

    def pairs(names: list[object]) -> int:
        count: dict[object, int] = {}
        for one in names:
            count[one] = count.get(one, 0) + 1
        return sum(n * (n - 1) // 2 for n in count.values())

    true = pairs([one for one in labels if one >= 0])
    made = pairs([one for one in groups if one >= 0])
    both = pairs([(a, b) for a, b in zip(labels, groups, strict=True) if a >= 0 and b >= 0])
    return both / max(true, 1), both / max(made, 1)
