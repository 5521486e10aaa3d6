import json
from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.errors import TrainingError
from assistant.evaluation.prices import PRICES, Price
from assistant.records import Turn
from assistant.testing.knowledge import WordKnowledge
from assistant.training.dataset import Dataset, Row
from assistant.training.export.openai_rows import TRAIN, VALIDATION, hosted_dataset, openai_readme, openai_row, usual_epochs, write_openai
from assistant.training.recipe import Recipe

DOCUMENTS = {"leave.md": "Annual leave is 15 days a year. Leave is requested in Harbour."}


def words(text: str) -> int:
    return len(text.split())


def rows(count: int) -> tuple[Row, ...]:
    return tuple(Row((Turn("system", "Be short."), Turn("user", f"Question {n}?")), "Rule: yes.", f"row {n}", "plain") for n in range(count))


def test_each_line_is_a_conversation_and_the_price_follows_by_hand(tmp_path: Path) -> None:
    bill = write_openai(Dataset(rows(40), rows(3)), tmp_path, words, "gpt-4.1-mini")
    lines = [json.loads(line) for line in (tmp_path / TRAIN).read_text().splitlines()]
    assert [message["role"] for message in lines[0]["messages"]] == ["system", "user", "assistant"]
    assert len((tmp_path / VALIDATION).read_text().splitlines()) == 3
    a_row = 3 + (4 + 2) + (4 + 2) + (4 + 2)
    assert bill.tokens == 40 * a_row
    assert bill.cost == pytest.approx(40 * a_row * 3 * 5.0 / 1e6)
    assert "× 3 epochs on gpt-4.1-mini: about 0.01 US dollars" in str(bill)


def test_earlier_answers_of_a_conversation_are_not_learned() -> None:
    turns = (Turn("user", "a"), Turn("assistant", "b"), Turn("user", "c"))
    assert [message.get("weight") for message in openai_row(Row(turns, "d", "x", "plain"))["messages"]] == [None, 0, None, None]


def test_epochs_are_openais_own_choice() -> None:
    assert [usual_epochs(count) for count in (4, 10, 33, 34, 1000, 8334, 20_000, 100_000)] == [25, 10, 3, 3, 3, 2, 1, 1]


def test_prices_can_be_edited_and_an_unknown_one_is_said(tmp_path: Path) -> None:
    data = Dataset(rows(20), ())
    assert write_openai(data, tmp_path, words, "own", 2, {"own": Price(1, 1, 10.0)}).cost == pytest.approx(20 * 21 * 2 * 10 / 1e6)
    assert "no price for training gpt-5 is known" in str(write_openai(data, tmp_path, words, "gpt-5"))
    assert not (tmp_path / VALIDATION).exists()
    assert PRICES["gpt-4o-mini"].training == 3.0


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="9 rows, and OpenAI takes at least 10"):
        write_openai(Dataset(rows(9), ()), tmp_path, words)


def test_the_rows_are_those_of_a_large_base_with_passages_from_the_documents(tmp_path: Path) -> None:
    examples = [{"messages": [{"role": "user", "content": f"How long is annual leave, case {n}?"}, {"role": "assistant", "content": f"Rule {n}: annual leave is 15 days a year."}]} for n in range(12)]
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in examples))
    dataset = hosted_dataset(Domain(tmp_path, DomainSpec(name="staff")), WordKnowledge(DOCUMENTS), Recipe(), words)
    assert any(row.form == "evidence" and "Annual leave is 15 days a year." in row.prompt[-1].content for row in dataset.train)
    assert all("Rule" in row.answer for row in dataset.train if row.form != "refusal"), "a hosted model writes, it does not only quote"


def test_the_readme_is_a_program_that_python_reads(tmp_path: Path) -> None:
    bill = write_openai(Dataset(rows(12), rows(2)), tmp_path, words)
    text = openai_readme("staff", bill, "the starter")
    program = text.split("<<'PYTHON'\n")[1].split("\nPYTHON")[0]
    compile(program, "readme", "exec")
    assert VALIDATION in program
    assert "tokenizer of the starter" in text
