"""Fits assistant/answering/calibration.json on the dev questions of the workspace's domains. Reads no test question."""

import json
from pathlib import Path
from typing import Any

from assistant.answering import support
from assistant.answering.rewrite import rewrite
from assistant.plugins import load_plugins
from assistant.records import Turn
from assistant.retrieval.flow import Fit, open_knowledge
from assistant.settings import find_workspace

SIGNALS = {
    "dense": ["sentence", "passage", "known", "sentence_similarity", "passage_similarity"],
    "lexical": ["sentence", "passage", "known"],
}
STRENGTH = 0.3
LEAST, SURE = 0.4, 0.55


def rows() -> list[tuple[str, dict[str, float], bool]]:
    """(which weights, signals, answerable) of every dev question that is no draft."""
    space = find_workspace()
    plugins = load_plugins(space)
    knowledge = open_knowledge(space, plugins)
    found = []
    for domain in plugins.domains.values():
        knowledge.index(domain)
        for question in domain.questions:
            if question.split == "dev" and question.kind == "answer":
                asked = rewrite(question.question, [Turn(t.role, t.content) for t in question.history])
                passages = knowledge.search(domain, asked)
                evidence = knowledge.evidence(domain, asked, passages, Fit(8, 400, lambda text: len(text) // 3))
                signals = knowledge.signals(domain, asked, passages, evidence)
                found.append(("dense" if signals["passage_similarity"] > 0 else "lexical", signals, not question.refuse))
    knowledge.close()
    return found


def fit(found: list[tuple[dict[str, float], bool]], names: list[str]) -> tuple[dict[str, Any], list[tuple[float, bool]]]:
    """Weights on the raw signals, and each row's cross-validated probability."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = np.array([[signals[name] for name in names] for signals, _ in found])
    y = np.array([answerable for _, answerable in found])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, class_weight="balanced"))
    held_out = cross_val_predict(model, x, y, cv=StratifiedKFold(10, shuffle=True, random_state=0), method="predict_proba")[:, 1]
    model.fit(x, y)
    scale, line = model[0], model[-1]
    weights = line.coef_[0] / scale.scale_
    intercept = float(line.intercept_[0] - (weights * scale.mean_).sum())
    return {"intercept": round(intercept, 3), "signals": dict(zip(names, weights.round(3).tolist(), strict=True))}, list(zip(held_out, y, strict=True))


def main() -> None:
    found = rows()
    result: dict[str, Any] = {"least_support": LEAST, "sure_support": SURE, "fitted_on": f"{len(found)} dev questions of the shipped domains"}
    for kind, names in SIGNALS.items():
        result[kind], held_out = fit([(signals, good) for which, signals, good in found if which == kind], names)
        for least in (0.3, 0.4, 0.5, 0.6):
            false_answers = sum(p >= least and not good for p, good in held_out)
            false_refusals = sum(p < least and good for p, good in held_out)
            print(f"{kind} {least}: false answers {false_answers}/{sum(not g for _, g in held_out)}, false refusals {false_refusals}/{sum(g for _, g in held_out)}")
    path = Path(support.__file__).with_name(support.FILE)
    path.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
