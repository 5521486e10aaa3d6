"""train → diagnose, and again with the cures of what was found, as often as asked. Every attempt's run and record are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from assistant.errors import AdapterError, TrainingError
from assistant.language import detect
from assistant.models.fit import check_servable
from assistant.models.open import open_engine
from assistant.prompt import render_prompt
from assistant.records import Told
from assistant.rows.clean import judged
from assistant.training.dataset import Row, questions
from assistant.training.diagnosis.course import course
from assistant.training.diagnosis.cure import Attempt, best, cured
from assistant.training.diagnosis.diagnose import Exam, examine
from assistant.training.diagnosis.fault import Fault
from assistant.training.events import note
from assistant.training.job import Job, Watch, prepared_of, recipe_of
from assistant.training.prepare import begin, prepare
from assistant.training.recipe import Recipe
from assistant.training.runs import Run, Runs
from assistant.training.teach.devices import leave, processes, shared
from assistant.training.train import Diverged, Trained, train
from assistant.training.watch import Progress, recorded

OTHERS = 6


@dataclass(frozen=True)
class Tried:
    """An attempt, the run it left and what was trained; nothing where its loss was lost."""

    run: Run
    trained: Trained | None
    attempt: Attempt


def attempted(job: Job, runs: Runs, run: Run, watch: Watch, cures: int) -> list[Tried]:
    """The training, and up to ``cures`` more with the cures of its faults; resumed, it goes on where the chain of attempts was broken.

    Diverged when no attempt could be trained to its end."""
    most = max(cures, run.record.get("cures", 0))
    run.note(cures=most)
    tried = [_tried(job, Run(runs.folder / key), watch) for key in run.record.get("earlier", ())]
    try:
        while True:
            tried.append(_tried(job, run, watch, needed=len(tried) >= most and not any(one.trained for one in tried)))
            change = cured(recipe_of(run), tried[-1].attempt.faults, [one.attempt for one in tried]) if len(tried) <= most else None
            if change is None:
                break
            run = _again(job, runs, run, watch, tried, change, most)
    except TrainingError as error:
        if watch.stop.is_set() or processes() > 1 or not any(one.trained for one in tried):
            raise
        watch.report(Progress("cure", message=f"the cure could not be tried ({error}); the best attempt so far goes on"))
    shared(None)
    leave()
    return tried


def chosen(tried: Sequence[Tried]) -> tuple[Tried, Trained]:
    """The attempt that goes on to the gate, and what it trained; TrainingError when none was trained to its end."""
    whole = [one for one in tried if one.trained]
    if not whole:
        raise TrainingError("no attempt could be trained to its end; lower training.learning_rate and train again")
    winner = best([one.attempt for one in whole])
    return next((one, one.trained) for one in whole if one.attempt is winner and one.trained)


def pass_over(tried: Sequence[Tried], winner: Tried) -> None:
    """The other attempts' runs are done."""
    for one in tried:
        if one is not winner and one.trained:
            one.run.note(state="passed over")
            note(one.run.folder, "end", state="passed over", text=f"{winner.run.id} went on")


def record_of(tried: Sequence[Tried]) -> list[dict[str, Any]]:
    return [one.attempt.record() for one in tried]


def _again(job: Job, runs: Runs, run: Run, watch: Watch, tried: Sequence[Tried], change: tuple[Recipe, list[str]], most: int) -> Run:
    """A run with the cured recipe, which knows the attempts before it."""
    recipe, words = change
    watch.report(Progress("cure", message=f"again, with {'; '.join(words)}"))
    before, after = _flat(recipe_of(run).model_dump()), _flat(recipe.model_dump())
    changes = {place: value for place, value in after.items() if before[place] != value}
    prepared = replace(prepare(job, watch, recipe), choices=prepared_of(run).choices)
    made = begin(job, runs, prepared, earlier=[one.run.id for one in tried], cures=most, changes=changes, words=words)
    for folder in (run.folder, made.folder):
        note(folder, "attempt", number=len(tried) + 1, run=made.id, changes=changes, words=words)
    return made


def _tried(job: Job, run: Run, watch: Watch, needed: bool = False) -> Tried:
    """The run trained and diagnosed; ``needed``: a lost one is an error, as no other is there."""
    recipe = recipe_of(run)
    heard = recorded(run.folder, watch.report)
    trained = None
    try:
        if run.record["state"] != "failed":
            shared(run.folder)
            heard(Progress("train"))
            trained = train(run, job.student, recipe, heard, watch.stop)
            if watch.stop.is_set():
                raise TrainingError(f"stopped after the last step; go on with: assistant train {job.domain.name} --resume")
    except Diverged:
        if needed:
            raise
    if "diagnosis" not in run.record:
        heard(Progress("diagnose"))
        _diagnose(job, run, trained)
    record = run.record
    faults = tuple(Fault(**fault) for fault in record["diagnosis"])
    return Tried(run, trained, Attempt(run.id, recipe, faults, record.get("changes", {}), tuple(record.get("words", ()))))


def _diagnose(job: Job, run: Run, trained: Trained | None) -> None:
    """Keeps the faults in the run's record; of what was lost, or is a whole model, its losses tell."""
    found = _examined(job, run, trained) if trained and not trained.model else course(run.losses(), recipe_of(run))
    run.note(diagnosis=[asdict(fault) for fault in found])
    for fault in found:
        note(run.folder, "fault", name=fault.name, sign=fault.sign, cure=fault.cure, blocks=fault.blocks)


def _examined(job: Job, run: Run, trained: Trained) -> list[Fault]:
    try:
        check_servable(trained.adapter, job.student.folder)
    except AdapterError as error:
        unservable = Fault(name="mismatch", sign=str(error), cure=Told("such an adapter can only be exported", "export-only"), blocks=True)
        return [*course(trained.losses, recipe_of(run)), unservable]
    engine = open_engine(job.settings, job.plugins)
    try:
        with_prompt = {**run.record["fingerprints"], "prompt": run.record["prompt"]}
        exam = Exam(engine, job.student, trained.adapter, job.domain, run.dataset(), recipe_of(run), trained.losses, with_prompt, list(_others(job)))
        return examine(exam)
    finally:
        engine.close()


def _others(job: Job) -> Iterator[Row]:
    """A few examples of each other domain in its own words, to see what this training made the base forget."""
    for domain in job.plugins.domains.values():
        if domain.name == job.domain.name:
            continue
        examples = (row.example for row in judged(domain, 1) if row.example and row.example.kind == "answer")
        for example in islice(examples, OTHERS):
            asked = next(questions(example, 0))
            prompt = render_prompt(domain, asked.question, [], detect(asked.said), example.kind, ())
            yield Row(prompt.messages, asked.answer, example.id, "plain", example.kind)


def _flat(tables: dict[str, Any]) -> dict[str, Any]:
    return {f"{table}.{key}": value for table, keys in tables.items() for key, value in keys.items()}
