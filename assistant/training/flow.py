"""examples → clean → dataset → train → diagnose → gate → version."""

from contextlib import suppress
from pathlib import Path
from typing import cast

from assistant.training.attempts import attempted, chosen, pass_over, record_of
from assistant.training.disk import said_when_full
from assistant.training.job import Job, Outcome, Prepared, Watch, go_on, prepared_of, recipe_of
from assistant.training.prepare import begin, prepare
from assistant.training.release import release
from assistant.training.runs import Run, one_training
from assistant.training.teach.devices import leave, shared
from assistant.training.train import Diverged, train
from assistant.training.watch import ending

__all__ = ["Job", "Outcome", "Prepared", "Watch", "help_train", "prepare", "train_domain"]


def train_domain(job: Job, watch: Watch, resume: bool = False, cures: int = 0, wait: bool = False) -> Outcome:
    """Make the next version of a domain's adapter; it goes live if the gate lets it. TrainingError when it cannot be made.

    ``cures``: how many times it is trained again with the cures of what the diagnosis finds. A full training ends with a model's folder, no version."""
    with one_training(job.workspace, job.domain.name, wait=wait) as runs, said_when_full(job.workspace.root, job.domain.name), ending(runs):
        run = go_on(job, runs) if resume else begin(job, runs, prepare(job, watch))
        attempts = attempted(job, runs, run, watch, cures)
        best, trained = chosen(attempts)
        version, verdict = (None, None) if trained.model else release(job, best, trained, record_of(attempts), watch)
        pass_over(attempts, best)
        best.run.note(state="published")
        live = bool(verdict and verdict.live and not job.candidate)
        return Outcome(version, verdict, best.attempt.faults, prepared_of(best.run), trained.model, live)


def help_train(job: Job, watch: Watch) -> None:
    """What every process but the first does where several train together: each training that the first begins, until it begins no more."""
    while folder := shared(cast("Path | None", None)):
        run = Run(folder)
        with suppress(Diverged):
            train(run, job.student, recipe_of(run), watch.report, watch.stop)
    leave()
