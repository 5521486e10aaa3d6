"""Facts: a sentence with its heading and the questions that it answers, made from the frames; and near-misses."""

import random
from dataclasses import dataclass, field
from typing import Any

from starter.frames import Group, groups_for, life_for
from starter.slots import SLOT, Values, fill

# What may change between two otherwise equal sentences and is also named in the question.
ASKED_BY = ("t", "j", "b", "x", "y")
NAMED = (*ASKED_BY, "g", "m", "cl", "w")
LIFE_SHARE = 0.7
# Groups whose questions are so wide that another sentence on the same subject would answer them too.
WIDE = {
    "clause",
    "rule",
    "safety",
    "office",
    "product fact",
    "support",
    "steps",
    "command",
    "definition",
    "eligibility",
    "object rule",
}
EXTRA_EN = {
    "before": (
        "In {y}, ",
        "Since {d}, ",
        "Unless {k}, ",
        "As a rule, ",
        "If {k}, ",
        "For safety reasons, ",
        "From {d} on, ",
        "According to {r}, ",
        "During the {j} period, ",
    ),
    "after": (
        " unless {k}",
        ", as confirmed by {r} on {d}",
        " (see {cl})",
        ", provided that {k}",
        "; exceptions are granted by {r}",
        ", not counting the {j}",
        " together with the {j}",
        ", after which {r} will {v} the {j}",
        " and is recorded in {l}",
        ", excluding public holidays",
        ", in particular for {r} in {y}",
        ", including the {j} and the {j2}",
        " when {k}",
    ),
}
EXTRA_ZH = {
    "before": (
        "在{y}，",
        "自{d}起，",
        "除非{k}，",
        "原则上，",
        "如{k}，",
        "为安全起见，",
        "根据{r}的要求，",
        "一般情况下，",
        "在{j}期间，",
    ),
    "after": (
        "，{k}的除外",
        "，由{r}于{d}确认",
        "（见{cl}）",
        "，但须{k}",
        "；特殊情况由{r}批准",
        "，不含{j}",
        "，并附上{j}",
        "，随后由{r}{v}{j}",
        "，并记录在{l}",
        "，法定节假日除外",
        "，尤其是{y}的{r}",
        "，包括{j}和{j2}",
    ),
}


@dataclass
class Fact:
    """One evidence line; `questions` are answered by this sentence and no other line of its list."""

    sentence: str
    questions: list[str]
    heading: str = ""
    language: str = "en"
    group: Group | None = None
    also: str = ""  # the group of a second statement in the same sentence
    frame: str = ""
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def line(self) -> str:
        return f"{self.heading} | {self.sentence}" if self.heading else self.sentence


def make_fact(
    language: str,
    rng: random.Random,
    held_out: bool = False,
    group: Group | None = None,
    known: dict[str, Any] | None = None,
) -> Fact:
    values = Values(language, rng, held_out)
    if group is None:
        group = rng.choice((life_for if rng.random() < LIFE_SHARE else groups_for)(language, held_out))
    frame, known = rng.choice(group.statements), dict(known or {})
    sentence, also = fill(frame, values, known), ""
    if not group.family or rng.random() < 0.4:
        sentence = _embellish(sentence, values)
    if rng.random() < 0.12 and not group.family:
        sentence, also = _join(sentence, group, values, known)
    fact = Fact(sentence, [], "", language, group, also, frame, known)
    _add_heading(fact, values)
    asked = [q for q in group.questions if all(name in known for name, _ in SLOT.findall(q))] or list(group.questions)
    fact.questions = [fill(q, values, known) for q in rng.sample(asked, min(4, len(asked)))]
    return fact


def near_miss(fact: Fact, rng: random.Random, held_out: bool = False) -> Fact:
    """The same kind of sentence about something else, or something else about the same subject; for framed facts."""
    if fact.group and fact.group.family:
        return _sibling(fact, fact.group, rng, held_out)
    own = fact.group.name if fact.group else ""
    subject = next((name for name in ASKED_BY if name in fact.known), None)
    if subject in ("t", "j", "b") and own not in WIDE and rng.random() < 0.45:
        kept = {name: fact.known[name] for name in (subject, "synonyms") if name in fact.known}
        others = [
            g for g in groups_for(fact.language, held_out) if g.name not in {own, *WIDE} and _speaks_of(g, subject)
        ]
        if others:
            return make_fact(fact.language, rng, held_out, rng.choice(others), kept)
    changed = {
        name: value
        for name, value in fact.known.items()
        if name not in (*ASKED_BY, "synonyms", "v", "vd") and rng.random() < 0.5
    }
    return make_fact(fact.language, rng, held_out, fact.group, changed)


def _asked_by(group: Group) -> tuple[str, ...]:
    """The slots that every question of the group names, such as {x}: two of its sentences can stand in one list."""
    return tuple(name for name in NAMED if all(f"{{{name}}}" in question for question in group.questions))


