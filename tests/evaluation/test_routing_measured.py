"""Routing measured from end to end: on files of rows, and on the shipped domains."""

import json
import shutil
from pathlib import Path

import pytest

from assistant.domain import Domain
from assistant.domain_files import read_spec
from assistant.errors import EvaluationError
from assistant.evaluation.routing import measure_domains, measure_files
from assistant.retrieval.embed import Embedder
from assistant.settings import Settings

PLUGINS = Path(__file__).parents[2] / "plugins"
EMBEDDER = Embedder(Settings())
FIT = {
    "room": ["book the meeting room", "is the large room free", "cancel my booking of room four", "which room has a projector", "预订会议室", "会议室空着吗", "取消会议室预订"],
    "parcel": ["where is my parcel", "the parcel has not arrived", "the parcel came damaged", "send the parcel elsewhere", "包裹到哪里了", "包裹没送到", "包裹坏了"],
    "oos": ["who wrote this symphony", "how tall is the mountain", "why do cats purr", "这首曲子是谁写的", "猫为什么打呼噜"],
}
DATA = {
    "room": ["is a meeting room free on Friday", "周五会议室有人用吗"],
    "parcel": ["my parcel is late", "包裹怎么还不到"],
    "oos": ["how do bees find their hive", "蜜蜂怎么找到蜂巢"],
}
NAMES = {"accuracy", "in_scope_accuracy", "oos_recall", "auroc", "ece", "threshold", "confusion", "curve", "fit_seconds", "ms_per_question", "overlaps", "to_fix"}


def write(path: Path, rows: dict[str, list[str]]) -> Path:
    path.write_text("\n".join(json.dumps({"text": text, "label": label}, ensure_ascii=False) for label, texts in rows.items() for text in texts), "utf-8")
    return path


def no_documents(_name: str) -> list[str]:
    return []


def test_files_of_both_languages_are_measured_and_the_report_is_plain_json(tmp_path: Path) -> None:
    report = measure_files(write(tmp_path / "fit.jsonl", FIT), write(tmp_path / "data.jsonl", DATA), EMBEDDER)
    assert report.accuracy == 1
    assert report.auroc == 1
    assert report.at_recall is not None
    assert report.at_recall["in_scope_accuracy"] == 1
    assert (report.labels, report.fitted_rows, report.in_scope, report.out_of_scope) == (("parcel", "room"), 19, 4, 2)
    assert report.languages["zh"]["rows"] == 2
    assert 0 < report.ms_per_question < 1000
    found = json.loads(json.dumps(report.as_object(), allow_nan=False))
    assert found.keys() >= NAMES
    assert sum(sum(row.values()) for row in found["confusion"].values()) == 6


def test_files_without_rows_out_of_scope_have_no_recall(tmp_path: Path) -> None:
    inside = {label: texts for label, texts in FIT.items() if label != "oos"}
    report = measure_files(write(tmp_path / "fit.jsonl", inside), write(tmp_path / "data.jsonl", {"room": DATA["room"]}), EMBEDDER)
    assert (report.oos_recall, report.auroc, report.at_recall) == (None, None, None)


def test_labels_that_were_not_fitted_are_refused_before_fitting(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="labels that no row of --fit has: 'printer'"):
        measure_files(write(tmp_path / "fit.jsonl", FIT), write(tmp_path / "data.jsonl", {"printer": ["out of toner"]}), EMBEDDER)


def test_a_row_under_the_wrong_label_is_among_those_to_fix(tmp_path: Path) -> None:
    mislaid = {**FIT, "room": [*FIT["room"], "the parcel is damaged and has not arrived"]}
    report = measure_files(write(tmp_path / "fit.jsonl", mislaid), write(tmp_path / "data.jsonl", DATA), EMBEDDER)
    assert "the parcel is damaged and has not arrived" in [row["text"] for row in report.to_fix]
    assert report.overlaps[0]["labels"] == ["parcel", "room"]


@pytest.fixture(scope="module")
def domains(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Domain]:
    folder = tmp_path_factory.mktemp("plugins")
    for name in ("cloud_support", "legal"):
        shutil.copytree(PLUGINS / name, folder / name)
    return {name: Domain(folder / name, read_spec(folder / name)) for name in ("cloud_support", "legal")}


def test_the_installed_domains_are_measured_on_their_test_questions(domains: dict[str, Domain], tmp_path: Path) -> None:
    report = measure_domains(domains, EMBEDDER, tmp_path, no_documents)
    answerable = [q for domain in domains.values() for q in domain.questions if q.split == "test" and not q.refuse]
    refuse = [q for domain in domains.values() for q in domain.questions if q.split == "test" and q.refuse]
    assert (report.in_scope, report.refuse_questions["rows"]) == (len(answerable), len(refuse))
    assert report.accuracy > 0.8
    assert report.auroc is not None
    assert report.auroc > 0.85
    assert set(report.confusion) == {"cloud_support", "legal", "oos"}
    users = {text for domain in domains.values() for text in domain.spec.routing.examples}
    users |= {q.question for domain in domains.values() for q in domain.questions if q.split == "dev"}
    assert {row["text"] for row in report.to_fix} <= users


def test_domains_without_questions_of_the_split_say_what_to_do(domains: dict[str, Domain], tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no domain is installed"):
        measure_domains({}, EMBEDDER, tmp_path, no_documents)
    bare = Domain(tmp_path / "bare", domains["legal"].spec)
    with pytest.raises(EvaluationError, match=r"no test question to route; add some to questions\.jsonl"):
        measure_domains({"legal": bare}, EMBEDDER, tmp_path, no_documents)
