"""``assistant evaluate --routing`` and ``--refusal``: what is measured over all domains together."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.evaluation.routing import RoutingReport
    from assistant.settings import Settings

MOST_COLUMNS = 12
SHOWN = 10


def measure_routing(fit: Path | None, data: Path | None, split: str, as_json: bool) -> None:
    """Of the installed domains' questions, or of rows of text and label."""
    import json

    from assistant.cli.session import err, out, workspace
    from assistant.errors import EvaluationError
    from assistant.evaluation.routing import measure_domains, measure_files
    from assistant.plugins import load_plugins
    from assistant.retrieval.embed import Embedder
    from assistant.retrieval.flow import open_knowledge

    if bool(fit) != bool(data):
        raise EvaluationError("--fit and --data go together: rows to learn and rows to measure on")
    if split not in ("dev", "test"):
        raise EvaluationError(f"--split is {split!r}; routing is measured on dev or test")
    with err.status("fitting and asking…"):
        if fit and data:
            found = measure_files(fit, data, Embedder(_settings()))
        else:
            space = workspace()
            plugins = load_plugins(space)
            knowledge = open_knowledge(space, plugins)
            try:
                for domain in plugins.domains.values():
                    knowledge.index(domain)
                found = measure_domains(plugins.domains, knowledge.embedder, space.state, knowledge.topics, split)
            finally:
                knowledge.close()
    if as_json:
        out.print(json.dumps(found.as_object(), ensure_ascii=False), markup=False, soft_wrap=True)
    else:
        _show_routing(found)


def _settings() -> "Settings":
    """The workspace's, or the defaults outside of one."""
    from assistant.cli.session import workspace
    from assistant.errors import WorkspaceError
    from assistant.settings import Settings

    try:
        return workspace().settings
    except WorkspaceError:
        return Settings()


def _show_routing(found: "RoutingReport") -> None:
    from rich.table import Table

    from assistant.cli.session import out, print_table

    low, high = found.accuracy_interval
    table = Table("measure", "value", title=found.measured)
    table.add_row("accuracy, nothing refused", f"{found.accuracy:.1%} [{low:.1%}, {high:.1%}] of {found.in_scope}")
    table.add_row(f"accuracy in scope at {found.threshold:.2f}", f"{found.in_scope_accuracy:.1%}")
    table.add_row("recall out of scope there", _percent(found.oos_recall) + f" of {found.out_of_scope}")
    if found.at_recall:
        point = found.at_recall
        table.add_row(f"accuracy at {_percent(point['oos_recall'])} recall", _percent(point["in_scope_accuracy"]))
    table.add_row("AUROC in / out of scope", "–" if found.auroc is None else f"{found.auroc:.3f}")
    table.add_row("expected calibration error", f"{found.ece:.3f}")
    table.add_row("fitting, seconds", f"{found.fit_seconds:.1f} for {found.fitted_rows} rows")
    table.add_row("a question, ms (median)", f"{found.ms_per_question:.1f}")
    if found.refuse_questions:
        table.add_row("questions to refuse that routing refuses", f"{found.refuse_questions['refused']} of {found.refuse_questions['rows']}")
    print_table(table)
    if len(found.labels) <= MOST_COLUMNS:
        _show_confusion(found)
    for line in [*found.overlaps[:SHOWN], *found.to_fix[:SHOWN]]:
        out.print("  ".join(f"{key}: {round(value, 3) if isinstance(value, float) else value}" for key, value in line.items()), markup=False)


def _show_confusion(found: "RoutingReport") -> None:
    from rich.table import Table

    from assistant.cli.session import print_table

    sent = [*found.labels, "oos"]
    table = Table("true", *sent, title="sent to")
    for true, row in found.confusion.items():
        table.add_row(true, *(str(row.get(name, 0)) for name in sent))
    print_table(table)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def measure_refusal(as_json: bool) -> None:
    """Fit on dev, keep the thresholds in .assistant/calibration.json, report on test."""
    import json

    from assistant.answering.support import FILE, write_calibration
    from assistant.cli.session import err, opened, out
    from assistant.evaluation import refusal
    from assistant.evaluation.refusal_cases import cases, examples

    with opened() as assistant:
        with err.status("asking dev and test questions…"):
            taught = cases(assistant, "dev"), examples(assistant)
            calibration = refusal.fit(*taught)
            report = refusal.report(cases(assistant, "test"), calibration, {name: domain.spec for name, domain in assistant.plugins.domains.items()})
        place = assistant.workspace.state / FILE
        write_calibration(calibration, place)
    if as_json:
        out.print(json.dumps(report, ensure_ascii=False), markup=False, soft_wrap=True)
        return
    _show_refusal(report)
    out.print(f"thresholds in force: {place}; fitted on {calibration.fitted_on}", markup=False)


def _show_refusal(report: dict[str, Any]) -> None:
    from rich.table import Table

    from assistant.cli.session import print_table

    table = Table("domain", "false answers", "false refusals", "threshold of support", title="test questions")
    for name in report["thresholds"]:
        figures = report[name]
        table.add_row(name, _share(figures["false_answers"]), _share(figures["false_refusals"]), f"{report['thresholds'][name]['support']:.2f}")
    print_table(table)


def _share(found: dict[str, Any]) -> str:
    if not found["n"]:
        return "–"
    low, high = found["interval"]
    return f"{found['hits']}/{found['n']} = {found['share']:.1%} [{low:.0%}, {high:.0%}]"
