"""Sentences without a frame: loose grammar over the word lists, pseudo-words, random characters. They teach copying
and finding the sentence that shares words with the question, whatever the words are."""
# ruff: noqa: SIM905 (a list of words is easier to read and mend as text)

import json
import random
import string
from functools import cache

from starter.facts import Fact
from starter.frames import synonyms_for
from starter.paths import WORK
from starter.slots import DRAW, Values
from starter.split import part

GLUE_EN = """
of in on for with by from to at and or the a is are was has can must may should will not only before after within during
until when if each every all any under over about per via
""".split()
GLUE_ZH = """
的 在 由 和 或 是 应 须 可 可以 不得 不 仅 前 后 内 时 如 每 各
全部 任何 关于 通过 对 向 为 与 及 按 将 并 已 其中 以及 根据 自 至
""".split()
ASK_EN = [
    "What about {}?",
    "Which {}?",
    "How does {} work?",
    "When is {}?",
    "Who takes care of {}?",
    "Where is {}?",
    "Can I {}?",
    "Is there anything on {}?",
    "Tell me about {}",
    "I need to know about {}.",
    "what happens with {}?",
    "How many {} are there?",
    "Why {}?",
    "Do we have rules for {}?",
    "{}?",
    "What does it say about {}?",
]
ASK_ZH = [
    "{}是什么？",
    "{}怎么办？",
    "{}在哪里？",
    "什么时候{}？",
    "谁负责{}？",
    "{}有多少？",
    "可以{}吗？",
    "请问{}的情况",
    "关于{}有什么规定？",
    "想了解{}",
    "{}多久？",
    "为什么{}？",
    "{}？",
    "哪个{}？",
    "资料里怎么说{}？",
    "{}有要求吗？",
]
LISTS = ("NOUNS", "NOUNS", "ADJECTIVES", "VERBS", "TOPICS", "BRANDS", "COMMON", "COMMON")
END_EN, END_ZH = (".", ".", ".", ".", "!", ";", "", ":"), ("。", "。", "。", "。", "；", "！", "")


@cache
def hanzi() -> tuple[str, ...]:
    """The 6,763 characters of GB 2312."""
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return tuple(char for char in (pair.decode("gb2312", "ignore") for pair in pairs) if char)


def pseudo_word(rng: random.Random) -> str:
    return "".join(
        rng.choice("bcdfghklmnprstvwz") + rng.choice(("a", "e", "i", "o", "u", "ai", "or", "en"))
        for _ in range(rng.randint(1, 3))
    )


@cache
def pieces() -> tuple[str, ...]:
    """The tokenizer's English pieces: beside the listed words, so that the model has copied each of them."""
    path = WORK / "tokenizer" / "tokenizer.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"] if path.exists() else {}
    words = {token.lstrip("Ġ") for token in vocabulary}
    return tuple(sorted(word for word in words if word.isascii() and word.isalpha())) or ("piece",)


def random_word(kind: str, values: Values) -> tuple[str, ...]:
    """A word as the sentence has it, then as a question may have it."""
    rng = values.rng
    if kind == "pseudo":
        return (pseudo_word(rng),)
    if kind == "pieces":
        return ("".join(rng.choices(pieces(), k=rng.choice((1, 1, 2, 2, 3)))),)
    if kind == "ascii":
        text = rng.choices(string.ascii_letters + string.digits + string.punctuation, k=rng.randint(1, 6))
        return ("".join(text).replace("|", "/"),)
    if kind == "hanzi":
        return ("".join(rng.choices(part(hanzi(), values.held_out), k=rng.randint(1, 3))),)
    if rng.random() < 0.05:  # codes, alike but for a digit
        return (f"{rng.choice(('TB', 'E', 'ERR', 'HR', 'S3'))}-{rng.choice((10, 20, 4, 50))}{values.number(99):02}",)
    if rng.random() < 0.6:
        group = rng.choice(synonyms_for("zh" if values.zh else "en", values.held_out))
        said = rng.choice(group)
        return (said, *(word for word in group if word != said))
    name = rng.choice(LISTS)
    word = values.pick(name if name != "COMMON" or not values.zh else "NOUNS")
    if name == "TOPICS":
        return tuple(rng.sample(word, len(word)))
    return (word[rng.randrange(2)] if name == "VERBS" and not values.zh else word,)


