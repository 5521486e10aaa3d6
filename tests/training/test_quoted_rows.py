"""What a base model that can only quote learns: passages word for word, and the house's phrases."""

from collections.abc import Callable
from dataclasses import replace

from assistant.records import Chunk, Evidence, Example, Turn
from assistant.training.job import Job
from assistant.training.marks import house_phrases, quoted_answer
from assistant.training.prepare import build

TEXTS = ["An appeal is filed within 15 days of service.", "5.2 判决书送达后15日内提起上诉。", "The court is open from 9:00."]
ITEMS = [Evidence(n, Chunk("d", "a.md", "T", "H", text, 0, len(text), "en"), text, 0, len(text), 0.5) for n, text in enumerate(TEXTS, 1)]
PHRASES = ["This is no legal advice.", "Deadline:", "时限："]


def quoting(job: Job) -> Job:
    return replace(job, student=replace(job.student, info=replace(job.student.info, quotes_only=True)))


def test_a_sentence_gives_way_to_the_passage_it_rests_on() -> None:
    made = quoted_answer("Deadline: you have 15 days to file an appeal. I wish you luck. This is no legal advice.", ITEMS, PHRASES)
    assert made.text == f"Deadline: {TEXTS[0]} [1]\nThis is no legal advice."
    assert made.used == {1}
    assert quoted_answer("时限：判决送达后15日内上诉。", ITEMS, PHRASES).text == f"时限：{TEXTS[1]} [2]"


def test_a_passage_without_the_sentences_figure_is_not_quoted_for_it() -> None:
    assert quoted_answer("An appeal is filed within 30 days of service.", ITEMS, PHRASES).used == frozenset()


def test_a_passage_is_quoted_once() -> None:
    assert quoted_answer("An appeal within 15 days. The appeal is filed within 15 days of service.", ITEMS, PHRASES).text == f"{TEXTS[0]} [1]"


def test_phrases_are_what_many_answers_begin_or_end_with() -> None:
    answers = [f"Hello! Rule: take {n} days. Next step: ask desk {n}. This is no legal advice." for n in range(6)] + ["Rare: words. See https://a.example"]
    assert house_phrases(answers) == ["This is no legal advice.", "Next step:", "Hello!", "Rule:"]
    assert house_phrases(["No liquids in room A. [1]"] * 9) == []


def test_what_no_passage_bears_out_is_not_learned_and_said_to_be_left_out(job: Callable[..., Job]) -> None:
    made = quoting(job("data.passages_share=1", "data.refusal_share=0", "training.validation_share=0"))
    pairs = [("How many remote days a week?", "Rule: at most 2 days a week."), ("How long is annual leave?", "Rule: annual leave is 99 days.")]
    examples = [Example((Turn("user", question), Turn("assistant", answer))) for question, answer in pairs]
    draft = Example((Turn("user", "Draft a note"), Turn("assistant", "Annual leave is 15 days a year.")), "draft")
    data = build(made, made.recipe(), [*examples, draft])
    (row,) = data.train
    assert row.answer.startswith("Remote work is possible on at most 2 days a week. [")
    assert data.left_out == ("2 answers that no passage bears out: this base model only quotes, and would learn to invent",)
