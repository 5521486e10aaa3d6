"""Writes a finished evaluation as a page, pictures, Markdown and JSON, and reads it back. Scores nothing.

``evaluation.json`` is written last and in one step: a folder that has it is whole.
"""

import json
import math
import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError
from assistant.evaluation import figures, page
from assistant.evaluation.markdown import code, text
from assistant.evaluation.meanings import meaning_of, rung_title
from assistant.evaluation.measured import tables
from assistant.evaluation.plots import DARK, LIGHT, main_scores, panels, pictures
from assistant.evaluation.results import Evaluation
from assistant.settings import Workspace

DATA, PAGE, MARKDOWN = "evaluation.json", "report.html", "report.md"


@dataclass(frozen=True)
class Report:
    """Where the files of a report are; ``pictures`` by name."""

    folder: Path
    page: Path
    markdown: Path
    data: Path
    pictures: Mapping[str, Path]


def evaluations(workspace: Workspace, domain: str) -> Path:
    """The folder of a domain's evaluations: one folder each, named by its id."""
    return workspace.inside(Path(".assistant") / "evaluation" / domain)


def write_report(evaluation: Evaluation, folder: Path, more: Mapping[str, Any] | None = None) -> Report:
    """All files of a report in ``folder``; ``more`` may have ``routing`` and ``refusal`` (see ``plots.pictures``). EvaluationError when it cannot be written."""
    drawn = pictures(evaluation, more or {})
    report = Report(folder, folder / PAGE, folder / MARKDOWN, folder / DATA, {name: folder / f"{name}.png" for name in drawn})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in drawn.items():
            report.pictures[name].write_bytes(picture)
        report.page.write_text(as_html(evaluation, more or {}), "utf-8")
        report.markdown.write_text(as_markdown(evaluation), "utf-8")
        partial = folder / f"{DATA}.partial"
        partial.write_text(as_json(evaluation), "utf-8")
        os.replace(partial, report.data)
    except OSError as error:
        raise EvaluationError(f"{folder}: the report cannot be written ({error.strerror or error}); free the place or give another folder") from None
    return report


def as_json(evaluation: Evaluation) -> str:
    """JSON that any reader takes: what is no finite number is null."""
    return json.dumps(_finite(evaluation.as_json()), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def as_html(evaluation: Evaluation, more: Mapping[str, Any]) -> str:
    """One page with everything in it, which asks no host for anything."""
    css = files("assistant.evaluation").joinpath("report.css").read_text("utf-8")
    light, dark = ({**pictures(evaluation, more, ink), **panels(evaluation, ink)} for ink in (LIGHT, DARK))
    images = {name: tuple(b64encode(picture).decode() for picture in (light[name], dark[name])) for name in light if name != "ladder"}
    return _rendered("report.html.jinja", evaluation, escaped=True, css=css, pictures=images, main=main_scores(evaluation), measured=tables(more))


def as_markdown(evaluation: Evaluation) -> str:
    """The report for a pull request."""
    return _rendered("report.md.jinja", evaluation, escaped=False)


def _rendered(template: str, evaluation: Evaluation, escaped: bool, **more: Any) -> str:
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup

    environment = Environment(loader=PackageLoader("assistant", "evaluation"), autoescape=escaped, trim_blocks=not escaped, lstrip_blocks=not escaped)
    environment.filters.update(
        meaning=lambda name: meaning_of(name).title, rung=rung_title, day=lambda created: created[:10], share=_share, text=text, code=code,
        percent=figures.percent, amount=figures.amount, interval=figures.interval, tone=figures.tone, points=figures.points, points_interval=figures.points_interval,
        p_value=figures.p_value, outcome=figures.outcome, clipped=page.clipped, around=page.around,
    )  # fmt: skip
    questions = page.asked(evaluation)
    shown, unshown = page.split_differences(evaluation)
    if "css" in more:
        more["css"] = Markup(more["css"])
    return environment.get_template(template).render(
        it=evaluation, facts=_facts(evaluation), groups=page.score_groups(evaluation), statements=page.statements_row(evaluation), shown=shown, unshown=unshown, questions=questions,
        worst=page.worst(questions), costs=page.cost_table(evaluation), judges=page.judges_table(evaluation.judged),
        rated=list(figures.flat(evaluation.rated)), **more,
    )  # fmt: skip


def _facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What was evaluated, in a line."""
    return [
        ("base model", evaluation.base),
        ("adapter", evaluation.adapter or "none"),
        ("questions", f"{len(evaluation.questions)} ({evaluation.split})"),
        ("on", evaluation.created[:16].replace("T", " ")),
        ("run", evaluation.id),
    ]


def _share(value: float) -> int:
    """A bar's length in whole percent."""
    return round(100 * min(max(value, 0), 1)) if figures.finite(value) else 0


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value


def read_evaluation(place: Path) -> Evaluation:
    """The evaluation of a folder or an evaluation.json; EvaluationError for one that is missing, unfinished, damaged or something else."""
    path = place / DATA if place.is_dir() else place
    try:
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise EvaluationError(_missing(path)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(f"{path}: cannot be read as JSON ({error}); run the evaluation again, its answers are kept") from None
    try:
        return _checked(values)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        why = f"no {error}" if isinstance(error, KeyError) else str(error).splitlines()[0]
        raise EvaluationError(f"{path}: is JSON, but no evaluation of this program ({why}); give the {DATA} of: assistant evaluate DOMAIN") from None


def _missing(path: Path) -> str:
    """What to do about a file that is not there, with what lies beside it."""
    folder = path.parent if path.name == DATA else path
    if folder.is_dir() and any(folder.iterdir()):
        whole = sorted(one.parent.name for one in folder.glob(f"*/{DATA}"))
        return f"{folder} has no {DATA}; " + (f"it holds these evaluations: {', '.join(whole[-5:])}" if whole else "the evaluation did not finish: run it again")
    beside = sorted(one.parent.name for one in folder.parent.glob(f"*/{DATA}")) if folder.parent.is_dir() else []
    return f"no evaluation in {path}; " + (f"there are: {', '.join(beside[-5:])}" if beside else "make one with: assistant evaluate DOMAIN")


def _checked(values: Any) -> Evaluation:
    """The evaluation with every field of the right type; null stands for what was no finite number."""
    from pydantic import TypeAdapter

    for rung in values["rungs"]:
        rung["scores"] = {score: _number(mean) for score, mean in rung["scores"].items()}
        rung["intervals"] = {score: [_number(low), _number(high), n] for score, (low, high, n) in rung["intervals"].items()}
    for difference in values["differences"]:
        difference.update({key: _number(difference[key]) for key in ("points", "low", "high", "p")})
    evaluation = Evaluation.of(values)
    TypeAdapter(Evaluation).validate_python(asdict(evaluation))
    return evaluation


def _number(value: Any) -> Any:
    return math.nan if value is None else value
