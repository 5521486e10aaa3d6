"""gate → version: proves that what is served is what was trained, tries it on the dev questions, decides, publishes."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.models.fit import adapter_hashes
from assistant.records import AdapterVersion, Told, case_of
from assistant.training import version as versions
from assistant.training.attempts import Tried
from assistant.training.diagnosis.fault import Fault
from assistant.training.estimate import Estimate, nearness
from assistant.training.events import note
from assistant.training.gate import CANDIDATE, LIVE, Verdict, data_changed, decide, gate_record, term_record
from assistant.training.held_out import held_out_losses
from assistant.training.job import Job, Watch, live_version, prepared_of, published_by, recipe_of
from assistant.training.parity.prove import Proof, prove
from assistant.training.train import GOLDEN, Trained
from assistant.training.trial import Trial, at_home, try_out
from assistant.training.watch import Progress, recorded


@dataclass(frozen=True)
class Judged:
    """Everything the gate looked at, and what it decided. ``card`` is the candidate's, as far as it was known before."""

    verdict: Verdict
    card: dict[str, Any]
    losses: dict[str, float]
    proofs: tuple[Proof, ...]
    trial: Trial | None


def release(job: Job, tried: Tried, trained: Trained, attempts: Sequence[dict[str, Any]], watch: Watch) -> tuple[AdapterVersion, Verdict]:
    """The version of a training and the gate's verdict; one that was published before the process was cut off is only finished."""
    if made := published_by(job, tried.run):
        verdict = Verdict(made.card["verdict"]["live"], tuple(made.card["verdict"]["reasons"]))
    else:
        judged = judge(job, tried, trained, watch)
        verdict, made = judged.verdict, publish(job, tried, trained, judged, attempts)
    _decide(job, made, verdict)
    tried.run.note(state="published", version=made.number)
    note(tried.run.folder, "end", state="published", version=made.served_name, live=verdict.live and not job.candidate, seconds=trained.seconds)
    return made, verdict


def judge(job: Job, tried: Tried, trained: Trained, watch: Watch) -> Judged:
    """Parity, held-out losses and the trial on the dev questions, and the gate's decision by them."""
    run, recipe = tried.run, recipe_of(tried.run)
    watch = replace(watch, report=recorded(run.folder, watch.report))
    card = versions.make_card(job.domain, job.student, recipe, run.dataset(), trained) | {"data": run.record["data"], "prompt": run.record["prompt"]}
    watch.report(Progress("parity"))
    proofs = prove(run.folder / GOLDEN, run.adapter, job.settings)
    watch.report(Progress("gate"))
    live = live_version(job)
    folders = {CANDIDATE: run.adapter, **({LIVE: live.folder} if live else {})}
    losses = held_out_losses(job.student, run.dataset().held_out, folders)
    broken = [Fault(name="parity", sign=str(proof), cure=Told("it cannot be served as it was trained; export it, or train again", "unserved"), blocks=True) for proof in proofs if not proof.passed]
    trial = None if broken else _trial(job, AdapterVersion(job.student.info.key, job.domain.name, 0, run.adapter, card), live, recipe.gate.questions, watch)
    changed = data_changed(live, run.record["data"])
    verdict = decide(trial, [*broken, *tried.attempt.faults], recipe.gate, changed, losses)
    note(run.folder, "gate", live=verdict.live, reasons=list(verdict.reasons))
    return Judged(verdict, card, losses, proofs, trial)


def _trial(job: Job, candidate: AdapterVersion, live: AdapterVersion | None, most: int, watch: Watch) -> Trial:
    began = time.monotonic()

    def report(done: int, total: int) -> None:
        left = (time.monotonic() - began) / max(done, 1) * (total - done)
        watch.report(Progress("gate", done, total, seconds_left=left))

    with at_home(job.workspace, job.plugins, job.settings, job.knowledge, job.domain, report) as home:  # type: ignore[arg-type]
        return try_out(home, candidate, live, most=most)


def publish(job: Job, tried: Tried, trained: Trained, judged: Judged, attempts: Sequence[dict[str, Any]]) -> AdapterVersion:
    """The new version in the registry, with all that was found in its card; it is not yet live."""
    run, verdict, parent = tried.run, judged.verdict, live_version(job)
    record, tolerance = run.record, recipe_of(run).gate.tolerance
    card = judged.card | {
        "run": run.id,
        "read": record.get("read", ""),
        "files": adapter_hashes(run.adapter),
        "held_out": judged.losses,
        "verdict": {"live": verdict.live, "reasons": list(verdict.reasons), "told": {"reasons": list(map(case_of, verdict.reasons))}},
        "parent": parent.served_name if parent else None,
        "attempts": list(attempts),
        "parity": [asdict(proof) for proof in judged.proofs],
        "sources": record["sources"],
        "choices": record["choices"],
        "estimate": _nearness(trained, prepared_of(run).estimate),
    }
    if judged.trial:
        card |= {"gate": gate_record(judged.trial, verdict, tolerance), "terms": term_record(judged.trial)}
    return versions.publish(job.registry, job.domain, trained, card)


def _decide(job: Job, made: AdapterVersion, verdict: Verdict) -> None:
    """Live when the verdict says so and nobody asked to wait; the decision is kept either way, once."""
    if any(decision.get("version") == made.number for decision in job.registry.decisions(job.domain.name)):
        return
    if verdict.live and not job.candidate:
        job.registry.use(made, "; ".join(verdict.reasons))
    else:
        waits = ["it waits for a person, as was asked"] if verdict.live else []
        job.registry.note(job.domain.name, {"event": "candidate", "version": made.number, "reasons": [*waits, *verdict.reasons]})


def _nearness(trained: Trained, expected: Estimate | None) -> dict[str, Any] | None:
    """``card["estimate"]``: what was expected, what it took, and both in words."""
    if expected is None:
        return None
    peak = max((line.get("memory_gb", 0.0) for line in trained.losses), default=0.0)
    real = Estimate(trained.seconds, peak)
    return {"expected": asdict(expected), "real": asdict(real), "words": nearness(expected, real)}
