"""``assistant evaluate --routing`` and ``--refusal``: what is measured over all domains together."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.evaluation.page import Table
    from assistant.settings import Settings

SHOWN = 10


def measure_routing(fit: Path | None, data: Path | None, split: str, to: Path | None, as_json: bool) -> None:
    """Of the installed domains' questions, or of rows of text and label; rows have a page only in the folder ``to``."""
    from assistant.cli.session import err, out, workspace
    from assistant.errors import EvaluationError
    from assistant.evaluation.measured import folder_of
    from assistant.evaluation.routing import measure_files
    from assistant.retrieval.embed import Embedder

    if bool(fit) != bool(data):
        raise EvaluationError("--fit and --data go together: rows to learn and rows to measure on")
    if split not in ("dev", "test"):
        raise EvaluationError(f"--split is {split!r}; routing is measured on dev or test")
    with err.status("fitting and asking…"):
        if fit and data:
            found, folder = measure_files(fit, data, Embedder(_settings())).as_object(), to
        else:
            found, folder = _of_domains(split), to or folder_of(workspace())
    page = _written("routing", found, folder)
    if as_json:
        _print_json(found)
        return
    _show_routing(found)
    if page:
        out.print(f"report: {page}", markup=False)


def _of_domains(split: str) -> dict[str, Any]:
    from assistant.cli.session import workspace
    from assistant.evaluation.routing import measure_domains
    from assistant.plugins import load_plugins
    from assistant.retrieval.flow import open_knowledge

    space = workspace()
    plugins = load_plugins(space)
    knowledge = open_knowledge(space, plugins)
    try:
        for domain in plugins.domains.values():
            knowledge.index(domain)
        return measure_domains(plugins.domains, knowledge.embedder, space.state, knowledge.topics, split).as_object()
    finally:
        knowledge.close()


def _settings() -> "Settings":
    """The workspace's, or the defaults outside of one."""
    from assistant.cli.session import workspace
    from assistant.errors import WorkspaceError
    from assistant.settings import Settings

    try:
        return workspace().settings
    except WorkspaceError:
        return Settings()


def _show_routing(found: dict[str, Any]) -> None:
    from assistant.cli.session import out
    from assistant.evaluation.measured import confusion_table, routing_table

    _print_table(routing_table(found), "measure", found["measured"])
    if (matrix := confusion_table(found)).rows:
        _print_table(matrix, "true", "sent to")
    for line in [*found["overlaps"][:SHOWN], *found["to_fix"][:SHOWN]]:
        out.print("  ".join(f"{key}: {round(value, 3) if isinstance(value, float) else value}" for key, value in line.items()), markup=False)


def measure_refusal(to: Path | None, as_json: bool) -> None:
    """Fit on dev, keep the thresholds in .assistant/calibration.json, report on test."""
    from assistant.answering.support import FILE, write_calibration
    from assistant.cli.session import err, opened, out
    from assistant.evaluation import refusal
    from assistant.evaluation.measured import folder_of, refusal_table
    from assistant.evaluation.refusal_cases import cases, examples

    with opened() as assistant:
        with err.status("asking dev and test questions…"):
            taught = cases(assistant, "dev"), examples(assistant)
            calibration = refusal.fit(*taught)
            found = refusal.report(cases(assistant, "test"), calibration, {name: domain.spec for name, domain in assistant.plugins.domains.items()})
        place = assistant.workspace.state / FILE
        write_calibration(calibration, place)
    page = _written("refusal", found, to or folder_of(assistant.workspace))
    if as_json:
        _print_json(found)
        return
    _print_table(refusal_table(found), "domain", "test questions")
    out.print(f"thresholds in force: {place}; fitted on {calibration.fitted_on}\nreport: {page}", markup=False)


def _written(kind: Any, found: dict[str, Any], folder: Path | None) -> Path | None:
    from datetime import UTC, datetime

    from assistant.evaluation.measured import write_measured

    return write_measured(kind, found, folder, datetime.now(UTC).isoformat(timespec="seconds")) if folder else None


def _print_json(found: dict[str, Any]) -> None:
    import json

    from assistant.cli.session import out

    out.print(json.dumps(found, ensure_ascii=False), markup=False, soft_wrap=True)


def _print_table(shown: "Table", first: str, title: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import print_table

    table = Table(first, *shown.columns, title=title)
    for name, cells in shown.rows:
        table.add_row(Text(name), *(Text(cell) for cell in cells))
    print_table(table)
