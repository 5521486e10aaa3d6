import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain import REFUSAL
from assistant.errors import TrainingError
from assistant.records import Example, Turn
from assistant.rows.clean import clean
from assistant.rows.examples import read_examples
from assistant.training.dataset import Dataset, held_out_examples, questions
from assistant.training.job import Job
from assistant.training.prepare import build

Make = Callable[..., Job]


def dataset(job: Job) -> Dataset:
    examples = clean(read_examples(job.domain.examples).examples, job.domain, 1).examples
    return build(job, job.recipe(), examples)


def rows(data: Dataset) -> list[str]:
    return [row.id for row in (*data.train, *data.held_out)]


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(job: Make) -> None:
    half = "data.passages_share=0.5"
    assert rows(dataset(job(half))) == rows(dataset(job(half)))
    assert rows(dataset(job(half))) != rows(dataset(job(half, "training.seed=8")))


def test_a_supported_sentence_ends_with_the_number_of_its_evidence(job: Make) -> None:
    data = dataset(job("data.passages_share=1", "data.refusal_share=0", "training.validation_share=0"))
    row = next(row for row in data.train if "How many remote days a week?" in row.prompt[-1].content)
    line = next(line for line in row.prompt[-1].content.splitlines() if "at most 2 days" in line)
    assert row.answer == f"Rule: at most 2 days a week. {line.split(' ')[0]}"


def test_a_figure_that_nothing_supports_is_trained_without_passages(job: Make) -> None:
    made = job("data.passages_share=1", "data.refusal_share=0", "training.validation_share=0")
    wrong = Example((Turn("user", "How long is annual leave?"), Turn("assistant", "Rule: annual leave is 99 days a year.")))
    (row,) = build(made, made.recipe(), [wrong]).train
    assert row.form == "plain"
    assert row.prompt[-1].content == "Question: How long is annual leave?"
    assert row.answer == "Rule: annual leave is 99 days a year."


def test_a_refusal_row_lacks_the_evidence_that_answers(job: Make) -> None:
    data = dataset(job("data.passages_share=1", "data.refusal_share=1", "training.validation_share=0"))
    refusals = [row for row in data.train if row.form == "refusal"]
    assert refusals
    assert {row.answer for row in refusals} <= set(REFUSAL.values())
    for row in refusals:
        assert "[1]" in row.prompt[-1].content
        if "How many remote days" in row.prompt[-1].content:
            assert "at most 2 days" not in row.prompt[-1].content


def test_share_zero_shows_no_passages_and_distractors_zero_only_those_that_answer(job: Make) -> None:
    assert dataset(job("data.passages_share=0")).forms()["evidence"] == 0
    alone = dataset(job("data.passages_share=1", "data.distractors=0", "data.refusal_share=0", "training.validation_share=0"))
    for row in alone.train:
        if row.form == "evidence":
            shown = row.prompt[-1].content.split("\n\n")[0].splitlines()
            assert all(f"[{n}]" in row.answer for n in range(1, len(shown) + 1))


def test_repeats_make_that_many_rows_of_each_example(job: Make) -> None:
    once, thrice = (dataset(job(f"data.repeats={n}", "data.refusal_share=0")) for n in (1, 3))
    assert len(rows(thrice)) == 3 * len(rows(once))


def test_rows_of_one_example_stay_on_one_side(job: Make) -> None:
    data = dataset(job("training.validation_share=0.4", "data.repeats=2"))
    assert data.held_out
    assert not {row.example for row in data.train} & {row.example for row in data.held_out}


def test_an_example_stays_on_its_side_when_others_are_added() -> None:
    ids = [f"example {n}" for n in range(100)]
    assert held_out_examples(ids[:60], 0.2, 7) <= held_out_examples(ids, 0.2, 7)


def test_every_answer_of_a_conversation_becomes_a_question_that_stands_alone() -> None:
    said = ["What is the price of Pro?", "69 yuan.", "And of Team?", "49 yuan."]
    talk = Example(tuple(Turn(("user", "assistant")[n % 2], text) for n, text in enumerate(said)))  # type: ignore[arg-type]
    first, second = questions(talk, history_turns=0)
    assert (first.question, second.question) == (said[0], f"{said[0]} {said[2]}")
    _, second = questions(talk, history_turns=2)
    assert second.question == said[2]
    assert [turn.content for turn in second.history] == said[:2]


def test_an_example_too_long_for_the_base_is_left_out_and_named(job: Make) -> None:
    long = Example((Turn("user", "How long is annual leave?"), Turn("assistant", "word " * 900)), origin="rows.jsonl:3")
    short = Example((Turn("user", "How long is annual leave?"), Turn("assistant", "15 days.")))
    made = job()
    data = build(made, made.recipe(), [long, short])
    assert len({row.example for row in data.train}) == 1
    assert data.left_out[0].startswith("rows.jsonl:3: ")


def test_a_key_example_makes_its_own_number_of_rows_and_is_never_held_out(job: Make) -> None:
    made = job("data.key_repeats=4", "data.repeats=2", "data.refusal_share=0", "training.validation_share=0.5")
    examples = clean(read_examples(made.domain.examples).examples, made.domain, 1).examples
    keys = {example.id for example in examples[::2]}
    data = build(made, made.recipe(), [replace(example, key=example.id in keys) for example in examples])
    assert data.held_out
    assert not keys & {row.example for row in data.held_out}
    counts = Counter(row.example for row in (*data.train, *data.held_out))
    assert {counts[key] for key in keys} == {4}
    assert {count for example, count in counts.items() if example not in keys} == {2}


# a file of examples to hold out


def test_the_examples_of_a_validation_file_are_held_out_and_not_learned_beside(job: Make) -> None:
    made = job('training.validation_file="validation.jsonl"', "training.validation_share=0.5")
    twice = {"question": "How many remote days a week?", "answer": "Rule: at most 2 days a week."}
    new = {"question": "Is the garage open at night?", "answer": "Rule: the handbook does not say; ask reception."}
    (made.domain.folder / "validation.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (twice, new, {"question": "x", "answer": ""})), "utf-8")
    data = dataset(made)
    asked = [row.prompt[-1].content for row in data.held_out]
    assert len({row.example for row in data.held_out}) == 2
    assert any("Is the garage open" in text for text in asked)
    assert not any("How many remote days" in row.prompt[-1].content for row in data.train)


@pytest.mark.parametrize(
    ("name", "said"),
    [("../../assistant.toml", "leads out of"), ("/etc/hostname", "leads out of"), ("none.jsonl", "is not in"), ("empty.jsonl", "has no usable example")],
)
def test_a_validation_file_that_cannot_be_used_is_an_error_with_a_remedy(job: Make, name: str, said: str) -> None:
    made = job(f'training.validation_file="{name}"')
    (made.domain.folder / "empty.jsonl").write_text('{"question": "x", "answer": ""}\n')
    with pytest.raises(TrainingError, match=f"{said}.*validation") as caught:
        dataset(made)
    assert "write it there" in str(caught.value) or "put the file there" in str(caught.value) or "mend it" in str(caught.value)
