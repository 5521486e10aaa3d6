"""examples → clean → dataset → train → diagnose → gate → version."""

from assistant.personal_data import contacts
from assistant.training.clean import learnable
from assistant.training.diagnose import diagnose
from assistant.training.gate import decide
from assistant.training.job import Job, Outcome, Prepared, Watch, begin, build, compare, go_on, prepared_of, publish, recipe_of, sample
from assistant.training.runs import one_training
from assistant.training.train import train
from assistant.training.watch import Progress


def train_domain(job: Job, watch: Watch, resume: bool = False) -> Outcome:
    """Make the next version of a domain's adapter; it goes live if the gate lets it. TrainingError when it cannot be made."""
    with one_training(job.workspace, job.domain.name) as runs:
        run = go_on(job, runs) if resume else begin(job, runs, prepare(job, watch))
        recipe = recipe_of(run)
        trained = train(run, job.student, recipe, watch.report, watch.stop)
        faults = diagnose(trained.losses, *sample(job, run, watch), recipe)
        losses = compare(job, run, watch)
        verdict = decide(losses, faults, recipe.gate.tolerance)
        version = publish(job, run, trained, losses, verdict)
        return Outcome(version, verdict, tuple(faults), prepared_of(run))


def prepare(job: Job, watch: Watch) -> Prepared:
    """The rows that a training would learn; a dry run ends here."""
    recipe = job.recipe()
    watch.report(Progress("examples"))
    job.knowledge.index(job.domain)
    cleaned = learnable(job.domain, recipe.data.min_answer_characters, contacts(chunk.text for chunk in job.knowledge.chunks(job.domain)))
    watch.report(Progress("dataset"))
    dataset = build(job, recipe, cleaned.examples)
    return Prepared(dataset, len(cleaned.examples), cleaned.faults, cleaned.dropped)
