"""The starter's own texts: well formed, and dealt between training and evaluation."""

import random

import pytest

from starter.conversation import Mix, make_conversation
from starter.frames import DRAFTS, FRAMES, SYNONYMS, TABLES, TEXTS, drafts_for, groups_for, life_for, read_marks, synonyms_for
from starter.slots import DRAW, SLOT
from starter.tables import make_table

LANGUAGES = ("en", "zh")
WORDS = {"v", "vd", "v2"}  # slots filled from a list of verbs


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_texts_is_readable(language: str) -> None:
    paths = [path for path in (TEXTS / language).glob("*.txt") if not path.stem.startswith((SYNONYMS, TABLES))]
    assert {FRAMES, DRAFTS} < {path.stem for path in paths}
    for path in paths:
        assert next(read_marks(path))[0] == "#", path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held_out", [False, True])
def test_a_question_names_only_values_that_its_statement_has(language: str, held_out: bool) -> None:
    for group in (*life_for(language, held_out), *drafts_for(language, held_out)):
        for statement in group.statements:
            there = {name for name, _ in SLOT.findall(statement)}
            asked = {name for question in group.questions for name, _ in SLOT.findall(question)}
            assert asked <= there, group
            assert all(name in DRAW or name.rstrip("234") in DRAW or name in WORDS for name in there), group


@pytest.mark.parametrize("language", LANGUAGES)
def test_evaluation_and_training_share_no_sentence_no_family_and_no_synonyms(language: str) -> None:
    trained, kept = life_for(language, False), life_for(language, True)
    assert len(kept) > 100
    assert not {group.family for group in trained} & {group.family for group in kept}
    assert not {s for g in trained for s in g.statements} & {s for g in kept for s in g.statements}
    framed = [{s for g in groups_for(language, held_out) for s in g.statements} for held_out in (False, True)]
    assert not framed[0] & framed[1]
    assert not set(synonyms_for(language, False)) & set(synonyms_for(language, True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_the_line_whose_number_it_cites(language: str) -> None:
    rng, seen = random.Random(3), 0
    for _ in range(200):
        talk = make_conversation(rng, Mix(least=5, drafts=0.0), language)
        lines = talk.evidence.strip().split("\n")
        for turn in (turn for turn in talk.turns if turn.kind == "one"):
            sentence, _, number = turn.answer.rpartition(" ")
            assert lines[turn.line - 1].startswith(f"{number} ")
            assert lines[turn.line - 1].endswith(sentence)
            seen += 1
    assert seen > 300


def test_a_line_that_is_no_statement_or_question_is_named(tmp_path) -> None:
    path = tmp_path / "broken.txt"
    path.write_text("# Leave\nS One.\nX What?\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.txt:3"):
        list(read_marks(path))


def test_lists_never_grow_beyond_what_a_prompt_holds() -> None:
    rng = random.Random(11)
    for number in range(400):
        mix = Mix(least=5, tables=0.5 * (number % 2), repeats=0.4, turns=8, single=0.1, retrieved=0.3)
        talk = make_conversation(rng, mix)
        assert talk.evidence.count("\n[") < mix.lines
        assert all(turn.line is None or turn.line <= mix.lines for turn in talk.turns)


def test_a_row_of_a_table_answers_for_its_own_key_only() -> None:
    rng = random.Random(3)
    for language in ("en", "zh"):
        for _ in range(40):
            facts = make_table(language, rng, 6)
            sentences = [fact.line for fact in facts]
            assert len(set(sentences)) == len(sentences)
            assert all(fact.questions and "{" not in fact.sentence + "".join(fact.questions) for fact in facts)