def gap_for(kind: str, values: Values) -> str:
    return "" if kind == "hanzi" or (kind == "words" and values.zh) else " "


def make_scramble(language: str, rng: random.Random, kind: str, length: int, held_out: bool = False) -> Fact:
    """Content words with glue and values between them; the question names one to three of the content words."""
    values = Values(language, rng, held_out)
    content = [random_word(kind, values) for _ in range(length)]
    fact = Fact(_sentence(content, kind, values), [], _heading(values), language, frame=kind, known={"content": content})
    fact.questions = [ask_for(content, values) for _ in range(3)]
    return fact


def _sentence(content: list[tuple[str, ...]], kind: str, values: Values) -> str:
    rng, pieces = values.rng, []
    for word, *_ in content:
        pieces += [rng.choice(GLUE_ZH if values.zh else GLUE_EN)] * (kind == "words" and rng.random() < 0.5) + [word]
        if rng.random() < 0.12:
            pieces.append(DRAW[rng.choice(("n", "c", "pct", "d", "h", "e", "m", "cl", "ver", "l"))](values))
        if rng.random() < 0.08:
            pieces[-1] += "，" if values.zh else ","
    sentence = gap_for(kind, values).join(pieces) + rng.choice(END_ZH if values.zh else END_EN)
    return sentence[:1].upper() + sentence[1:] if not values.zh and rng.random() < 0.8 else sentence


def ask_for(content: list[tuple[str, ...]], values: Values) -> str:
    """A question with some of the content words or what they are also called, in any order, among words of its own."""
    rng = values.rng
    chosen = [rng.choice(words) for words in rng.sample(content, min(len(content), rng.choice((1, 2, 2, 3, 3))))]
    if rng.random() < 0.3:
        chosen.insert(rng.randrange(len(chosen) + 1), rng.choice(GLUE_ZH if values.zh else GLUE_EN))
    joint = rng.choice(("", "", "的", "和")) if values.zh else rng.choice((" ", " ", " and ", " the ", " of the "))
    question = rng.choice(ASK_ZH if values.zh else ASK_EN).format(joint.join(chosen))
    return question if values.zh else question[:1].upper() + question[1:]


def make_repeats(language: str, rng: random.Random, count: int) -> list[Fact]:
    """Lines made of the same few words over and over, with one or two words of their own: copied right only by a model
    that knows where in a line it is."""
    values = Values(language, rng, False)
    kind = rng.choice(("words", "pieces", "hanzi" if values.zh else "pseudo", "ascii"))
    shared = [random_word(kind, values)[0] for _ in range(rng.randint(2, 6))]
    facts = []
    for _ in range(count):
        own = [random_word(kind, values) for _ in range(rng.choice((1, 2, 2, 3)))]
        words = [*rng.choices(shared, k=rng.randint(4, 18)), *(word for word, *_ in own)]
        rng.shuffle(words)
        sentence = gap_for(kind, values).join(words) + rng.choice(END_ZH if values.zh else END_EN)
        facts.append(Fact(sentence, [ask_for(own, values) for _ in range(3)], _heading(values), language, frame="repeats"))
    return facts


def _heading(values: Values) -> str:
    if values.rng.random() < 0.5:
        return ""
    topic = values.rng.choice(values.pick("TOPICS"))
    return topic if values.zh else topic[:1].upper() + topic[1:]


def similar(fact: Fact, rng: random.Random, held_out: bool = False) -> Fact:
    """A sentence that shares about half of its words with `fact`; both get questions about the rest."""
    values, old = Values(fact.language, rng, held_out), fact.known["content"]
    kept = rng.sample(old, max(1, len(old) // 2))
    fresh = [random_word(fact.frame, values) for _ in range(max(2, len(old) - len(kept)))]
    sentence = _sentence(rng.sample(kept + fresh, len(kept) + len(fresh)), fact.frame, values)
    fact.known["used"] = "yes"
    fact.questions = [ask_for([word for word in old if word not in kept] or old, values) for _ in range(3)]
    known = {"content": fresh, "used": "yes"}
    return Fact(sentence, [ask_for(fresh, values) for _ in range(3)], fact.heading, fact.language, frame=fact.frame, known=known)