def _sibling(fact: Fact, group: Group, rng: random.Random, held_out: bool) -> Fact:
    """The same sentence about another plan or city, another sentence on the same matter, or one on any matter."""
    named = _asked_by(group)
    if named and rng.random() < 0.5:
        kept = {name: value for name, value in fact.known.items() if name not in named and rng.random() < 0.5}
        return make_fact(fact.language, rng, held_out, group, kept)
    every = life_for(fact.language, held_out)
    family = [other for other in every if other.family == group.family and other is not group]
    return make_fact(fact.language, rng, held_out, rng.choice(family if family and rng.random() < 0.8 else every))


def ambiguous(one: Fact, other: Fact) -> bool:
    """Whether a question about one could as well be answered by the other."""
    if one.sentence == other.sentence:
        return True
    if one.group is None or other.group is None:
        return False
    if one.group.family or other.group.family:
        named = _asked_by(one.group)
        alike = one.group.name == other.group.name
        return alike and not (named and all(one.known[name] != other.known[name] for name in named))
    same = all(one.known.get(name) == other.known.get(name) for name in ASKED_BY)
    either = {one.group.name, other.group.name}
    if "support" in either or either & {"plan price", "plan limit"}:
        return len(either) == 1 and (same or "support" in either or one.known["x"] == other.known["x"])
    shared = any(name in one.known and one.known[name] == other.known.get(name) for name in ASKED_BY)
    return shared and (len(either) == 1 or bool(either & WIDE) or bool({one.also, other.also} & either))


def _embellish(sentence: str, values: Values) -> str:
    """Now and then a few words before or after, so that sentences grow as long as real ones."""
    rng, extra, chance = values.rng, (EXTRA_ZH if values.zh else EXTRA_EN), values.rng.random()
    if not sentence.endswith((".", "。")) or chance > 0.35:
        return sentence
    if chance < 0.12:
        opening = fill(rng.choice(extra["before"]), values, {})
        return opening + (sentence if values.zh else sentence[:1].lower() + sentence[1:])
    ending = fill("-" + rng.choice(extra["after"]), values, {})[1:]  # the dash keeps the first letter as it is
    return sentence[:-1] + ending + sentence[-1]


def _join(sentence: str, group: Group, values: Values, known: dict[str, Any]) -> tuple[str, str]:
    """The sentence with a second statement on the same subject, and the group of that statement."""
    subject = next((name for name in ("t", "j", "b") if name in known), "?")
    language = "zh" if values.zh else "en"
    others = [g for g in groups_for(language, values.held_out) if g.name not in {group.name, *WIDE}]
    others = [g for g in others if _speaks_of(g, subject)]
    if not others or not sentence.endswith((".", "。")):
        return sentence, ""
    other, rng = values.rng.choice(others), values.rng
    second = fill(rng.choice(other.statements), values, {n: known[n] for n in (subject, "synonyms") if n in known})
    if values.zh:
        return sentence[:-1] + rng.choice(("，", "；", "，且", "，同时")) + second, other.name
    return sentence[:-1] + rng.choice((", and ", "; ", ", while ", ", but ")) + second[:1].lower() + second[
        1:
    ], other.name


def _speaks_of(group: Group, subject: str) -> bool:
    return all(f"{{{subject}" in question for question in group.questions)


def _add_heading(fact: Fact, values: Values) -> None:
    """Often the subject, sometimes moved out of the sentence into the heading; sometimes something general; or none."""
    rng, known = values.rng, fact.known
    own = fact.group.family if fact.group else ""
    subject = own or next((known[name] for name in ASKED_BY if name in known), "")
    chance = rng.random()
    if chance < 0.2:
        return
    title = subject if chance < 0.7 and subject else values.rng.choice(values.pick("TOPICS"))
    if not values.zh:
        title = title[:1].upper() + title[1:]
    if chance > 0.9:
        title = f"{title} › {values.rng.choice(values.pick('TOPICS')).capitalize()}"
    elif chance > 0.8:
        title = f"{rng.randint(1, 19)}. {title}"
    elif chance > 0.75 and values.zh:
        title = f"{'一二三四五六七八九'[rng.randrange(9)]}、{title}"
    fact.heading = title
    if title == subject or title.lower() == subject.lower():
        _shorten(fact, subject, values.zh)


def _shorten(fact: Fact, subject: str, zh: bool) -> None:
    """Every other sentence names its subject only in the heading."""
    rng = random.Random(fact.sentence)
    start = fact.sentence.lower().startswith(subject.lower())
    if start and rng.random() < 0.45:
        rest = fact.sentence[len(subject) :]
        fact.sentence = (rng.choice(("该项", "本项")) + rest) if zh else rng.choice(("It", "This")) + rest
