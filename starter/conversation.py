"""Joins facts into a conversation: evidence lines, one or more questions, quoted answers with their [n].
Knows no tokens."""

import random
from dataclasses import dataclass

from starter.facts import Fact, ambiguous, make_fact, near_miss
from starter.frames import drafts_for
from starter.scramble import make_scramble, similar
from starter.slots import SLOT, Values, fill
from starter.systems import GREETINGS, SYSTEMS

REFUSALS = {"en": "The passages do not say.", "zh": "资料中没有说明。"}
QUESTION = {"en": "Question: ", "zh": "问题："}
BOTH = {"en": (" And ", " Also: ", " and "), "zh": ("还有，", "另外，", "以及")}

ELLIPSIS = {"en": ("And {}?", "What about {}?", "and for {}"), "zh": ("那{}呢？", "{}呢", "换成{}呢？")}
RANKED = 0.5


@dataclass(frozen=True)
class Mix:
    """How a batch of conversations is composed."""

    lines: int = 8  # most evidence lines
    least: int = 1  # fewest of them, where that many can be made
    turns: int = 6  # most questions
    single: float = 0.35  # share with one question, as when serving
    scramble: float = 0.35  # share of facts without a frame
    words: int = 12  # most content words of such a fact
    refuse: float = 0.12  # share of questions that nothing answers
    drafts: float = 0.0  # share with a form to fill
    held_out: bool = False


@dataclass
class Turn:
    user: str
    answer: str
    kind: str  # one, both, follow-up, draft, absent, near, greeting
    line: int | None = None  # number of the (first) line quoted; 0 when none answers
    earlier: tuple[str, str] | None = None  # the question and answer before, of a follow-up


@dataclass
class Conversation:
    """Evidence and what may be asked about it: each turn is asked alone, none sees another."""

    system: str
    evidence: str
    turns: list[Turn]

    def messages(self, turn: Turn) -> list[dict[str, str]]:
        """The messages up to the answer, for one of the turns."""
        said = [*(turn.earlier or ()), turn.user]
        said[0] = f"{self.evidence}{said[0]}"
        roles = ("user", "assistant", "user")
        asked = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
        return [{"role": "system", "content": self.system}, *asked]


def make_conversation(rng: random.Random, mix: Mix, language: str | None = None) -> Conversation:
    language = language or rng.choice(("en", "zh"))
    system = make_system(language, rng)
    if rng.random() < 0.01 and not mix.held_out:
        return Conversation(system, "", [Turn(*rng.choice(GREETINGS[language]), "greeting")])
    if rng.random() < 0.01:
        return Conversation(system, "", [absent([], rng, mix, language)])
    facts = make_facts(rng, mix, language)
    form = add_form(facts, rng, mix, language) if rng.random() < mix.drafts else None
    count = 1 if rng.random() < mix.single else rng.randint(2, max(2, mix.turns))
    order = asked_lines(len(facts), count, rng, ranked=not mix.held_out and rng.random() < RANKED)
    turns = [form] if form else []
    turns += [make_turn(facts, number, rng, mix, language) for number in order if facts[number].frame]
    lines = [f"[{number}] {fact.line}" for number, fact in enumerate(facts, 1)]
    return Conversation(system, "\n".join(lines) + "\n\n", turns)


def asked_lines(lines: int, count: int, rng: random.Random, ranked: bool) -> list[int]:
    """The lines asked about: any, or mostly the first ones, since a retriever lists the likeliest first."""
    return [int(lines * rng.random() ** (2.2 if ranked else 1)) for _ in range(count)]


def make_facts(rng: random.Random, mix: Mix, language: str) -> list[Fact]:
    """Evidence lines, many of them near-misses of one another, none answering another one's questions."""
    count = rng.randint(max(mix.least, 1 + (rng.random() < 0.8) * (mix.lines // 4)), mix.lines)
    kinds = {"en": (8, 2, 4, 1, 1), "zh": (8, 0, 1, 5, 1)}[language]
    kind = rng.choices(("words", "pseudo", "pieces", "hanzi", "ascii"), kinds)[0]
    length, scrambled = rng.randint(2, mix.words), rng.random() < mix.scramble
    facts: list[Fact] = []
    for _ in range(40):
        if len(facts) == count:
            break
        spoken = ("zh" if language == "en" else "en") if rng.random() < 0.03 else language
        twin = rng.choice(facts) if facts and rng.random() < 0.6 else None
        if not scrambled:
            fact = near_miss(twin, rng, mix.held_out) if twin else make_fact(spoken, rng, mix.held_out)
        elif twin and len(twin.known["content"]) > 3 and "used" not in twin.known:
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
    fact = facts[number]
    question = casual(rng.choice(fact.questions), rng)
    answer = f"{fact.sentence} [{number + 1}]"
    if rng.random() < 0.05 and number + 1 < len(facts) and facts[number + 1].frame:
        second = facts[number + 1]
        joint = question + rng.choice(BOTH[language]) + rng.choice(second.questions)
        return Turn(QUESTION[language] + joint, f"{answer} {second.sentence} [{number + 2}]", "both", number + 1)
    if rng.random() < 0.3 and (pair := twin_of(fact, facts)):
        other, name = pair
        earlier = (QUESTION[language] + other.questions[0], f"{other.sentence} [{facts.index(other) + 1}]")
        short = rng.choice(ELLIPSIS[language]).format(fact.known[name])
        return Turn(QUESTION[language] + short, answer, "follow-up", number + 1, earlier)
    return Turn(QUESTION[language] + question, answer, "one", number + 1)


def twin_of(fact: Fact, facts: list[Fact]) -> tuple[Fact, str] | None:
    """Another line with the same frame about something else, and the slot in which they differ."""
    for other in facts:
        if other is not fact and fact.group and other.group == fact.group and other.frame == fact.frame:
            for name in ("x", "y", "b", "t", "j"):
                if name in fact.known and fact.known[name] != other.known.get(name, fact.known[name]):
                    return other, name
    return None


def add_form(facts: list[Fact], rng: random.Random, mix: Mix, language: str) -> Turn:
    """Puts a form with blanks in the place of a line and asks to fill it."""
    values, known = Values(language, rng, mix.held_out), {}
    group = rng.choice(drafts_for(language, mix.held_out))
    filled = fill(group.statements[0], values, known)
    question = fill(rng.choice(group.questions), values, known)
    number = rng.randrange(len(facts))
    blank = SLOT.sub(rng.choice(("____", "____", "…", "【】" if language == "zh" else "[ ]")), group.statements[0])
    facts[number] = Fact(blank, [question], group.family, language, group)
    return Turn(QUESTION[language] + question, f"{filled} [{number + 1}]", "draft", number + 1)


def casual(question: str, rng: random.Random) -> str:
    """As people type: at times without a capital or a question mark."""
    if rng.random() < 0.1:
        question = question[:1].lower() + question[1:]
    return question.rstrip("?？") if rng.random() < 0.1 else question


def absent(facts: list[Fact], rng: random.Random, mix: Mix, language: str) -> Turn:
    """A question whose answer is missing: on another subject altogether, or beside one of the lines."""
    framed = [fact for fact in facts if fact.group and fact.frame]
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
    question = casual(rng.choice(asked.questions), rng)
    return Turn(QUESTION[language] + question, REFUSALS[language], "near" if near else "absent", 0)


def make_system(language: str, rng: random.Random) -> str:
    """One or two sentences, sometimes a few more."""
    return ("" if language == "zh" else " ").join(rng.sample(SYSTEMS[language], rng.choice((1, 1, 1, 2, 2, 3))))
