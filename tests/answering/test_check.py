"""What may be shown and what is replaced before it is."""

from assistant.answering.check import Grounds, unsupported
from assistant.answering.cite import mark
from assistant.answering.speak import Speaker, kind_of, split_ready
from assistant.records import Chunk, Evidence, Kind, Prompt
from assistant.retrieval.words import tokens

TEXTS = [
    "Employees must ask their line manager for a remote day at least 24 hours ahead.",
    "Employees may work remotely on at most 2 days a week.",
    "No liquids may be brought into server room A1.",
]


def evidence(*texts: str) -> list[Evidence]:
    return [Evidence(i, Chunk("hr", f"d{i}.md", "Handbook", "Rules", text, 0, len(text), "en"), text, 0, len(text), 0.9 - i / 5) for i, text in enumerate(texts, 1)]


def grounds(asked: str = "How early must I ask for a remote day?") -> Grounds:
    return Grounds(evidence(*TEXTS), asked)


def said(pieces: list[str], kind: Kind = "answer", asked: str = "How early must I ask?") -> tuple[str, Speaker]:
    items = evidence(*TEXTS)
    speaker = Speaker(Prompt((), tuple(items), kind, "en"), Grounds(items, asked))
    return "".join(speaker.say(pieces)).strip(), speaker


def test_a_true_sentence_stands() -> None:
    assert unsupported("Ask your line manager at least 24 hours ahead.", grounds()) == []


def test_a_changed_number_is_caught() -> None:
    assert unsupported("Ask your line manager at least 48 hours ahead.", grounds()) == ["number 48 hour"]


def test_a_changed_unit_is_caught() -> None:
    assert unsupported("Ask your line manager at least 24 days ahead.", grounds()) == ["number 24 day"]


def test_a_negated_sentence_is_caught() -> None:
    assert unsupported("Liquids may be brought into server room A1.", grounds())


def test_words_from_nowhere_are_caught() -> None:
    assert unsupported("Bananas ripen quickly under tropical sunshine.", grounds())


def test_an_invented_address_is_caught() -> None:
    assert any("boss@lanwick.example" in reason for reason in unsupported("Ask your line manager at boss@lanwick.example.", grounds()))


def test_marks_lead_to_the_sentence_that_supports() -> None:
    assert mark("Ask your line manager 24 hours ahead.", evidence(*TEXTS)) == [1]
    assert mark("At most 2 days a week.", evidence(*TEXTS)) == [2]
    assert mark("Hello!", evidence(*TEXTS)) == []


def test_a_supported_sentence_is_shown_with_its_mark() -> None:
    text, speaker = said(["Ask your line ", "manager at least 24 hours", " ahead. [3]"])
    assert text == "Ask your line manager at least 24 hours ahead. [1]"
    assert speaker.said_by_model == 1
    assert [c.document for c in speaker.citations.found] == ["d1.md"]


def test_a_wrong_sentence_never_appears_and_its_evidence_does() -> None:
    pieces = list("Ask your line manager at least 48 hours ahead. ")
    shown: list[str] = []
    items = evidence(*TEXTS)
    speaker = Speaker(Prompt((), tuple(items), "answer", "en"), Grounds(items, "How early?"))
    shown.extend(speaker.say(pieces))
    assert "48" not in "".join(shown)
    assert "".join(shown).strip() == f"{TEXTS[0]} [1]"
    assert speaker.quoted == 1
    assert speaker.faults[0]["why"] == ["number 48 hour"]


def test_the_models_refusal_is_not_shown_as_an_answer() -> None:
    text, speaker = said(["The passages do not say."])
    assert text == ""
    assert speaker.refused


def test_a_draft_keeps_what_was_given_and_blanks_what_was_not() -> None:
    asked = "Draft a lease between Ann Lee and Bob Ray, 3,000 yuan a month"
    text, speaker = said(["Rent: 3,000 yuan. Deposit: 9,500 yuan. Landlord: our tenant Carl Fox.\n"], "draft", asked)
    assert "3,000 yuan" in text
    assert "9,500" not in text
    assert "Carl Fox" not in text
    assert text.count("________") == 2
    assert len(speaker.faults) == 2


def test_sentences_split_at_their_end_and_code_stays_whole() -> None:
    text = "Run this:\n```\npip install x\npip check\n```\nThen e.g. restart. Done"
    ready, rest = split_ready(text)
    assert "".join(ready) + rest == text
    assert any(part.startswith("```") and part.rstrip().endswith("```") for part in ready)
    assert not any("pip install x\n" in part and "```" not in part for part in ready)
    assert split_ready("第一句。第二句") == (["第一句。"], "第二句")
    assert split_ready("一句。 [1] 二句") == (["一句。 [1]"], " 二句")


def test_requests_for_a_text_are_drafts() -> None:
    assert kind_of("Draft a tenancy contract between A and B") == "draft"
    assert kind_of("请起草一份租赁合同") == "draft"
    assert kind_of("帮我写一封催款函") == "draft"
    assert kind_of("What does the contract say about rent?") == "answer"
    assert kind_of("合同里怎么写租金？") == "answer"


def test_the_layout_of_the_prompt_is_no_answer() -> None:
    assert unsupported("Handbook › Rules", grounds())
    assert unsupported("Rules | Ask your line manager at least 24 hours ahead.", grounds())


def test_a_domains_own_check_replaces_a_sentence() -> None:
    strict = Grounds(evidence(*TEXTS), "How early?", own_check=lambda sentence: ["no shouting"] if sentence.isupper() else [])
    assert unsupported("ASK YOUR LINE MANAGER AT LEAST 24 HOURS AHEAD.", strict) == ["no shouting"]


def test_stammering_does_not_stand() -> None:
    assert unsupported("manager " + "ahead" * 12, grounds())


def test_a_greeting_is_shown_with_what_follows() -> None:
    items = evidence(*TEXTS)
    house = Grounds(items, "How early?", voice=frozenset(tokens("Hello")))
    assert said_with(house, "Hello! Ask your line manager at least 24 hours ahead.") == "Hello! Ask your line manager at least 24 hours ahead. [1]"
    assert said_with(house, "Hello! Ask your line manager at least 48 hours ahead.").startswith(f"Hello! {TEXTS[0]} [1]")
    assert said_with(house, "Hello! The passages do not say.") == ""
    assert said_with(house, "Hello!") == "Hello!"


def said_with(grounds: Grounds, text: str) -> str:
    return "".join(Speaker(Prompt((), tuple(grounds.evidence), "answer", "en"), grounds).say([text])).strip()


LEASE = ["5.3 The tenant may keep one small dog in a flat.", "5.4 The landlord gives 24 hours' notice before entering.", "9.1 承租人提前退租，应提前30日书面通知。", "9.2 承租人推荐新租客的，免付补偿。"]  # fmt: skip


def test_a_reference_to_a_clause_must_be_to_the_clause_that_says_it() -> None:
    ground = Grounds(evidence(*LEASE), "Template T-01: pets? 范本T-01：退租？")
    assert unsupported("The tenant may keep one small dog in a flat (T-01, 5.3).", ground) == []
    assert unsupported("承租人提前退租，应提前30日书面通知（T-01第9.1条）。", ground) == []
    assert unsupported("The tenant may keep one small dog in a flat (T-01, 5.4).", ground)
    assert unsupported("承租人提前退租，应提前30日书面通知（T-01第9.2条）。", ground)
    assert unsupported("承租人提前退租，应提前30日书面通知（T-01第9.7条）。", ground) == ["clause 9.7"]
