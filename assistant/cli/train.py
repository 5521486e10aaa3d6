"""``assistant train``: the next version of a domain's adapter."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.training.job import Job, Outcome, Prepared


def run(
    domain: Annotated[str, typer.Argument(help="The domain whose examples are learned.")],
    resume: Annotated[bool, typer.Option(help="Go on with the newest unfinished training, with its own recipe.")] = False,
    changes: Annotated[list[str] | None, typer.Option("--set", help="Change the recipe, such as lora.rank=32; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Read, clean and build the rows, say what a training would do and take, and stop.")] = False,
    base: Annotated[str | None, typer.Option(help="Teach this base model instead of the one in assistant.toml.")] = None,
    auto_cure: Annotated[int, typer.Option(min=0, max=10, help="Train again up to so many times with the cures of what the diagnosis finds.")] = 0,
    candidate: Annotated[bool, typer.Option("--candidate", help="Leave the version a candidate, even where the gate would put it live.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another training of this domain instead of refusing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON object.")] = False,
) -> None:
    """Train an adapter on the domain's examples. It goes live if the gate finds it no worse than the live one."""
    from assistant.cli.session import err, workspace
    from assistant.models.engine import base_key
    from assistant.plugins import load_plugins
    from assistant.retrieval.flow import open_knowledge
    from assistant.training.job import open_job
    from assistant.training.recipe_file import read_recipe
    from assistant.training.teach.devices import first

    space = workspace()
    plugins = load_plugins(space)
    settings = space.settings.model_copy(update={"base_model": base}) if base else space.settings
    read_recipe(plugins.domain(domain).recipe, base_key(settings), tuple(changes or ()))  # its faults before anything heavy is loaded
    if not first():
        if dry_run:
            return
        _help(open_job(space, plugins, settings, domain, None, changes or []))  # type: ignore[arg-type]  # only the first process reads documents
        return
    with err.status("starting…"):
        knowledge = open_knowledge(space, plugins)
    try:
        job = replace(open_job(space, plugins, settings, domain, knowledge, changes or [], settings.download), candidate=candidate)
        if dry_run:
            _dry_run(job, as_json)
        else:
            _train(job, resume, auto_cure, wait, as_json)
    finally:
        knowledge.close()


def _dry_run(job: "Job", as_json: bool) -> None:
    from assistant.cli.session import err
    from assistant.cli.training_facts import plan_of, print_plan, say_left_out
    from assistant.training.flow import Watch, prepare

    with err.status("reading examples and documents, measuring a few steps…"):
        prepared = prepare(job, Watch())
    plan = plan_of(job, prepared)
    if as_json:
        left_out = [*prepared.dataset.left_out, *prepared.dropped]
        _print_object({**plan.as_object(), "not_readable": list(prepared.faults), "left_out": left_out})
    else:
        print_plan(plan, dry_run=True)
    say_left_out(prepared)


def _train(job: "Job", resume: bool, cures: int, wait: bool, as_json: bool) -> None:
    from assistant.cli.training_facts import outcome_object, print_outcome, say_left_out

    outcome = _shown(job, resume, cures, wait)
    say_left_out(outcome.prepared)
    if as_json:
        _print_object(outcome_object(outcome))
    else:
        print_outcome(outcome)


def _shown(job: "Job", resume: bool, cures: int, wait: bool) -> "Outcome":
    """The training, with its display and Ctrl-C."""
    from assistant.cli.training_display import Display
    from assistant.cli.training_facts import plan_of, print_plan
    from assistant.cli.training_stop import Stopping
    from assistant.errors import TrainingError
    from assistant.training.flow import Watch, train_domain
    from assistant.training.watch import Progress

    def prepared(made: "Prepared") -> None:
        print_plan(plan_of(job, made), dry_run=False)

    with Display(job.domain.name) as display:
        watch = Watch(display.report, prepared=prepared)
        if wait:
            display.report(Progress("wait"))
        try:
            with Stopping(display, watch.stop):
                return train_domain(job, watch, resume, cures, wait)
        except KeyboardInterrupt:
            how = f"go on with: assistant train {job.domain.name} --resume" if display.began else "nothing was trained yet, and nothing has changed"
            raise TrainingError(f"stopped; {how}") from None


def _help(job: "Job") -> None:
    """What every process but the first does; the first alone hears Ctrl-C, shows and decides."""
    import signal

    from assistant.training.flow import Watch, help_train

    watch = Watch()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: watch.stop.set())
    help_train(job, watch)


def _print_object(value: dict[str, Any]) -> None:
    import json

    from assistant.cli.session import out

    out.print(json.dumps(value, ensure_ascii=False, default=str), markup=False)
