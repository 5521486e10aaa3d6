"""questions → answer on each rung → score → compare → verdict. Resumable: every answer is kept as soon as it is there."""

from assistant.evaluation.job import Job, Watch, answer_all, compared, costs, judge, losses, rate, scored
from assistant.evaluation.questions import choose
from assistant.evaluation.results import Evaluation
from assistant.evaluation.verdict import cheapest, stop_at, verdict


def evaluate(job: Job, watch: Watch) -> Evaluation:
    """A finished evaluation of one domain; EvaluationError when it cannot be made."""
    questions = choose(job.domain, job.split, job.examples)
    answers = {name: answer_all(job, questions, name, watch) for name in job.rungs}
    rungs = [scored(job, questions, name, answers[name], costs(job, name, answers[name])) for name in job.rungs]
    differences = compared(rungs)
    stop = stop_at(rungs, differences)
    lines = verdict(rungs, differences, stop)
    if job.target is not None:
        lines.insert(0, cheapest(rungs, job.target, job.gpu, job.parameters))
    judged, said = judge(job, questions, rungs, watch)
    rated, people = rate(job, rungs)
    return Evaluation(
        id=job.id,
        domain=job.domain.name,
        split=job.split,
        base=job.base,
        adapter=job.adapter.served_name if job.adapter else None,
        questions=tuple(question.model_dump() for question in questions),
        rungs=tuple(rungs),
        differences=tuple(differences),
        stop_at=stop,
        verdict=(*people, *lines, *said),
        created=job.created,
        losses=tuple(losses(job)),
        judged=judged,
        rated=rated,
    )
