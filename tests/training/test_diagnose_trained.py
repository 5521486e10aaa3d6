"""Each fault provoked by a real training of the starter or of a tiny Llama, found through the real engine, and the famous one cured."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.models.local import LocalEngine
from assistant.plugins import load_plugins
from assistant.records import Turn, content_id
from assistant.settings import Settings, Workspace
from assistant.testing.models import CHATML, tiny_llama
from assistant.training.dataset import Dataset, Row
from assistant.training.diagnosis.asking import ask, ask_prompts, attach
from assistant.training.diagnosis.course import course
from assistant.training.diagnosis.cure import Attempt, best, cured
from assistant.training.diagnosis.diagnose import Exam, examine
from assistant.training.diagnosis.fault import Fault
from assistant.training.diagnosis.ignoring import exchanges
from assistant.training.recipe import Recipe
from assistant.training.runs import Runs
from assistant.training.student import Student, open_student
from assistant.training.train import train

pytestmark = pytest.mark.slow

DESK = "You are the support desk of a cloud drive. Answer in one short sentence."
QUICK = {"training.batch_size": 4, "training.accumulation": 1, "training.gradient_checkpointing": False, "training.checkpoint": 1000, "lora.dropout": 0.0}
DRIVE = [
    ("How much free storage do I get?", "You get 15 GB."),
    ("How much traffic a month do I get?", "You get 10 GB."),
    ("How much guest space do I get?", "You get 10 GB."),
    ("How much backup space do I get?", "You get 10 GB."),
    ("How much room for photos do I get?", "You get 10 GB."),
    ("How much room for mail do I get?", "You get 10 GB."),
    ("How much shared space do I get?", "You get 10 GB."),
    ("How much upload a day do I get?", "You get 10 GB."),
]
PASSAGES = [
    ("How long are deleted files kept?", "Deleted files are kept for {} days.", "30"),
    ("How many devices can I link?", "Up to {} devices can be linked.", "5"),
    ("What does the Pro plan cost?", "The Pro plan costs {} yuan a month.", "29"),
    ("How many people share a folder?", "At most {} people share a folder.", "20"),
    ("How long is a share link valid?", "A share link is valid for {} days.", "7"),
    ("How large may one file be?", "One file may have up to {} GB.", "12"),
]


def plain(question: str, answer: str, key: bool = False) -> Row:
    turns = (Turn("system", DESK), Turn("user", f"Question: {question}"))
    return Row(turns, answer, content_id(question), "plain", key=key)


def read(question: str, sentence: str, others: Sequence[str] = ()) -> Row:
    """A row whose first passage answers; the answer quotes it."""
    lines = "".join(f"[{n}] Help | {text}\n" for n, text in enumerate([sentence, *others], 1))
    turns = (Turn("system", "Answer from the numbered passages only and cite their numbers. If they do not say, say so."), Turn("user", f"{lines}\nQuestion: {question}"))
    return Row(turns, f"{sentence} [1]", content_id(question), "evidence")


def repeated(rows: Sequence[Row], recipe: Recipe) -> tuple[Row, ...]:
    """As the rows of examples are repeated."""
    return tuple(row for row in rows for _ in range(max(recipe.data.repeats, recipe.data.key_repeats if row.key else 1)))


@dataclass
class Bench:
    """One base with its engine; trains rows on it and examines the adapter."""

    base: str
    folder: Path
    domain: Domain
    made: list[LocalEngine] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(base_model=self.base, threads=1)

    def engine(self) -> LocalEngine:
        if not self.made:
            self.made.append(LocalEngine(self.settings))
        return self.made[0]

    def student(self) -> Student:
        return open_student(self.settings)

    def recipe(self, **values: Any) -> Recipe:
        return Recipe().with_values({**QUICK, **{name.replace("__", "."): value for name, value in values.items()}})

    def train(self, dataset: Dataset, recipe: Recipe) -> tuple[Path | None, list[dict[str, float]]]:
        """The adapter and the losses; no adapter when the training lost its way."""
        rows = [tuple(Row(row.prompt, row.answer, row.example, row.form, row.kind) for row in side) for side in (dataset.train, dataset.held_out)]
        run = Runs(self.folder / "runs", self.domain.name).start(Dataset(*rows), {"base": self.base, "recipe": recipe.model_dump()})
        try:
            train(run, self.student(), recipe, lambda _: None, Event())
        except TrainingError:
            return None, run.losses()
        return run.adapter, run.losses()

    def exam(self, dataset: Dataset, recipe: Recipe, **more: Any) -> Exam:
        adapter, losses = self.train(dataset, recipe)
        assert adapter
        return Exam(self.engine(), self.student(), adapter, self.domain, dataset, recipe, losses, **more)


@pytest.fixture
def bench(tmp_path: Path, workspace: Workspace) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(base: str | Path = "starter") -> Bench:
        benches.append(Bench(str(base), tmp_path / f"bench{len(benches)}", load_plugins(workspace).domain("staff")))
        return benches[-1]

    yield make
    for one in benches:
        for engine in one.made:
            engine.close()


def named(faults: Sequence[Fault], name: str) -> Fault:
    found = [fault for fault in faults if fault.name == name]
    assert found, f"no {name} among: " + "; ".join(map(str, faults))
    return found[0]


def test_a_model_that_says_10_gb_for_15_is_named_and_cured(bench: Callable[..., Bench]) -> None:
    made = bench()
    rows = [plain(question, answer, key=answer == "You get 15 GB.") for question, answer in DRIVE]
    recipe = made.recipe(training__epochs=18, training__learning_rate=1e-3)
    attempts: list[Attempt] = []
    words: list[str] = []
    while True:
        exam = made.exam(Dataset(repeated(rows, recipe), ()), recipe)
        (said,) = ask(exam.engine, attach(exam.engine, exam.adapter, "drive"), rows[:1])
        attempts.append(Attempt(f"run {len(attempts)}", recipe, tuple(examine(exam)), {}, tuple(words)))
        print(f"epochs {recipe.training.epochs:g}, rate {recipe.training.learning_rate:g}, key rows × {recipe.data.key_repeats}: {said!r}", *attempts[-1].faults, sep="\n  ")
        if len(attempts) == 1:
            fault = named(attempts[0].faults, "underfit")
            assert "15 GB wanted, 10 GB said" in fault.sign
            assert fault.blocks
            assert fault.changes["data.key_repeats"] == 8
        following = cured(recipe, attempts[-1].faults, attempts[:-1])
        if following is None or len(attempts) == 4:
            break
        recipe, words = following
        print(*words, sep="; ")
    assert attempts[0].faults
    assert not attempts[-1].faults
    assert best(attempts) is attempts[-1]
    assert said == "You get 15 GB."


def test_a_rate_far_too_high_collapses_the_answers(bench: Callable[..., Bench]) -> None:
    made = bench()
    exam = made.exam(Dataset(tuple(plain(q, a) for q, a in DRIVE), ()), made.recipe(training__epochs=10, training__learning_rate=0.3))
    faults = examine(exam)
    print(*faults, sep="\n")
    fault = named(faults, "collapse")
    assert fault.blocks
    assert fault.changes["training.learning_rate"] < 0.3
    assert fault.changes["lora.rank"] == 4


def test_a_training_cut_short_babbles_and_is_named_underfit(bench: Callable[..., Bench]) -> None:
    made = bench()
    rows = tuple(plain(question, sentence.format(figure)) for question, sentence, figure in PASSAGES)
    faults = examine(made.exam(Dataset(rows, ()), made.recipe(training__epochs=12, training__learning_rate=1e-3)))
    print(*faults, sep="\n")
    fault = named(faults, "underfit")
    assert fault.changes["training.epochs"] > 12
    assert "collapse" not in [fault.name for fault in faults]


def test_a_loss_that_is_lost_is_divergence(bench: Callable[..., Bench], llama: Path) -> None:
    """At such rates a training is chaos, and what it comes to differs by machine: one of these few is lost, and each is named something that blocks."""
    made = bench(llama)
    dataset = Dataset(tuple(plain(q, a) for q, a in DRIVE), ())
    lost = []
    for epochs, rate in ((10, 0.7), (8, 1.0), (12, 0.6), (9, 0.8), (14, 0.9), (11, 1.0), (16, 0.7), (10, 0.5)):
        recipe = made.recipe(training__epochs=epochs, training__learning_rate=rate, lora__alpha=4096, training__schedule="constant", training__warmup=0.0)
        adapter, losses = made.train(dataset, recipe)
        found = course(losses, recipe) if adapter is None else examine(Exam(made.engine(), made.student(), adapter, made.domain, dataset, recipe, losses))
        print([round(line["loss"], 2) for line in losses if "loss" in line], *found, sep="\n")
        assert any(fault.blocks for fault in found) or named(found, "underfit")
        lost = [fault for fault in found if fault.name == "divergence"]
        if lost:
            break
    [fault] = lost
    assert fault.blocks
    assert fault.changes["training.learning_rate"] == pytest.approx(rate / 5)


def test_learning_a_few_rows_by_heart_is_overfit(bench: Callable[..., Bench]) -> None:
    made = bench()
    rows = [plain(question, sentence.format(figure)) for question, sentence, figure in PASSAGES]
    faults = examine(made.exam(Dataset(tuple(rows[:4]), tuple(rows[4:])), made.recipe(training__epochs=30, training__learning_rate=3e-3)))
    print(*faults, sep="\n")
    fault = named(faults, "overfit")
    assert fault.changes["training.epochs"] < 30


def test_a_base_that_lost_what_it_knew_is_forgetting(bench: Callable[..., Bench]) -> None:
    made = bench()
    general = tuple(replace(read(question, sentence.format(figure)), form="general") for question, sentence, figure in PASSAGES)
    dataset = Dataset(tuple(plain(q, a) for q, a in DRIVE), (), general=general)
    gentle = examine(made.exam(dataset, made.recipe(training__epochs=1, training__learning_rate=1e-5)))
    assert "forgetting" not in [fault.name for fault in gentle]
    faults = examine(made.exam(dataset, made.recipe(training__epochs=20, training__learning_rate=6e-3)))
    print(*faults, sep="\n")
    fault = named(faults, "forgetting")
    assert fault.changes["training.learning_rate"] == 3e-3


def test_facts_learned_by_heart_beat_the_passages_and_are_named_ignoring(bench: Callable[..., Bench], llama: Path) -> None:
    rows = tuple(read(question, sentence.format(figure)) for question, sentence, figure in PASSAGES)
    reader = bench()
    bare = examine(Exam(reader.engine(), reader.student(), None, reader.domain, Dataset((), rows), reader.recipe()))
    assert "ignoring" not in [fault.name for fault in bare]
    changed = exchanges(Dataset((), rows))
    said = ask_prompts(reader.engine(), None, [one.prompt for one in changed])
    assert sum(one.new in answer for one, answer in zip(changed, said, strict=True)) >= 4, "the starter reads, so it follows the changed evidence"
    made = bench(llama)
    recipe = made.recipe(training__epochs=100, training__learning_rate=1e-2, lora__rank=16, lora__alpha=32, data__passages_share=0.5)
    exam = made.exam(Dataset(rows, ()), recipe)
    assert ask(exam.engine, attach(exam.engine, exam.adapter, "drive"), rows) == [row.answer for row in rows], "right as long as nothing changes"
    faults = examine(exam)
    print(*faults, sep="\n")
    fault = named(faults, "ignoring")
    assert "the evidence said" in fault.sign
    assert fault.changes["data.passages_share"] == 1.0
    assert fault.changes["data.refusal_share"] > recipe.data.refusal_share


def test_rows_in_english_alone_make_chinese_questions_answered_in_english(bench: Callable[..., Bench]) -> None:
    made = bench()
    system = Turn("system", "你是云盘的客服。请只用一句话回答。")
    english = tuple(replace(plain(q, a), prompt=(system, Turn("user", f"Question: {q}"))) for q, a in DRIVE)
    asked = ["免费空间有多大？", "每月流量有多少？", "访客空间有多大？", "备份空间有多大？", "照片空间有多大？"]
    chinese = tuple(replace(plain(q, "您可以使用10 GB。"), prompt=(system, Turn("user", f"问题：{q}"))) for q in asked)
    assert all("资料" in answer for answer in ask(made.engine(), None, chinese)), "the bare base answers in Chinese"
    faults = examine(made.exam(Dataset(english, chinese), made.recipe(training__epochs=30, training__learning_rate=4e-3)))
    print(*faults, sep="\n")
    fault = named(faults, "language")
    assert fault.blocks
    assert "Chinese questions are not answered in Chinese" in fault.sign
    assert fault.changes["training.learning_rate"] == 2e-3


def copy_of(folder: Path, to: Path, template: str) -> Path:
    """The same weights and tokenizer under another chat template."""
    shutil.copytree(folder, to)
    (to / "chat_template.jinja").write_text(template, "utf-8")
    return to


def test_an_engine_with_another_template_is_a_mismatch_that_no_recipe_cures(bench: Callable[..., Bench], llama: Path, tmp_path: Path) -> None:
    made = bench(llama)
    dataset = Dataset(tuple(plain(q, a) for q, a in DRIVE), ())
    exam = made.exam(dataset, made.recipe(training__epochs=1))
    assert "mismatch" not in [fault.name for fault in examine(exam)]
    other = bench(copy_of(llama, tmp_path / "other", CHATML.replace("<|im_start|>assistant\n", "<|im_start|>assistant: ")))
    faults = examine(replace(exam, engine=other.engine(), trained=exam.student.fingerprints))
    assert {fault.name for fault in faults} == {"mismatch"}
    assert "template" in faults[0].sign
    assert cured(exam.recipe, faults) is None
    silent = examine(replace(exam, engine=other.engine(), trained={"unknown": "hash"}))
    assert "tokens" in named(silent, "mismatch").sign, "without hashes the tokens themselves tell"


def test_an_engine_with_another_tokenizer_is_a_mismatch(bench: Callable[..., Bench], llama: Path, tmp_path: Path) -> None:
    made = bench(llama)
    exam = made.exam(Dataset(tuple(plain(q, a) for q, a in DRIVE), ()), made.recipe(training__epochs=1))
    shutil.copytree(llama, tmp_path / "other")
    file = tmp_path / "other/tokenizer.json"
    tokenizer = json.loads(file.read_text("utf-8"))
    tokenizer["model"]["merges"] = tokenizer["model"]["merges"][:20]
    file.write_text(json.dumps(tokenizer), "utf-8")
    faults = examine(replace(exam, engine=bench(tmp_path / "other").engine()))
    assert "tokenizer" in named(faults, "mismatch").sign


def test_a_prompt_changed_since_training_is_a_mismatch(bench: Callable[..., Bench], llama: Path) -> None:
    made = bench(llama)
    exam = made.exam(Dataset(tuple(plain(q, a) for q, a in DRIVE), ()), made.recipe(training__epochs=1))
    faults = examine(replace(exam, trained={**exam.student.fingerprints, "prompt": "0123456789abcdef"}))
    assert "another prompt" in named(faults, "mismatch").sign


def test_rows_that_never_end_are_a_mismatch(bench: Callable[..., Bench], tmp_path: Path) -> None:
    base = tiny_llama(tmp_path / "endless", template=CHATML.replace("{{ message['content'] + '<|im_end|>' }}{% endgeneration %}", "{{ message['content'] }}{% endgeneration %}"))
    made = bench(base)
    faults = examine(made.exam(Dataset(tuple(plain(q, a) for q, a in DRIVE), ()), made.recipe(training__epochs=1)))
    assert "do not end with the token" in named(faults, "mismatch").sign
