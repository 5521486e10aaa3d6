"""The trial of a candidate: which questions are asked, and the whole of it with the embedded model on a tiny workspace."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from assistant.evaluation.rungs import Ladder
from assistant.plugins import Plugins, load_plugins
from assistant.records import AdapterVersion
from assistant.registry import CONFIG, WEIGHTS
from assistant.retrieval.flow import open_knowledge
from assistant.settings import Workspace
from assistant.training.gate import decide
from assistant.training.held_out import held_out_losses
from assistant.training.job import Job, Watch, open_job, recipe_of
from assistant.training.prepare import begin, prepare
from assistant.training.runs import one_training
from assistant.training.train import Trained, train
from assistant.training.trial import CANDIDATE, Home, at_home, own_questions, strangers, term_use, try_out
from assistant.training.version import make_card, publish, published

TEN_STEPS = ("training.epochs=4", "training.steps=10", "training.batch_size=4", "training.accumulation=1", "training.learning_rate=6e-4", "lora.dropout=0",
             "training.gradient_checkpointing=false", "training.max_length=512", "training.validation_share=0.2", "data.passages_share=1")  # fmt: skip
ASKED = [
    ("How many hours before a remote day must my manager know?", "en", ["24 hours"], ["remote day"]),
    ("What is the most remote work I can do in one week?", "en", ["2 days"], []),
    ("How much annual leave does everybody get?", "en", ["15 days"], ["annual leave"]),
    ("In which system is leave requested?", "en", ["Harbour"], []),
    ("Can liquids be brought into server room A1?", "en", ["No liquids"], []),
    ("Which badge do visitors wear?", "en", ["yellow badge"], []),
    ("每年有多少天年假？", "zh", ["15天"], ["年假"]),
    ("年假要在哪个系统里申请？", "zh", ["港湾系统"], ["年假"]),
]


def question(place: int, text: str, language: str, facts: list[str], terms: list[str], **more: object) -> dict[str, object]:
    return {"id": f"q{place}", "split": "dev", "language": language, "question": text, "facts": facts, "terms": terms, **more}


def write_questions(folder: Path, rows: list[dict[str, object]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "questions.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def staffed(workspace: Workspace) -> Plugins:
    """The workspace with questions for its domain, and with a second domain, the canteen."""
    rows = [question(place, *asked) for place, asked in enumerate(ASKED)]
    rows += [question(20 + place, text, "en", [], [], refuse=True) for place, text in enumerate(("Who won the cup final?", "How do I repair a bicycle chain?"))]
    rows.append(question(30, "What is the yearly entitlement to leave, in days?", "en", ["15 days"], ["annual leave"], split="test"))
    write_questions(workspace.plugins / "staff", rows)
    canteen = workspace.plugins / "canteen"
    meals = [question(place, f"What does dish number {place} cost?", "en", [f"{place} yuan"], []) for place in range(12)]
    meals.append(question(40, "And with rice?", "en", ["3 yuan"], [], history=[{"role": "user", "content": "What does soup cost?"}]))
    meals.append(question(41, "Is there life on Mars?", "en", [], [], refuse=True))
    write_questions(canteen, meals)
    (canteen / "domain.toml").write_text('name = "canteen"\n', "utf-8")
    return load_plugins(workspace)


def test_the_questions_of_a_split_are_asked_and_a_limit_takes_the_same_ones_every_time(workspace: Workspace) -> None:
    domain = staffed(workspace).domain("staff")
    asked, notes = own_questions(domain, "dev")
    assert ([one.id for one in asked], notes) == (["q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q20", "q21"], ())
    some = [one.id for one in own_questions(domain, "dev", most=4)[0]]
    assert len(some) == 4
    assert some == [one.id for one in own_questions(load_plugins(workspace).domain("staff"), "dev", most=4)[0]]


def test_a_question_that_is_an_example_is_left_out_and_named(workspace: Workspace) -> None:
    staffed(workspace)
    row = {"messages": [{"role": "user", "content": ASKED[4][0]}, {"role": "assistant", "content": "Rule: no."}]}
    (workspace.plugins / "staff" / "examples" / "more.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    asked, (note,) = own_questions(load_plugins(workspace).domain("staff"), "dev")
    assert "q4" not in [one.id for one in asked]
    assert note.startswith("q4 is left out: it stands in more.jsonl")


def test_without_questions_nothing_is_compared_and_that_is_said(workspace: Workspace) -> None:
    asked, (note,) = own_questions(load_plugins(workspace).domain("staff"), "dev")
    assert asked == []
    assert note.endswith("questions.jsonl has no dev question, so answers were not compared")


def test_strangers_are_eight_answerable_questions_of_each_other_domain(workspace: Workspace) -> None:
    plugins = staffed(workspace)
    found = [one.id for one in strangers(plugins.domains.values(), plugins.domain("staff"), "dev")]
    assert len(found) == 8
    assert all(name.startswith("canteen/q") for name in found)
    assert not {"canteen/q40", "canteen/q41"} & set(found)


def test_a_domain_with_faulty_questions_sends_none(workspace: Workspace) -> None:
    staffed(workspace)
    (workspace.plugins / "canteen" / "questions.jsonl").write_text("{\n", "utf-8")
    plugins = load_plugins(workspace)
    assert list(strangers(plugins.domains.values(), plugins.domain("staff"), "dev")) == []


@pytest.fixture
def opened(workspace: Workspace) -> Iterator[tuple[Job, Home]]:
    """A job on the embedded model and the home of its trials, on the real documents."""
    (workspace.root / "assistant.toml").write_text("threads = 1\n", "utf-8")
    plugins = staffed(workspace)
    knowledge = open_knowledge(workspace, plugins)
    try:
        job = open_job(workspace, plugins, workspace.settings, "staff", knowledge, TEN_STEPS)
        knowledge.index(plugins.domain("canteen"))
        with at_home(workspace, plugins, workspace.settings, knowledge, job.domain, lambda done, total: None) as home:
            yield job, home
    finally:
        knowledge.close()


def trained(job: Job) -> tuple[Trained, AdapterVersion, dict[str, float]]:
    """A short training's adapter as a candidate, and its held-out losses."""
    with one_training(job.workspace, job.domain.name) as runs:
        run = begin(job, runs, prepare(job, Watch()))
        made = train(run, job.student, recipe_of(run), lambda progress: None, Event())
    card = make_card(job.domain, job.student, recipe_of(run), run.dataset(), made) | {"data": run.record["data"]}
    losses = held_out_losses(job.student, run.dataset().held_out, {CANDIDATE: run.adapter})
    return made, AdapterVersion(job.student.info.key, job.domain.name, 0, run.adapter, card), losses


