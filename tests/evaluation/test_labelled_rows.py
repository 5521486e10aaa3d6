"""Rows of text and label: what is read, and what is said of rows that cannot be used."""

from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.labelled import check_data_rows, check_fit_rows, read_labelled


def file(folder: Path, text: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text(text, "utf-8")
    return path


def test_rows_are_read_with_oos_as_no_label_and_other_keys_ignored(tmp_path: Path) -> None:
    path = file(tmp_path, '\ufeff{"text": "reset my password", "label": " account ", "id": 3}\n\n{"text": "今天天气如何", "label": "oos"}\n')
    assert read_labelled(path) == [("reset my password", "account"), ("今天天气如何", None)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "a"', "no JSON"),
        ('["a", "b"]', "expected an object, got list"),
        ('{"text": "a", "intent": "b"}', "label is missing (it has 'text', 'intent'); add or rename it"),
        ('{"label": "b"}', "text is missing (it has 'label')"),
        ('{"text": "  ", "label": "b"}', 'text is "  "; write a text'),
        ('{"text": "a", "label": 7}', "label is 7; write a text"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_faulty_row_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = file(tmp_path, '{"text": "fine", "label": "b"}\n' + line + "\n")
    with pytest.raises(EvaluationError) as fault:
        read_labelled(path)
    assert f"rows.jsonl:2: {said}" in str(fault.value)
    assert "1 faulty rows" in str(fault.value)


def test_many_faulty_rows_are_counted_and_the_first_ten_shown(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as fault:
        read_labelled(file(tmp_path, "{}\n" * 25))
    assert str(fault.value).count("rows.jsonl:") == 10
    assert "and 15 more" in str(fault.value)


def test_a_missing_and_an_empty_file_say_what_a_row_is(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="does not exist; give a JSONL file: a row is one line such as"):
        read_labelled(tmp_path / "none.jsonl")
    with pytest.raises(EvaluationError, match="has no rows"):
        read_labelled(file(tmp_path, "\n \n"))


@pytest.mark.parametrize("rows", [[("a", "x"), ("b", "x")], [("a", None)]])
def test_nothing_is_learned_from_a_single_label(rows: list[tuple[str, str | None]]) -> None:
    with pytest.raises(EvaluationError, match="has only the label"):
        check_fit_rows(Path("fit.jsonl"), rows)


def test_texts_without_a_word_are_refused() -> None:
    with pytest.raises(EvaluationError, match="no text holds a word"):
        check_fit_rows(Path("fit.jsonl"), [("?!", "x"), ("…", "y")])


def test_labels_of_the_data_must_be_fitted_ones() -> None:
    with pytest.raises(EvaluationError, match="1 labels that no row of --fit has: 'z'; fitted are 'x', 'y'"):
        check_data_rows(Path("data.jsonl"), [("a", "x"), ("b", "z")], ["x", "y"])
    with pytest.raises(EvaluationError, match="only rows labelled 'oos'"):
        check_data_rows(Path("data.jsonl"), [("a", None)], ["x", "y"])
    check_data_rows(Path("data.jsonl"), [("a", "x"), ("b", None)], ["x", "y"])
