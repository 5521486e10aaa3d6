import json
from pathlib import Path
from time import process_time

import pytest

from assistant.domain import Domain
from assistant.domain_files import DomainSpec
from assistant.personal_data import contacts
from assistant.records import Example, Turn
from assistant.rows.clean import Cleaner, Judged, clean
from assistant.rows.examples import ExampleFile, Read
from assistant.rows.text import clean_text


def example(*contents: str, origin: str = "a:1") -> Example:
    roles = ("user", "assistant")
    return Example(tuple(Turn(roles[i % 2], text) for i, text in enumerate(contents)), origin=origin)  # type: ignore[arg-type]


@pytest.fixture
def domain(tmp_path: Path) -> Domain:
    return Domain(tmp_path / "staff", DomainSpec(name="staff"))


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a   b\t c", "a b c"),
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ("Rule: x\nWho: y", "Rule: x\nWho: y"),
        ("a<br/>b<script>alert(1)</script>", "a\nb"),
        ("use `pip  install <name>` now", "use `pip  install <name>` now"),
        ("```\nif a  <b> c:\n    <p>\n```", "```\nif a  <b> c:\n    <p>\n```"),
        ("<code>x &lt; y</code>", "`x < y`"),
        ("5 < 6 and 7 > 3; <your-name>", "5 < 6 and 7 > 3; <your-name>"),
        ("全角　空格&nbsp;x", "全角 空格 x"),
        ("价格２９元，ＶＩＰ用户（３，０００元）。", "价格29元，VIP用户（3,000元）。"),
        ("自２０２６－０３－０１ １０：３０起，见`ＡＢ１`", "自2026-03-01 10:30起，见`ＡＢ１`"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("one &lt;br&gt; two", "one\ntwo"),
        ("open https://example.com/?a=1&region=x&copy=2", "open https://example.com/?a=1&region=x&copy=2"),
        ("if a<b && c>d, <p class=\"x\" hidden>yes</p>", "if a<b && c>d, yes"),
    ],
)
def test_text_loses_markup_and_keeps_lines_and_code(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


def test_a_cell_padded_with_spaces_is_cleaned_at_once() -> None:
    started = process_time()
    assert clean_text("<b>" + " " * 20_000 + "x") == "x"
    assert process_time() - started < 1


def test_the_same_example_is_learned_once(domain: Domain) -> None:
    cleaned = clean([example("q", "an  answer"), example("q", "an answer", origin="a:2")], domain, 1)
    assert len(cleaned.examples) == 1
    assert cleaned.dropped == ("a:2: the same as a:1; it is learned once, delete one of them",)


def test_a_short_answer_is_left_out_by_the_domain_setting(domain: Domain) -> None:
    cleaned = clean([example("q", "yes"), example("q", "a longer answer")], domain, 10)
    assert [e.turns[1].content for e in cleaned.examples] == ["a longer answer"]
    assert "min_answer_characters is 10" in cleaned.dropped[0]


def test_roles_out_of_order_are_left_out(domain: Domain) -> None:
    wrong = Example((Turn("user", "a"), Turn("user", "b"), Turn("assistant", "c")), origin="a:1")
    assert "turn 2 is the user's" in clean([wrong], domain, 1).dropped[0]


def test_a_domain_cleans_its_own_examples_and_its_failure_costs_one_row(tmp_path: Path) -> None:
    class Picky(Domain):
        def clean_example(self, example: Example) -> Example | None:
            if "boom" in example.turns[0].content:
                raise RuntimeError("boom")
            if "empty" in example.turns[0].content:
                return Example(())
            return None if "skip" in example.turns[0].content else example

    cleaned = clean([example("boom", "x"), example("skip", "x"), example("empty", "x"), example("keep", "x")], Picky(tmp_path, DomainSpec(name="picky")), 1)
    assert [e.turns[0].content for e in cleaned.examples] == ["keep"]
    for line, said in zip(cleaned.dropped, ("RuntimeError", "left out by clean_example", "clean_example of picky failed"), strict=True):
        assert said in line


EXPORT = ExampleFile(Path("raw/rows.csv"), "raw/rows.csv", export=True)
HAND = ExampleFile(Path("rows.csv"), "rows.csv")


def judged(domain: Domain, file: ExampleFile, *rows: Example, swapped: bool = False) -> list[Judged]:
    cleaner = Cleaner(domain, 1, compare=True)
    return [cleaner.judge(Read(row.origin, row), file, swapped) for row in rows]


DOUBTFUL = {
    "truncated": example("Where do I sign?", "You sign at the front desk of the"),
    "filler": example("Where do I sign?", "Um… maybe at the front desk."),
    "placeholder": example("Where do I sign?", "Dear {{name}}, at the front desk."),
    "language": example("在哪里签字？", "You sign at the front desk of the house."),
    "encoding": example("Where do I sign?", "At the front desk of the caf\ufffd."),
    "short": example("Where do I sign?", "ok"),
}


@pytest.mark.parametrize(("kind", "row"), DOUBTFUL.items())
def test_a_doubtful_row_is_left_out_of_an_export_and_only_reported_in_a_file_written_by_hand(domain: Domain, kind: str, row: Example) -> None:
    (exported,), (written,) = judged(domain, EXPORT, row), judged(domain, HAND, row)
    assert exported.example is None
    assert [(fault.kind, fault.out) for fault in exported.faults] == [(kind, True)]
    assert written.example == row
    assert [(fault.kind, fault.out) for fault in written.faults] == ([] if kind == "short" else [(kind, False)])


def test_near_duplicates_are_kept_only_where_a_person_wrote_them(domain: Domain) -> None:
    rows = [example(f"How do I renew {word} lost badge?", "Go to the front desk with your identity card.", origin=word) for word in ("a", "the")]
    kinds = [[(fault.kind, fault.out) for fault in row.faults] for file in (HAND, EXPORT) for row in judged(domain, file, *rows)]
    assert kinds == [[], [("near-duplicate", False)], [], [("near-duplicate", True)]]


def test_personal_data_of_an_export_is_masked_before_the_domain_sees_it_and_what_documents_publish_stays(tmp_path: Path) -> None:
    seen: list[str] = []

    class Watching(Domain):
        def clean_example(self, example: Example) -> Example | None:
            seen.append(example.turns[0].content)
            return example

    cleaner = Cleaner(Watching(tmp_path, DomainSpec(name="watching")), 1, published=contacts(["Hotline 0571-88123456"]))
    row = example("I called 0571-8812 3456. My name is Jane Sample, 13800138000. What now?", "Wait for the call back.")
    exported, written = cleaner.judge(Read("a", row), EXPORT), cleaner.judge(Read("b", row), HAND)
    assert seen[0] == "I called 0571-8812 3456. My name is [name removed], [phone removed]. What now?"
    assert seen[1] == row.turns[0].content
    assert exported.faults[0].text.startswith("name, phone number (Jan…le); masked")
    assert "13800138000" not in str(exported.faults)
    assert written.faults[0].kind == "personal-data"
    assert exported.example is not None
    assert written.example is not None


def test_what_cleaning_takes_away_is_reported_and_the_row_is_kept(domain: Domain) -> None:
    (row,) = judged(domain, HAND, example("<b>价格</b>？", "每月２９元&nbsp;起，ＶＩＰ另计。"))
    assert [(fault.kind, fault.out) for fault in row.faults] == [("html", False), ("width", False)]
    assert row.example is not None
    assert [turn.content for turn in row.example.turns] == ["价格？", "每月29元 起，VIP另计。"]


def test_swapped_columns_are_not_learned_and_stand_right_in_what_is_mended(domain: Domain) -> None:
    (row,) = judged(domain, EXPORT, example("You sign at the front desk.", "where do I sign?"), swapped=True)
    assert row.example is None
    assert row.mended is not None
    assert [turn.content for turn in row.mended.turns] == ["where do I sign?", "You sign at the front desk."]


def test_a_measured_question_is_kept_out_of_learning_when_it_comes_in_an_export(domain: Domain) -> None:
    domain.folder.mkdir()
    question = {"id": "q1", "split": "test", "language": "en", "question": "Where do I sign the lease?"}
    (domain.folder / "questions.jsonl").write_text("\n" + json.dumps(question), "utf-8")
    row = example("where do i sign THE LEASE", "At the front desk of the house.")
    (exported,), (written,) = judged(domain, EXPORT, row), judged(domain, HAND, row)
    assert exported.example is None
    assert exported.faults[0].kind == "question"
    assert "questions.jsonl:2" in exported.faults[0].text
    assert written.example == row
    assert written.asks is not None
    assert written.asks.id == "q1"
