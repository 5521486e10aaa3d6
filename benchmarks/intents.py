"""The router's classifier on CLINC150 (Larson et al. 2019): ``python -m benchmarks.intents ../shared/corpora/intents_en``.

Fitted on train and oos_train, measured on val and oos_val, with the 150 intents and with the 10 domains as labels. The corpus' test split is not there.
"""

import json
import sys
import tempfile
from pathlib import Path

from assistant.evaluation.routing import RoutingReport, measure_files
from assistant.retrieval.embed import Embedder
from assistant.settings import Settings

LABELS = ("intent", "domain")
RECALLS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def rows(corpus: Path, split: str, label: str, outside: bool = True) -> str:
    """The split and its out-of-scope rows as JSONL of text and label."""
    found = [json.loads(line) for line in (corpus / f"{split}.jsonl").read_text("utf-8").splitlines()]
    labelled = [{"text": row["text"], "label": row[label]} for row in found]
    if outside:
        lines = (corpus / f"oos_{split}.jsonl").read_text("utf-8").splitlines()
        labelled += [{"text": json.loads(line)["text"], "label": "oos"} for line in lines]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in labelled)


def measure(corpus: Path, label: str, embedder: Embedder, taught: bool = True) -> RoutingReport:
    """``taught``: whether the classifier gets the out-of-scope rows of train."""
    with tempfile.TemporaryDirectory() as folder:
        fit, data = Path(folder) / "fit.jsonl", Path(folder) / "data.jsonl"
        fit.write_text(rows(corpus, "train", label, taught), "utf-8")
        data.write_text(rows(corpus, "val", label), "utf-8")
        return measure_files(fit, data, embedder)


def line(name: str, found: RoutingReport) -> str:
    at = found.at_recall or {}
    cells = [f"{found.accuracy:.1%}", f"{found.auroc:.3f}", f"{at['in_scope_accuracy']:.1%}", f"{found.in_scope_accuracy:.1%} / {found.oos_recall:.1%}"]
    return "| " + " | ".join([name, *cells, f"{found.ece:.3f}", f"{found.fit_seconds:.0f} s", f"{found.ms_per_question:.1f}"]) + " |"


def main(corpus: str) -> None:
    embedder = Embedder(Settings())
    print("| labels | accuracy | AUROC | accuracy at 70 % recall | working point: accuracy / recall | ECE | fitted in | ms a question |")
    print("| --- |" + " --- |" * 7, flush=True)
    shown = {label: measure(Path(corpus), label, embedder) for label in LABELS}
    for label, found in shown.items():
        print(line(f"{len(found.labels)} {label}s", found))
    print(line("150 intents, no out-of-scope rows to learn from", measure(Path(corpus), "intent", embedder, taught=False)))
    print("\n| recall out of scope |" + " | ".join(f"≥ {wanted:.0%}" for wanted in RECALLS) + " |\n| --- |" + " --- |" * len(RECALLS))
    for label, found in shown.items():
        best = [max(point["in_scope_accuracy"] or 0.0 for point in found.curve if (point["oos_recall"] or 0.0) >= wanted) for wanted in RECALLS]
        print(f"| accuracy, {label}s | " + " | ".join(f"{value:.1%}" for value in best) + " |")


if __name__ == "__main__":
    main(*sys.argv[1:])
