"""Chunks keep their headings and pages; sentences stand on their own."""

import time

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.records import Document
from assistant.retrieval.chunk import LIMIT, split
from assistant.retrieval.sentences import sentences
from assistant.retrieval.words import tokens


def document(text: str, pages: tuple[int, ...] = ()) -> Document:
    return Document("d", "a.md", text, "Title", "en", pages=pages)


def chunks(text: str, pages: tuple[int, ...] = ()) -> list[tuple[str, str]]:
    return [(chunk.heading, chunk.text) for chunk in split(Domain(None, DomainSpec(name="dd")), document(text, pages))]  # type: ignore[arg-type]


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


def test_a_chunk_carries_its_heading_path_without_the_title() -> None:
    found = chunks("# Title\n\nIntro.\n\n## Leave\n\nA.\n\n### Carry-over\n\nB.\n\n## Travel\n\nC.\n")
    assert found == [("", "Intro."), ("Leave", "A."), ("Leave › Carry-over", "B."), ("Travel", "C.")]


def test_offsets_lead_back_to_the_document() -> None:
    text = "# Title\n\nFirst paragraph.\n\nSecond paragraph.\n\n## Next\n\nThird.\n"
    for chunk in split(Domain(None, DomainSpec(name="dd")), document(text)):  # type: ignore[arg-type]
        assert chunk.text in text[chunk.start : chunk.end + 1]


def test_long_chinese_is_cut_at_sentence_ends() -> None:
    text = "员工应当遵守公司的考勤制度，不得迟到早退。" * 60
    found = chunks(text)
    assert len(found) > 2
    assert all(part.endswith("。") for _heading, part in found)
    assert "".join(part for _heading, part in found) == text


def test_a_long_table_is_cut_at_rows_and_every_part_keeps_its_header() -> None:
    rows = "\n".join(f"| Plan {i} | {i * 10} yuan | a longer remark about this plan |" for i in range(60))
    found = chunks(f"| Plan | Price | Remark |\n| --- | --- | --- |\n{rows}\n")
    assert len(found) > 2
    assert all(part.startswith("| Plan | Price | Remark |") for _heading, part in found)
    assert all(len(part) <= LIMIT + 120 for _heading, part in found)


def test_the_page_of_a_chunk_is_known() -> None:
    text = "First page text.\n\nSecond page text."
    found = list(split(Domain(None, DomainSpec(name="dd")), document(text + "\n", pages=(0, 18))))  # type: ignore[arg-type]
    assert found[0].page == 1


def test_a_sentence_behind_a_page_break_is_on_the_next_page() -> None:
    text = "Before.\n\nFirst page text.\n\nSecond page text."
    (chunk,) = split(Domain(None, DomainSpec(name="dd")), document(text, pages=(0, text.index("First"), text.index("Second"))))  # type: ignore[arg-type]
    assert {word: chunk.page_at(chunk.text.index(word)) for word in ("Before", "First", "Second")} == {"Before": 1, "First": 2, "Second": 3}


def test_a_table_row_is_a_sentence_with_its_column_names() -> None:
    assert texts("| Plan | Price |\n| --- | --- |\n| Free | 0 yuan |\n| Plus | 29 yuan |") == ["Plan: Free; Price: 0 yuan", "Plan: Plus; Price: 29 yuan"]


def test_list_items_keep_the_line_that_introduces_them() -> None:
    assert texts("Welcome. Bring to your first day:\n\n- your passport\n- a photo\n") == [
        "Welcome.", "Bring to your first day: your passport", "Bring to your first day: a photo",
    ]  # fmt: skip
    assert texts("请携带：\n- 护照\n- 照片\n") == ["请携带：护照", "请携带：照片"]


def test_the_first_of_numbered_steps_keeps_the_line_that_introduces_them() -> None:
    assert texts("To ask for leave:\n1. Open the portal.\n2. Choose the days.\n") == ["To ask for leave: Open the portal.", "Choose the days."]


def test_a_lead_in_stands_alone_where_nothing_follows() -> None:
    assert texts("Bring to your first day:\n") == ["Bring to your first day:"]
    assert texts("Prices are as follows:\n\n| Plan | Price |\n| --- | --- |\n| Free | 0 |\n") == ["Prices are as follows:", "Plan: Free; Price: 0"]


def test_long_code_keeps_the_line_that_introduces_it() -> None:
    code = "echo word\n" * 40
    assert texts(f"Run this:\n\n```\n{code}```\n") == [f"Run this: ```\n{code.strip()}\n```"]


def test_a_closed_heading_loses_its_signs_and_a_name_keeps_them() -> None:
    assert chunks("## Leave ##\n\nA.\n\n## C#\n\nB.\n") == [("Leave", "A."), ("C#", "B.")]


@pytest.mark.parametrize(
    "text",
    [
        "# a" + " " * 4_000 + "b\n\nText.\n",
        "| Name |\n| --- |\n| " + "[" * 60_000 + " |\n",
        "Links: " + "[a](" * 15_000,
        "| a |\n" + "|" * 60_000 + "x\n",
        "```\n" + "x" * 800_000 + "\n```\n",
        "```\n" + "x " * 400_000 + "\n```\n",
    ],
    ids=["heading of spaces", "cell of brackets", "open links", "row of bars", "one line of code", "one line of words"],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    found = chunks(text)
    for _heading, part in found:
        sentences(part)
    sentences(text[:60_000])
    assert time.perf_counter() - began < 1
    assert max(len(part) for _heading, part in found) <= 4 * LIMIT + 100


def test_a_large_table_is_cut_in_seconds_and_every_part_keeps_its_header() -> None:
    began = time.perf_counter()
    found = chunks("| Plan | Price |\n| --- | --- |\n" + "".join(f"| Plan {i} | {i} yuan |\n" for i in range(50_000)))
    assert time.perf_counter() - began < 10
    assert len(found) > 1000
    assert all(part.startswith("| Plan | Price |\n| --- | --- |\n| Plan ") for _heading, part in found)


def test_short_code_stays_with_the_sentence_before_it() -> None:
    assert texts("Install the SDK:\n\n```\npip install x\n```\n") == ["Install the SDK: `pip install x`"]


def test_abbreviations_numbers_and_clauses_do_not_end_a_sentence() -> None:
    assert texts("See No. 5 of the plan, e.g. Article 3. It costs 3.5 yuan. 4.2 The tenant pays.") == [
        "See No. 5 of the plan, e.g. Article 3.", "It costs 3.5 yuan.", "4.2 The tenant pays.",
    ]  # fmt: skip


def test_chinese_sentences_are_split_and_markup_is_gone() -> None:
    assert texts("租金**每月3000元**。押金两个月！是否退还？") == ["租金每月3000元。", "押金两个月！", "是否退还？"]


def test_blanks_of_a_form_survive() -> None:
    assert texts("Landlord: ________ (date)") == ["Landlord: ________ (date)"]


def test_words_are_found_in_both_languages() -> None:
    assert "ask" in tokens("asking")
    assert {"订单", "单号"} & set(tokens("请提供订单号"))
    assert tokens("How do I get the ?") == []
    assert "3000" in tokens("3,000 yuan")
