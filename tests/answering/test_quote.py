"""What is made of the words of a model that can only quote."""

from assistant.answering.check import Grounds
from assistant.answering.quote import Quoter
from assistant.records import Chunk, Evidence, Prompt

TEXTS = [
    "Employees must ask their line manager for a remote day at least 24 hours ahead.",
    "Employees may work remotely on at most 2 days a week.",
    "No liquids may be brought into server room A1.",
    "Interns may work at least 3 days a week.",
]
SCORES = [0.9, 0.8, 0.2, 0.7]
HOUSE = frozenset({"Hello!", "Rule:", "This is no legal advice.", "规定："})


def quoter(texts: list[str] = TEXTS, faults: list[str] | None = None) -> Quoter:
    items = tuple(
        Evidence(n, Chunk("hr", f"d{n}.md", "Handbook", "Rules", text, 0, len(text), "en"), text, 0, len(text), score)
        for n, (text, score) in enumerate(zip(texts, SCORES, strict=False), 1)
    )
    return Quoter(Prompt((), items, "answer", "en"), Grounds(items, "How early must I ask?", phrases=HOUSE, own_check=lambda sentence: list(faults or [])))


def said(text: str, speaker: Quoter | None = None) -> list[str]:
    return "".join((speaker or quoter()).say(text)).strip().splitlines()


def test_a_passage_word_for_word_is_the_models() -> None:
    speaker = quoter()
    assert said(f"{TEXTS[1]} [7]", speaker)[0] == f"{TEXTS[1]} [1]"
    assert (speaker.said_by_model, speaker.faults) == (1, [])
    assert [citation.document for citation in speaker.citations.found] == ["d2.md", "d1.md"]


def test_a_single_passage_gets_the_best_one_beside_it() -> None:
    assert said(TEXTS[1]) == [f"{TEXTS[1]} [1]", f"{TEXTS[0]} [2]"]
    assert said(f"{TEXTS[0]}\n{TEXTS[3]}") == [f"{TEXTS[0]} [1]", f"{TEXTS[3]} [2]"]


def test_a_passage_with_a_changed_number_is_shown_as_it_stands() -> None:
    speaker = quoter()
    assert said("Employees must ask their line manager for a remote day at least 48 hours ahead.", speaker)[0] == f"{TEXTS[0]} [1]"
    assert speaker.said_by_model == 0
    assert speaker.faults[0]["why"] == ["it is not word for word in a passage"]


def test_two_passages_joined_into_a_wrong_one_never_appear() -> None:
    assert all(line[:-4] in TEXTS for line in said("Employees may work remotely at least 24 hours ahead."))


def test_a_few_words_of_a_passage_give_way_to_all_of_it() -> None:
    assert said("Interns.")[0] == f"{TEXTS[3]} [1]"


def test_a_passage_that_hardly_bears_on_the_question_is_not_shown() -> None:
    speaker = quoter()
    assert said(TEXTS[2], speaker) == []
    assert speaker.faults == [{"sentence": TEXTS[2], "why": ["it rests on [3], which bears less on the question than the best passage"]}]
    assert list(speaker.quote()) == [f"{TEXTS[0]} [1]\n", f"{TEXTS[1]} [2]\n"]


def test_stammering_and_repeated_passages_are_passed_over() -> None:
    speaker = quoter()
    assert said("：：：：：：：：：：：：：：\n：：：：\n", speaker) == []
    assert speaker.said_by_model == speaker.quoted == 0
    assert said(f"{TEXTS[0]}\n{TEXTS[0]}\n{TEXTS[0]}") == [f"{TEXTS[0]} [1]", f"{TEXTS[1]} [2]"]


def test_an_answer_has_three_passages_at_most() -> None:
    assert len(said("\n".join([TEXTS[0], TEXTS[1], TEXTS[3], *TEXTS]))) == 3


def test_the_houses_phrases_open_label_and_close() -> None:
    assert said(f"Hello! Rule: {TEXTS[0]}\nThis is no legal advice.") == [f"Hello! Rule: {TEXTS[0]} [1]", f"{TEXTS[1]} [2]", "This is no legal advice."]
    assert said("规定：员工须提前24小时申请。", quoter(["员工须提前24小时申请。"])) == ["规定：员工须提前24小时申请。 [1]"]


def test_words_that_are_no_phrase_of_the_house_are_dropped() -> None:
    assert said(f"Good day!\n{TEXTS[0]}\nI hope this helps.") == [f"{TEXTS[0]} [1]", f"{TEXTS[1]} [2]"]


def test_a_phrase_is_never_shown_alone_and_stands_round_the_quote_for_the_rest() -> None:
    speaker = quoter()
    assert said("Hello!", speaker) == []
    assert next(iter(speaker.quote())) == f"Hello! {TEXTS[0]} [1]\n"


def test_a_refusal_is_a_refusal() -> None:
    speaker = quoter()
    assert said("Hello! The passages do not say.", speaker) == []
    assert speaker.refused


def test_the_domains_own_fault_with_a_passage_is_noted() -> None:
    speaker = quoter(faults=["no personal data"])
    said(TEXTS[0], speaker)
    assert speaker.faults[0]["why"] == ["no personal data"]
    assert speaker.said_by_model == 0