def ruined(candidate: AdapterVersion, folder: Path) -> AdapterVersion:
    """The same adapter with its weights multiplied by fifty."""
    from safetensors.numpy import load_file, save_file

    folder.mkdir()
    shutil.copyfile(candidate.folder / CONFIG, folder / CONFIG)
    save_file({name: 50 * tensor for name, tensor in load_file(candidate.folder / WEIGHTS).items()}, folder / WEIGHTS, metadata={"format": "pt"})
    return AdapterVersion(candidate.base, candidate.domain, 7, folder, candidate.card)


@pytest.mark.slow
def test_a_sound_adapter_passes_the_gate_for_real_and_a_ruined_one_does_not(
    opened: tuple[Job, Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, home = opened
    made, candidate, losses = trained(job)
    gate = job.recipe().gate

    sound = try_out(home, candidate, None)
    assert {one.difference.score for one in sound.changes} >= {"facts", "terms", "answered", "right_refusals", "others", "stands", "citation_recall"}
    assert (sound.questions, sound.others, sound.against.name) == (10, 8, "the bare base")
    term = term_use(sound)
    assert term is not None
    assert term.difference.n == 4
    verdict = decide(sound, (), gate, False, losses)
    assert verdict.live, verdict.reasons
    live = publish(job.registry, job.domain, made, candidate.card)
    job.registry.use(live, "; ".join(verdict.reasons))

    bad = ruined(candidate, tmp_path / "ruined")
    broken = try_out(home, bad, live)
    told = decide(broken, (), gate, True, {})
    assert not told.live
    assert any(reason.startswith("own words stand −") and "worse than staff@1" in reason for reason in told.reasons)
    worse = held_out_losses(job.student, prepare(job, Watch()).dataset.held_out, {CANDIDATE: bad.folder})
    assert any("held-out loss" in reason for reason in decide(None, (), gate, True, worse).reasons)

    monkeypatch.setattr(Ladder, "answer", lambda *_: pytest.fail("an answer was made again"))
    again = try_out(home, bad, live)
    assert [(one.before, one.after) for one in again.changes] == [(one.before, one.after) for one in broken.changes]
    assert {one.adapter for one in again.against.answers.values()} <= {None, "staff@1"}


@pytest.mark.slow
def test_an_interrupted_trial_goes_on_and_test_figures_come_from_other_questions(opened: tuple[Job, Home], monkeypatch: pytest.MonkeyPatch) -> None:
    job, home = opened
    made, candidate, _losses = trained(job)
    real, asked = Ladder.answer, []

    def broken(self, question, rung):
        asked.append((question.id, rung))
        if len(asked) > 14:
            raise KeyboardInterrupt
        return real(self, question, rung)

    monkeypatch.setattr(Ladder, "answer", broken)
    with pytest.raises(KeyboardInterrupt):
        try_out(home, candidate, None)
    kept = len(home.cache)
    assert kept >= 7
    count: list[tuple[str, str]] = []
    monkeypatch.setattr(Ladder, "answer", lambda self, question, rung: count.append((question.id, rung)) or real(self, question, rung))
    try_out(home, candidate, None)
    assert len(count) == 2 * (10 + 8) - kept

    version = publish(job.registry, job.domain, made, candidate.card)
    count.clear()
    shown = published(home, version)
    assert {name for name, _rung in count if name.startswith("q")} == {"q30"}
    assert job.registry.version("staff", 1).card["test"] == shown.card["test"]
    assert "split `test`" in (version.folder / "README.md").read_text("utf-8")
    assert not list(version.folder.glob("*.tmp"))
