"""What is measured over all domains together, routing and refusing: as tables, as a page of its own, and the latest for the domains' reports."""

import json
import os
from base64 import b64encode
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from assistant.errors import EvaluationError
from assistant.evaluation import plots
from assistant.evaluation.figures import NONE, percent
from assistant.evaluation.page import Table
from assistant.settings import Workspace

Kind = Literal["routing", "refusal"]
KINDS: tuple[Kind, ...] = ("routing", "refusal")
TITLES = {"routing": "Routing", "refusal": "Refusing"}
SHOWN = 40


def routing_table(found: Mapping[str, Any]) -> Table:
    """A row per figure of ``routing.RoutingReport.as_object()``, as far as it is there."""
    low, high = found.get("accuracy_interval") or (None, None)
    at = found.get("at_recall") or {}
    near = found.get("refuse_questions") or {}
    rows = {
        "accuracy, nothing refused": _of(found, "accuracy", f"{percent(found.get('accuracy'))} [{percent(low)}, {percent(high)}] of {found.get('in_scope')}"),
        f"accuracy in scope at {found.get('threshold')}": _of(found, "in_scope_accuracy", percent(found.get("in_scope_accuracy"))),
        "recall out of scope there": _of(found, "oos_recall", f"{percent(found.get('oos_recall'))} of {found.get('out_of_scope')}"),
        f"accuracy at {percent(at.get('oos_recall'))} recall": _of(at, "in_scope_accuracy", percent(at.get("in_scope_accuracy"))),
        "AUROC in / out of scope": _of(found, "auroc", f"{found.get('auroc') or 0:.3f}"),
        "expected calibration error": _of(found, "ece", f"{found.get('ece') or 0:.3f}"),
        "fitting, seconds": _of(found, "fit_seconds", f"{found.get('fit_seconds') or 0:.1f} for {found.get('fitted_rows')} rows"),
        "a question, ms (median)": _of(found, "ms_per_question", f"{found.get('ms_per_question') or 0:.1f}"),
        "questions to refuse that routing refuses": _of(near, "rows", f"{near.get('refused')} of {near.get('rows')}"),
    }
    return Table(("value",), tuple((name, (value,)) for name, value in rows.items() if value))


def _of(found: Mapping[str, Any], name: str, said: str) -> str:
    """The words of a figure that was measured."""
    return said if found.get(name) is not None else ""


def confusion_table(found: Mapping[str, Any]) -> Table:
    """Rows are the true labels, columns where their questions were sent; nothing without a matrix or without room for it."""
    labels, counts = plots.square(found)
    if len(labels) > plots.TALLIED:
        return Table((), ())
    return Table(tuple(labels), tuple((label, tuple(f"{count:g}" for count in row)) for label, row in zip(labels, counts, strict=True)))


def refusal_table(found: Mapping[str, Any]) -> Table:
    """A row per domain and one for all, of ``refusal.report``; nothing where there is only a curve."""
    thresholds = found.get("thresholds") or {}
    rows = ((name, (_share(found[name]["false_answers"]), _share(found[name]["false_refusals"]), f"{one['support']:.2f}")) for name, one in thresholds.items())
    return Table(("false answers", "false refusals", "threshold of support"), tuple(rows))


def _share(one: Mapping[str, Any]) -> str:
    if not one["n"]:
        return NONE
    low, high = one["interval"]
    return f"{one['hits']}/{one['n']} = {percent(one['share'])} [{percent(low, 0)}, {percent(high, 0)}]"


def tables(more: Mapping[str, Any]) -> dict[str, list[Table]]:
    """Those of each kind that was measured."""
    made = {"routing": (routing_table, confusion_table), "refusal": (refusal_table,)}
    return {kind: [table for make in made[kind] if (table := make(more[kind])).rows] for kind in KINDS if more.get(kind)}


def folder_of(workspace: Workspace) -> Path:
    """Where the latest measurements of a workspace lie."""
    return workspace.inside(Path(".assistant") / "measured")


def write_measured(kind: Kind, found: Mapping[str, Any], folder: Path, created: str) -> Path:
    """Page, picture and figures in ``folder``, in the place of those before; returns the page. EvaluationError when it cannot be written."""
    page, told = folder / f"{kind}.html", {**found, "created": created}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if drawn := _picture(kind, told, plots.LIGHT):
            (folder / f"{kind}.png").write_bytes(drawn)
        page.write_text(_html(kind, told), "utf-8")
        partial = folder / f"{kind}.json.partial"
        partial.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        os.replace(partial, folder / f"{kind}.json")
    except OSError as error:
        raise EvaluationError(f"{folder}: the page cannot be written ({error.strerror or error}); free the place or give another folder with --to") from None
    return page


def latest(folder: Path) -> dict[str, Any]:
    """The figures of the kinds that were measured; a file that cannot be read counts as none, since measuring again replaces it."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        try:
            told = json.loads((folder / f"{kind}.json").read_text("utf-8"))
            tables({kind: told})
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
        found[kind] = told
    return found


def _picture(kind: Kind, found: Mapping[str, Any], ink: plots.Ink) -> bytes | None:
    return plots.confusion(found, ink) if kind == "routing" else plots.refusal(found, ink)


def _html(kind: Kind, found: Mapping[str, Any]) -> str:
    """One page with everything in it, which asks no host for anything."""
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    drawn = [_picture(kind, found, ink) for ink in (plots.LIGHT, plots.DARK)]
    images = {kind: tuple(b64encode(picture).decode() for picture in drawn if picture)} if all(drawn) else {}
    environment = Environment(loader=PackageLoader("assistant", "evaluation"), autoescape=True)
    css = files("assistant.evaluation").joinpath("report.css").read_text("utf-8")
    fix = [(one["text"], f"{one['label']}, taken for {one['taken_for']} ({percent(one['probability'], 0)})") for one in (found.get("to_fix") or ())[:SHOWN]]
    overlaps = [(" and ".join(one["labels"]), f"{one['rows']} rows, {percent(one['share'])}") for one in found.get("overlaps") or ()]
    return environment.get_template("measured.html.jinja").render(
        kind=kind, title=TITLES[kind], css=Markup(css), pictures=images, measured=tables({kind: found}), it=found, to_fix=fix, overlaps=overlaps
    )
