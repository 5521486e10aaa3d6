"""Joins facts into a conversation: evidence lines, one or more questions, quoted answers with their [n].
Knows no tokens."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from starter.facts import Fact, ambiguous, make_fact, near_miss
from starter.frames import drafts_for, families_for, synonyms_for
from starter.manners import manner
from starter.scramble import make_repeats, make_scramble, similar
from starter.slots import SLOT, Values, fill
from starter.systems import GREETINGS, SYSTEMS
from starter.tables import LINES as TABLE_LINES
from starter.tables import make_table

REFUSALS = {"en": "The passages do not say.", "zh": "资料中没有说明。"}
QUESTION = {"en": "Question: ", "zh": "问题："}
BOTH = {"en": (" And ", " Also: ", " and "), "zh": ("还有，", "另外，", "以及")}

ELLIPSIS = {"en": ("And {}?", "What about {}?", "and for {}"), "zh": ("那{}呢？", "{}呢", "换成{}呢？")}
RANKED = 0.5
LEADS = {
    "en": (
        "Hello, {}",
        "Quick question: {}",
        "I am new here. {}",
        "Sorry to bother you again. {}",
        "My colleague was not sure either. {}",
        "A customer is on the line. {}",
        "It is rather urgent. {}",
        "{} Just a rough idea.",
        "{} Thanks!",
        "{} I could not find it anywhere.",
        "I have been looking for an hour: {}",
        "Could you tell me: {}",
    ),
    "zh": (
        "你好，{}",
        "请问{}",
        "我刚来，不太清楚。{}",
        "打扰一下，{}",
        "同事也说不准，{}",
        "客户正等着呢，{}",
        "有点急，{}",
        "{}大概说一下就行。",
        "{}谢谢！",
        "{}我找了半天没找到。",
        "想确认一下：{}",
        "麻烦帮我查查，{}",
    ),
}
IN_DOCUMENTS = 0.7  # share of lists whose lines stand in a few documents, as in use
TITLES = {
    "en": (
        "{0}",
        "{0} policy, edition {1}",
        "{0} guide",
        "{2} {0}",
        "{0} and how to apply",
        "{2} handbook: {0}",
        "Rules for {0} ({1})",
        "{0} – questions and answers",
        "{0}.md",
        "Procedure note on {0}",
        "{2} price list {1}",
    ),
    "zh": (
        "{0}",
        "{0}管理办法（{1}版）",
        "{0}手册",
        "{0}使用指南",
        "{2}{0}说明",
        "{0}与申请流程",
        "{0}实施细则",
        "关于{0}的规定",
        "{2}价目表（{1}年）",
        "中华人民共和国{0}法第三十二条",
        "{0}常见问题",
    ),
}
SECTIONS = {
    "en": ("{1}", "{0}. {1}", "{0}.1 {1}", "{0} {1}", "Section {0}: {1}", "§ {0} {1}"),
    "zh": ("{1}", "{0}. {1}", "第{0}章 {1}", "{0}、{1}", "{0}.2 {1}", "（{0}）{1}"),
}


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
    retrieved: float = 0.0  # share of lists in the order of a retriever
    tables: float = 0.0  # share of lists that are rows of a table
    manners: float = 0.0  # share with an opening and an ending around each answer
    repeats: float = 0.0  # share of lists whose lines repeat the same few words
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
    talk = make_plain(rng, mix, language)
    if talk.evidence and rng.random() < mix.manners:
        words = Values(language, rng, mix.held_out)
        asked, opening, ending = manner(language, rng, [words.pick("NOUNS") for _ in range(6)])
        talk.system += f"{'' if language == 'zh' else ' '}{asked}"
        for turn in talk.turns:
            turn.answer = f"{opening}{turn.answer}{ending}"
    return talk


def make_plain(rng: random.Random, mix: Mix, language: str) -> Conversation:
    system = make_system(language, rng)
    if rng.random() < 0.01 and not mix.held_out:
        return Conversation(system, "", [Turn(*rng.choice(GREETINGS[language]), "greeting")])
    if rng.random() < 0.01:
        return Conversation(system, "", [absent([], rng, mix, language)])
    facts = make_facts(rng, mix, language)
    if rng.random() < mix.retrieved:
        return Conversation(system, *as_retrieved(facts, rng, mix, language))
    form = add_form(facts, rng, mix, language) if rng.random() < mix.drafts else None
    count = 1 if rng.random() < mix.single else rng.randint(2, max(2, mix.turns))
    order = asked_lines(len(facts), count, rng, ranked=not mix.held_out and rng.random() < RANKED)
    turns = [form] if form else []
    turns += [make_turn(facts, number, rng, mix, language) for number in order if facts[number].frame]
    return Conversation(system, evidence_of(facts), turns)


def evidence_of(facts: list[Fact]) -> str:
    return "\n".join(f"[{number}] {fact.line}" for number, fact in enumerate(facts, 1)) + "\n\n"


def as_retrieved(facts: list[Fact], rng: random.Random, mix: Mix, language: str) -> tuple[str, list[Turn]]:
    """The evidence as a retriever lists it for one of the facts, likeliest first, and all questions about that fact."""
    asked = rng.choice(facts)
    sought = pieces_of(asked.questions[0], language)
    likely = {id(fact): len(sought & pieces_of(fact.line, language)) / max(1, len(sought)) for fact in facts}
    facts = sorted(facts, key=lambda fact: -likely[id(fact)] + rng.gauss(0, 0.15))
    number = facts.index(asked)
    answer = f"{asked.sentence} [{number + 1}]"
    questions = [casual(question, rng, language, mix.held_out) for question in asked.questions]
    turns = [Turn(QUESTION[language] + question, answer, "one", number + 1) for question in questions]
    if rng.random() < 4 * mix.refuse:
        turns.append(absent(facts, rng, mix, language))
    return evidence_of(facts), turns


def pieces_of(text: str, language: str) -> set[str]:
    """What a search by words compares: beginnings of words, pairs of Chinese characters."""
    if language == "zh":
        return {text[at : at + 2] for at in range(len(text) - 1)}
    return {word.strip(".,?!").lower()[:5] for word in text.split() if len(word) > 3}


def asked_lines(lines: int, count: int, rng: random.Random, ranked: bool) -> list[int]:
    """The lines asked about: any, or mostly the first ones, since a retriever lists the likeliest first."""
    return [int(lines * rng.random() ** (2.2 if ranked else 1)) for _ in range(count)]


def make_facts(rng: random.Random, mix: Mix, language: str) -> list[Fact]:
    """Evidence lines, many of them near-misses of one another, none answering another one's questions."""
    count = rng.randint(max(mix.least, 1 + (rng.random() < 0.8) * (mix.lines // 4)), mix.lines)
    facts, chance = [], rng.random()
    if chance < mix.tables:
        facts = make_table(language, rng, rng.randint(min(3, count), count))
    elif chance < mix.tables + mix.repeats:
        facts = make_repeats(language, rng, count)
    if not facts or chance < mix.tables / 2:
        add_facts(facts, count, rng, mix, language)
    rng.shuffle(facts)
    if rng.random() < IN_DOCUMENTS:
        put_in_documents(facts, rng, mix, language)
    return facts


def add_facts(facts: list[Fact], count: int, rng: random.Random, mix: Mix, language: str) -> None:
    """Sentences up to `count`, framed or loose."""
    kinds = {"en": (8, 2, 4, 1, 1), "zh": (8, 0, 1, 5, 1)}[language]
    kind = rng.choices(("words", "pseudo", "pieces", "hanzi", "ascii"), kinds)[0]
    length, scrambled = rng.randint(2, mix.words), rng.random() < mix.scramble
    for _ in range(40):
        if len(facts) >= count:
            break
        spoken = ("zh" if language == "en" else "en") if rng.random() < 0.03 else language
        known = [fact for fact in facts if (bool(fact.group) if not scrambled else "content" in fact.known)]
        twin = rng.choice(known) if known and rng.random() < 0.6 else None
        if not scrambled:
            fact = near_miss(twin, rng, mix.held_out) if twin else make_fact(spoken, rng, mix.held_out)
        elif twin and len(twin.known["content"]) > 3 and "used" not in twin.known:
            fact = similar(twin, rng, mix.held_out)
        else:
            fact = make_scramble(spoken, rng, kind, length, mix.held_out)
        if not any(ambiguous(fact, other) for other in facts):
            facts.append(fact)


def put_in_documents(facts: list[Fact], rng: random.Random, mix: Mix, language: str) -> None:
    """As retrieval gives them: most lines under the same long title and a section, some with a number before."""
    values = Values(language, rng, mix.held_out)
    titles = [document_title(values) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    style, numbered = rng.choice(SECTIONS[language]), rng.random() < 0.2
    tables: dict[str, str] = {}  # where each table stands: all of its lines stand there
    for fact in facts:
        section = fact.heading or (fact.group.family if fact.group and rng.random() < 0.6 else "")
        title = rng.choice((titles[0], *titles))
        fact.heading = f"{title} › {style.format(rng.randint(1, 9), section)}" if section else title
        if fact.frame in TABLE_LINES:
            fact.heading = tables.setdefault(section, fact.heading)
        elif numbered and rng.random() < 0.8:
            fact.sentence = f"{rng.randint(1, 9)}.{rng.randint(1, 12)} {fact.sentence}"


def document_title(values: Values) -> str:
    """A subject and what kind of paper it is, with a year or an edition at times."""
    zh, rng = values.zh, values.rng
    language = "zh" if zh else "en"
    subject = rng.choice(families_for(language, values.held_out)) if rng.random() < 0.6 else rng.choice(values.pick("TOPICS"))
    form = rng.choice(TITLES[language]).format(subject, rng.randint(2019, 2030), values.pick("BRANDS"))
    return form if zh else form[:1].upper() + form[1:]


def make_turn(facts: list[Fact], number: int, rng: random.Random, mix: Mix, language: str) -> Turn:
    """A question about the line at `number` (from 0), or about nothing that is there."""
    if rng.random() < mix.refuse:
        return absent(facts, rng, mix, language)
    fact = facts[number]
    question = casual(rng.choice(fact.questions), rng, language, mix.held_out)
    answer = f"{fact.sentence} [{number + 1}]"
    if rng.random() < 0.05 and number + 1 < len(facts) and facts[number + 1].frame:
        second = facts[number + 1]
        joint = question + rng.choice(BOTH[language]) + rng.choice(second.questions)
        return Turn(QUESTION[language] + joint, f"{answer} {second.sentence} [{number + 2}]", "both", number + 1)
    if rng.random() < 0.3 and (pair := twin_of(fact, facts)):
        other, name = pair
        earlier = (QUESTION[language] + other.questions[0], f"{other.sentence} [{facts.index(other) + 1}]")
        short = rng.choice(ELLIPSIS[language]).format(fact.known[name])
        if rng.random() < 0.5:  # as a program writes a follow-up that has to stand alone
            return Turn(f"{earlier[0]} {short}", answer, "one", number + 1)
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
    values = Values(language, rng, mix.held_out)
    known: dict[str, Any] = {}
    group = rng.choice(drafts_for(language, mix.held_out))
    filled = fill(group.statements[0], values, known)
    question = fill(rng.choice(group.questions), values, known)
    number = rng.randrange(len(facts))
    blank = SLOT.sub(rng.choice(("____", "____", "…", "【】" if language == "zh" else "[ ]")), group.statements[0])
    facts[number] = Fact(blank, [question], group.family, language, group)
    return Turn(QUESTION[language] + question, f"{filled} [{number + 1}]", "draft", number + 1)


def casual(question: str, rng: random.Random, language: str, held_out: bool) -> str:
    """As people type: now and then another word for the same, no capital, no question mark."""
    if not held_out:
        question = reworded(question, rng, language)
        if rng.random() < 0.15:
            question = rng.choice(LEADS[language]).format(question)
    if rng.random() < 0.1:
        question = question[:1].lower() + question[1:]
    return question.rstrip("?？") if rng.random() < 0.1 else question


def reworded(question: str, rng: random.Random, language: str) -> str:
    """Some of its words replaced by synonyms, so that a question is seldom seen twice."""
    ways = other_words(language)
    if language == "zh":
        spans = sorted({question[i : i + n] for n in (4, 3, 2) for i in range(len(question))} & ways.keys())
        for word in spans:
            if rng.random() < 0.25:
                question = question.replace(word, rng.choice(ways[word]), 1)
        return question
    words = question.split(" ")
    for at, word in enumerate(words):
        if (key := word.lower().strip(".,?")) in ways and rng.random() < 0.25:
            words[at] = word.lower().replace(key, rng.choice(ways[key]))
    return " ".join(words)


@cache
def other_words(language: str) -> dict[str, list[str]]:
    """What each listed word may be replaced with."""
    ways: dict[str, list[str]] = {}
    for group in synonyms_for(language, False):
        for word in group:
            if len(word) > 1:
                ways.setdefault(word, []).extend(other for other in group if other != word and len(other) < 24)
    return {word: others for word, others in ways.items() if others}


def absent(facts: list[Fact], rng: random.Random, mix: Mix, language: str) -> Turn:
    """A question whose answer is missing: on another subject altogether, or beside one of the lines."""
    framed = [fact for fact in facts if fact.group and fact.frame]
    for _ in range(10):
        near = bool(framed) and rng.random() < 0.6
        if near:
            asked = near_miss(rng.choice(framed), rng, mix.held_out)
        elif facts and not framed and "content" in facts[0].known:
            asked = make_scramble(language, rng, facts[0].frame, 4, mix.held_out)
        else:
            asked = make_fact(language, rng, mix.held_out)
        if not any(ambiguous(asked, fact) for fact in facts):
            break
    question = casual(rng.choice(asked.questions), rng, language, mix.held_out)
    return Turn(QUESTION[language] + question, REFUSALS[language], "near" if near else "absent", 0)


def make_system(language: str, rng: random.Random) -> str:
    """One or two sentences, sometimes a few more."""
    return ("" if language == "zh" else " ").join(rng.sample(SYSTEMS[language], rng.choice((1, 1, 1, 2, 2, 3))))
