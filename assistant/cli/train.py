"""``assistant train``: the next version of a domain's adapter."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.training.job import Job, Outcome, Prepared, Watch

SHOWN = 12


def run(
    domain: Annotated[str, typer.Argument(help="The domain whose examples are learned.")],
    resume: Annotated[bool, typer.Option(help="Go on with the newest unfinished training, with its own recipe.")] = False,
    changes: Annotated[list[str] | None, typer.Option("--set", help="Change the recipe, such as lora.rank=32; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Read, clean and build the rows, say what a training would do, and stop.")] = False,
    base: Annotated[str | None, typer.Option(help="Teach this base model instead of the one in assistant.toml.")] = None,
) -> None:
    """Train an adapter on the domain's examples. It goes live if the gate finds it no worse than the live one."""
    from assistant.cli.session import err, workspace
    from assistant.plugins import load_plugins
    from assistant.retrieval.flow import open_knowledge
    from assistant.training.job import open_job

    space = workspace()
    plugins = load_plugins(space)
    settings = space.settings.model_copy(update={"base_model": base}) if base else space.settings
    plugins.domain(domain)
    with err.status("starting…"):
        knowledge = open_knowledge(space, plugins)
    try:
        job = open_job(space, plugins, settings, domain, knowledge, changes or [])
        if dry_run:
            _dry_run(job)
        else:
            _train(job, resume)
    finally:
        knowledge.close()


def _dry_run(job: "Job") -> None:
    from assistant.cli.session import err
    from assistant.training.flow import prepare
    from assistant.training.job import Watch
    from assistant.training.train import steps

    with err.status("reading examples and documents…"):
        prepared = prepare(job, Watch())
    count = steps(len(prepared.dataset.train), job.recipe())
    _table([*_rows(prepared), ("steps", f"{count} (dry run: nothing was trained)"), ("base model", f"{job.student.info.name}: {job.student.info.reason}")])
    _say_faults(prepared)


def _train(job: "Job", resume: bool) -> None:
    from assistant.errors import TrainingError
    from assistant.training.flow import train_domain

    try:
        with _progress(job.domain.name) as watch:
            outcome = train_domain(job, watch, resume)
    except KeyboardInterrupt:
        raise TrainingError(f"stopped; go on with: assistant train {job.domain.name} --resume") from None
    _say_faults(outcome.prepared)
    _report(outcome)


def _progress(name: str) -> "_Bar":
    return _Bar(name)


class _Bar:
    """A line of progress in the terminal for as long as the training runs."""

    def __init__(self, name: str) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        from assistant.cli.session import err

        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}")]
        self._bar = Progress(*columns, console=err, transient=True)
        self._task = self._bar.add_task(name, total=None, note="")
        self._name = name

    def __enter__(self) -> "Watch":
        from assistant.training.job import Watch
        from assistant.training.watch import Progress

        def report(progress: Progress) -> None:
            loss = f"loss {progress.loss:.3f}" if progress.loss is not None else ""
            left = f"{progress.seconds_left // 60:.0f}:{progress.seconds_left % 60:02.0f} left" if progress.seconds_left is not None else ""
            note = "  ".join(part for part in (loss, left) if part)
            description = f"{self._name}: {progress.stage}"
            self._bar.update(self._task, description=description, completed=progress.step, total=progress.steps or None, note=note)

        self._bar.start()
        return Watch(report)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _rows(prepared: "Prepared") -> list[tuple[str, str]]:
    data, forms = prepared.dataset, prepared.dataset.forms()
    kinds = f"{forms['evidence']} with evidence, {forms['plain']} without, {forms['refusal']} refusals"
    return [("examples", str(prepared.examples)), ("rows", f"{len(data.train)} to learn, {len(data.held_out)} held out ({kinds})")]


def _report(outcome: "Outcome") -> None:
    from assistant.cli.session import out

    version, card = outcome.version, outcome.version.card
    rows = _rows(outcome.prepared)
    rows.append(("time", f"{card['seconds']:.0f} s on {card['device']['name']}, {card['device']['precision']}"))
    if card["losses"]["first"] is not None:
        rows.append(("training loss", f"{card['losses']['first']:.3f} → {card['losses']['last']:.3f}"))
    if card["held_out"]:
        rows.append(("held-out loss", ", ".join(f"{name} {loss:.3f}" for name, loss in card["held_out"].items())))
    rows.append(("version", f"{version.served_name} in {version.folder}"))
    _table(rows)
    for fault in outcome.faults:
        out.print(f"! {fault}", style="yellow", markup=False)
    state = "live" if outcome.verdict.live else "a candidate, not live"
    out.print(f"{version.served_name} is {state}: {'; '.join(outcome.verdict.reasons)}", style="bold", markup=False)
    if not outcome.verdict.live:
        out.print(f"put it live all the same with: assistant adapters use {version.served_name}", style="dim", markup=False)


def _table(rows: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import out

    table = Table(show_header=False, box=None)
    for name, text in rows:
        table.add_row(Text(name, style="dim"), Text(text))
    out.print(table)


def _say_faults(prepared: "Prepared") -> None:
    from assistant.cli.session import err

    for name, lines in (("not readable", prepared.faults), ("left out", (*prepared.dataset.left_out, *prepared.dropped))):
        for line in lines[:SHOWN]:
            err.print(f"{name}: {line}", style="yellow", markup=False)
        if len(lines) > SHOWN:
            err.print(f"{name}: {len(lines) - SHOWN} more", style="yellow", markup=False)
