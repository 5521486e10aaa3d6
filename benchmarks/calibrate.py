"""Fits the thresholds of refusal on the dev questions and counts them on the test questions: ``python -m benchmarks.calibrate [write]``.

``write`` replaces the package's defaults, assistant/answering/calibration.json.
"""

import sys
from pathlib import Path
from typing import Any

from assistant.answering import support
from assistant.answering.flow import open_assistant
from assistant.answering.support import write_calibration
from assistant.evaluation.refusal import cross_validated, fit, report, supports
from assistant.evaluation.refusal_cases import cases, examples
from assistant.settings import find_workspace

MOST_FALSE_ANSWERS = 0.4
"""The defaults serve domains that nobody has measured, small ones among them: a wrong refusal helps nobody there, a quoted passage shows its source.
``assistant evaluate --refusal`` fits a workspace's own, where both errors weigh the same."""


def main(write: str = "") -> None:
    assistant = open_assistant(find_workspace())
    specs = {name: domain.spec for name, domain in assistant.plugins.domains.items()}
    dev, test, typical = cases(assistant, "dev"), cases(assistant, "test"), examples(assistant)
    assistant.close()
    calibration = fit(dev, typical, MOST_FALSE_ANSWERS)
    print(calibration.model_dump_json(indent=2))
    for title, figures in {"dev, cross-validated": report(dev, calibration, specs, cross_validated(dev, typical)), "test": report(test, calibration, specs)}.items():
        print(f"\n## {title}\n{table(figures)}\n")
        print("\n".join(f"support >= {p['threshold']}: false answers {p['false_answers']:.1%}, false refusals {p['false_refusals']:.1%}" for p in figures["curve"][::10]))
    low = sum(value < calibration.thresholds.support for value in supports(typical, calibration))
    print(f"\nrouting examples refused: {low} of {len(typical)}")
    if write == "write":
        write_calibration(calibration, Path(support.__file__).with_name(support.FILE))


def table(figures: dict[str, Any]) -> str:
    names = ["pooled", *sorted(set(figures["thresholds"]) - {"pooled"})]
    lines = ["| | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names)]
    for what in ("false_answers", "false_refusals"):
        lines.append(f"| {what.replace('_', ' ')} | " + " | ".join(shown(figures[name][what]) for name in names) + " |")
    lines.append("| AUROC | " + " | ".join(f"{figures[name]['auroc']:.3f}" for name in names) + " |")
    for stage in ("route", "retrieval", "support"):
        refused = (figures[name]["refused_by"][stage] for name in names)
        lines.append(f"| refused by {stage}: rightly, wrongly | " + " | ".join(f"{one['to_refuse']}, {one['to_answer']}" for one in refused) + " |")
    return "\n".join(lines)


def shown(share: dict[str, Any]) -> str:
    low, high = share["interval"]
    return f"{share['hits']}/{share['n']} = {share['share']:.0%} [{low:.0%}, {high:.0%}]"


if __name__ == "__main__":
    main(*sys.argv[1:])
