"""Joins facts into a conversation: evidence lines, one or more questions, quoted answers with their [n].
Knows no tokens."""

import random
from dataclasses import dataclass

from starter.facts import Fact, ambiguous, make_fact, near_miss
from starter.scramble import make_scramble, similar
from starter.systems import GREETINGS, SYSTEMS

REFUSALS = {"en": "The passages do not say.", "zh": "资料中没有说明。"}
QUESTION = {"en": "Question: ", "zh": "问题："}
BOTH = {"en": (" And ", " Also: ", " and "), "zh": ("还有，", "另外，", "以及")}

RANKED = 0.7


@dataclass(frozen=True)
class Mix:
    """How a batch of conversations is composed."""

    lines: int = 8  # most evidence lines
    turns: int = 6  # most questions
    single: float = 0.35  # share with one question, as when serving
    scramble: float = 0.35  # share of facts without a frame
    words: int = 12  # most content words of such a fact
    refuse: float = 0.12  # share of questions that nothing answers
    held_out: bool = False


@dataclass
class Turn:
    user: str
    answer: str
    kind: str  # one, both, absent, near, greeting
    line: int | None = None  # number of the (first) line quoted; 0 when none answers


@dataclass
class Conversation:
    system: str
    turns: list[Turn]

    def messages(self) -> list[dict[str, str]]:
        rows = [{"role": "system", "content": self.system}]
        for turn in self.turns:
            rows += [{"role": "user", "content": turn.user}, {"role": "assistant", "content": turn.answer}]
        return rows


def make_conversation(rng: random.Random, mix: Mix, language: str | None = None) -> Conversation:
    language = language or rng.choice(("en", "zh"))
    if rng.random() < 0.02 and not mix.held_out:
        return Conversation(make_system(language, rng), [Turn(*rng.choice(GREETINGS[language]), "greeting")])
    facts = make_facts(rng, mix, language)
    count = 1 if rng.random() < mix.single else rng.randint(2, max(2, mix.turns))
    order = asked_lines(len(facts), count, rng, ranked=not mix.held_out and rng.random() < RANKED)
    turns = [make_turn(facts, number, rng, mix, language) for number in order]
    if rng.random() < 0.015:
        turns, facts = [absent(facts, rng, mix, language)], []
    evidence = "\n".join(f"[{number}] {fact.line}" for number, fact in enumerate(facts, 1))
    turns[0].user = f"{evidence}\n\n{turns[0].user}" if evidence else turns[0].user
    return Conversation(make_system(language, rng), turns)


def asked_lines(lines: int, count: int, rng: random.Random, ranked: bool) -> list[int]:
    """The lines asked about: any, or mostly the first ones, since a retriever lists the likeliest first."""
    keys = [rng.random() ** (number + 1 if ranked else 1) for number in range(lines)]
    return sorted(range(lines), key=lambda number: -keys[number])[:count]


def make_facts(rng: random.Random, mix: Mix, language: str) -> list[Fact]:
    """Evidence lines, many of them near-misses of one another, none answering another one's questions."""
    count = rng.randint(1 + (rng.random() < 0.8) * (mix.lines // 4), mix.lines)
    kind = rng.choices(("words", "pseudo", "hanzi", "ascii"), (8, 0, 5, 1) if language == "zh" else (8, 3, 1, 1))[0]
    length, scrambled = rng.randint(2, mix.words), rng.random() < mix.scramble
    facts: list[Fact] = []
    for _ in range(30):
        if len(facts) == count:
            break
        spoken = ("zh" if language == "en" else "en") if rng.random() < 0.03 else language
        twin = rng.choice(facts) if facts and rng.random() < 0.5 else None
        if not scrambled:
            fact = near_miss(twin, rng, mix.held_out) if twin else make_fact(spoken, rng, mix.held_out)
        elif twin and len(twin.known["content"].split()) > 3 and "used" not in twin.known:
            fact = similar(twin, rng, mix.held_out)
        else:
            fact = make_scramble(spoken, rng, kind, length, mix.held_out)
        if not any(ambiguous(fact, other) for other in facts):
            facts.append(fact)
    rng.shuffle(facts)
    return facts


def make_turn(facts: list[Fact], number: int, rng: random.Random, mix: Mix, language: str) -> Turn:
    """A question about the line at `number` (from 0), or about nothing that is there."""
    if rng.random() < mix.refuse:
        return absent(facts, rng, mix, language)
    question = casual(rng.choice(facts[number].questions), rng)
    if rng.random() < 0.05 and number + 1 < len(facts):
        second = facts[number + 1]
        joint = question + rng.choice(BOTH[language]) + rng.choice(second.questions)
        answer = f"{facts[number].sentence} [{number + 1}] {second.sentence} [{number + 2}]"
        return Turn(QUESTION[language] + joint, answer, "both", number + 1)
    return Turn(QUESTION[language] + question, f"{facts[number].sentence} [{number + 1}]", "one", number + 1)


def casual(question: str, rng: random.Random) -> str:
    """As people type: at times without a capital or a question mark."""
    if rng.random() < 0.1:
        question = question[:1].lower() + question[1:]
    return question.rstrip("?？") if rng.random() < 0.1 else question


def absent(facts: list[Fact], rng: random.Random, mix: Mix, language: str) -> Turn:
    """A question whose answer is missing: on another subject altogether, or beside one of the lines."""
    framed = [fact for fact in facts if fact.group]
    for _ in range(10):
        near = bool(framed) and rng.random() < 0.6
        if near:
            asked = near_miss(rng.choice(framed), rng, mix.held_out)
        elif facts and not framed:
            asked = make_scramble(language, rng, facts[0].frame, 4, mix.held_out)
        else:
            asked = make_fact(language, rng, mix.held_out)
        if not any(ambiguous(asked, fact) for fact in facts):
            break
    return Turn(QUESTION[language] + asked.questions[0], REFUSALS[language], "near" if near else "absent", 0)


def make_system(language: str, rng: random.Random) -> str:
    """One or two sentences, sometimes a few more."""
    return ("" if language == "zh" else " ").join(rng.sample(SYSTEMS[language], rng.choice((1, 1, 1, 2, 2, 3))))
