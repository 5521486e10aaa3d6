"""What a training says before it starts and after it ended: rows, choices with their reasons, time and memory expected and taken, the verdict."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.cli.progress import duration

if TYPE_CHECKING:
    from assistant.training.auto import Choice
    from assistant.training.estimate import Estimate
    from assistant.training.gate import Verdict
    from assistant.training.job import Job, Outcome, Prepared

SHOWN = 12


@dataclass(frozen=True)
class Plan:
    """A training that is about to start. ``quotes_only``: its base is the embedded one, so that figures of others are worth showing."""

    domain: str
    base: str
    device: str
    rows: tuple[tuple[str, str], ...]
    steps: int
    choices: "tuple[Choice, ...]" = ()
    expected: "Estimate | None" = None
    quotes_only: bool = False

    def as_object(self) -> dict[str, Any]:
        """The JSON form that other programs rely on."""
        choices, expected = [asdict(one) for one in self.choices], asdict(self.expected) if self.expected else None
        told = {"domain": self.domain, "base": self.base, "device": self.device, **dict(self.rows), "steps": self.steps}
        return {**told, "choices": choices, "expected": expected}


def plan_of(job: "Job", prepared: "Prepared") -> Plan:
    """The plan of a prepared training."""
    from assistant.training.train import steps

    info = job.student.info
    device, count = f"{info.device}, {info.precision}: {info.reason}", steps(len(prepared.dataset.train), prepared.recipe)
    return Plan(job.domain.name, info.name, device, tuple(rows_of(prepared)), count, prepared.choices, prepared.estimate, info.quotes_only)


def rows_of(prepared: "Prepared") -> list[tuple[str, str]]:
    data, forms = prepared.dataset, prepared.dataset.forms()
    kinds = f"{forms['evidence']} with evidence, {forms['plain']} without, {forms['refusal']} refusals"
    general = f", {forms['general']} general" if forms.get("general") else ""
    return [("examples", str(prepared.examples)), ("rows", f"{len(data.train)} to learn, {len(data.held_out)} held out ({kinds}{general})")]


def print_plan(plan: Plan, dry_run: bool) -> None:
    """What will be trained, on what, and what it will take; before a real start briefly and beside the progress."""
    steps = f"{plan.steps} (dry run: nothing was trained)" if dry_run else str(plan.steps)
    rows = [*plan.rows, ("base model", plan.base), ("on", plan.device), ("steps", steps)]
    if plan.expected:
        rows.append(("expected", f"{duration(plan.expected.seconds)} of training, {plan.expected.memory_gb:.1f} GB of memory, from a few measured steps"))
    if not dry_run and plan.choices:
        chosen = ", ".join(f"{one.place.partition('.')[2]} {one.value}" for one in plan.choices)
        rows.append(("chosen", f"{chosen} (why: assistant train {plan.domain} --dry-run)"))
    print_facts(rows, to_err=not dry_run)
    if dry_run:
        _print_choices(plan.choices)
        if plan.quotes_only:
            _print_other_bases()


def _print_choices(choices: "Sequence[Choice]") -> None:
    from assistant.cli.session import out

    if choices:
        out.print("\nchosen from the rows, the base and this machine; write a value into recipe.toml, or --set it, to choose yourself:", markup=False)
        print_rows(("setting", "value", "because"), [(one.place, str(one.value), one.reason) for one in choices])


def _print_other_bases() -> None:
    """What other bases would need of a graphics card, by formula."""
    from assistant.cli.session import out
    from assistant.training.memory import table

    out.print("\nother bases (--base, or base_model in assistant.toml), computed for rows of 1,024 tokens, not measured:", markup=False)
    names = {"lora": "LoRA", "4bit": "LoRA, 4-bit"}
    rows = [(one.base, names[one.method], f"{one.memory_gb:.1f} GB", f"from {one.cards[0]} GB" if one.cards else "several cards") for one in table()]
    print_rows(("parameters", "method", "memory", "card"), rows)


def print_outcome(outcome: "Outcome") -> None:
    """What came of it: time beside what was expected, losses, faults, the gate's table, version and verdict."""
    from assistant.cli.session import out

    version, verdict, rows = outcome.version, outcome.verdict, rows_of(outcome.prepared)
    if version is None or verdict is None:
        print_facts([*rows, ("model", f"{outcome.model}")])
        out.print(f"a whole model, no adapter: try it with --base {outcome.model}, or set base_model in assistant.toml", style="bold", markup=False)
        return
    card = version.card
    took = (card.get("estimate") or {}).get("words") or f"took {card['seconds']:.0f} s"
    rows.append(("time", f"{took}, on {card['device']['name']}, {card['device']['precision']}"))
    if card["losses"]["first"] is not None:
        rows.append(("training loss", f"{card['losses']['first']:.3f} → {card['losses']['last']:.3f}"))
    if card["held_out"]:
        rows.append(("held-out loss", ", ".join(f"{name} {loss:.3f}" for name, loss in card["held_out"].items())))
    if len(card.get("attempts", ())) > 1:
        rows.append(("attempts", f"{len(card['attempts'])}, the best of which is this; all stand in card.json"))
    rows.append(("version", f"{version.served_name} in {version.folder}"))
    print_facts(rows)
    for fault in outcome.faults:
        out.print(f"! {fault}", style="yellow", markup=False)
    _print_verdict(version.served_name, verdict, outcome.live)


def _print_verdict(served: str, verdict: "Verdict", live: bool) -> None:
    from assistant.cli.session import out
    from assistant.training.gate import HEAD, rows

    if verdict.table:
        print_rows(HEAD, rows(verdict))
    for warning in verdict.warnings:
        out.print(f"! {warning}", style="yellow", markup=False)
    state = "live" if live else "a candidate, as was asked; the gate would put it live" if verdict.live else "a candidate, not live"
    out.print(f"{served} is {state}: {'; '.join(verdict.reasons)}", style="bold", markup=False)
    if not live:
        out.print(f"hear it: assistant chat {served} --compare; put it live{' all the same' * (not verdict.live)}: assistant adapters use {served}", style="dim", markup=False)


def outcome_object(outcome: "Outcome") -> dict[str, Any]:
    """The JSON form that other programs rely on; figures, gate and attempts stand in ``card``."""
    version, verdict = outcome.version, outcome.verdict
    return {
        "version": version.served_name if version else None,
        "live": outcome.live,
        "reasons": list(verdict.reasons) if verdict else [],
        "warnings": list(verdict.warnings) if verdict else [],
        "faults": [fault.record() for fault in outcome.faults],
        "folder": str(version.folder if version else outcome.model),
        "card": version.card if version else None,
    }


def print_facts(rows: Sequence[tuple[str, str]], to_err: bool = False) -> None:
    """Names and texts in two columns."""
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import err, out

    table = Table(show_header=False, box=None)
    for name, text in rows:
        table.add_row(Text(name, style="dim"), Text(text))
    (err if to_err else out).print(table)


def print_rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of texts in the terminal."""
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import print_table

    table = Table(*head, box=None)
    for row in rows:
        table.add_row(*map(Text, row))
    print_table(table)


def say_left_out(prepared: "Prepared") -> None:
    from assistant.cli.session import err

    for name, lines in (("not readable", prepared.faults), ("left out", (*prepared.dataset.left_out, *prepared.dropped))):
        for line in lines[:SHOWN]:
            err.print(f"{name}: {line}", style="yellow", markup=False)
        if len(lines) > SHOWN:
            err.print(f"{name}: {len(lines) - SHOWN} more", style="yellow", markup=False)
