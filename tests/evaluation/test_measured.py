"""``assistant evaluate --routing`` and ``--refusal`` on real domains: what the terminal, the JSON and the page say, and that a domain's report shows the latest."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from by_hand import library

from assistant.errors import EvaluationError
from assistant.evaluation.measured import KINDS, folder_of, latest, refusal_table, routing_table, tables, write_measured
from assistant.evaluation.report import as_html
from assistant.settings import Workspace

GARDEN = "# Garden\n\nThe garden opens at {open}:00. A plot costs {cost} yuan a year. Water is shut off in month {month}. Tools are lent for {days} days.\n"
ASKED = [
    "When does the {} open?", "What does a plot in the {} cost?", "In which month is the water of the {} shut off?", "For how many days are {} tools lent?",
    "What is the yearly cost of a {} plot?", "At what hour does the {} open?",
]  # fmt: skip
UNKNOWN = [
    "Who painted the fence of the {}?", "How many roses grow in the {}?", "What is the telephone number of the {} warden?", "Is there a bus to the {}?",
    "Which paint is used on the {} shed?", "Who won the {} lottery?",
]  # fmt: skip
FACTS = ["7:00", "90 yuan", "11", "5 days", "90 yuan", "7:00"]


def domain(name: str, noun: str) -> dict[str, str]:
    """A domain about one thing, half of whose questions its document answers."""
    rows = [
        {"id": f"{split}-{kind}-{at}", "split": split, "language": "en", "question": asked.format(noun) + (" Please tell me." if split == "test" else ""), **told}
        for split in ("dev", "test")
        for kind, texts in (("a", ASKED), ("r", UNKNOWN))
        for at, asked in enumerate(texts)
        for told in [{"refuse": True} if kind == "r" else {"facts": [FACTS[at]]}]
    ]
    listed = json.dumps([f"the {noun} opens late", f"a plot in the {noun}", f"tools of the {noun}"])
    return {
        f"plugins/{name}/domain.toml": f'name = "{name}"\nlanguages = ["en"]\n[title]\nen = "{noun.title()}"\n[routing]\nexamples = {listed}\n',
        f"plugins/{name}/documents/{name}.md": GARDEN.replace("arden", noun[1:]).format(open=7, cost=90, month=11, days=5),
        f"plugins/{name}/questions.jsonl": "\n".join(map(json.dumps, rows)),
    }


@pytest.fixture
def gardens(workspace: Callable[..., object]) -> object:
    return workspace({**domain("garden", "garden"), **domain("harbour", "harbour")})


def alone(page: str) -> None:
    """The page has its picture inside and asks no host for anything."""
    assert len(re.findall(r'src="data:image/png;base64,[A-Za-z0-9+/=]{400,}"', page)) == 1
    assert not re.search(r'(?:src|href)="(?!data:)', page)


def test_routing_says_its_figures_in_the_terminal_as_json_and_on_a_page(gardens: object) -> None:
    shown = gardens.run("evaluate", "--routing")
    assert shown.code == 0
    folder = gardens.root / ".assistant/measured"
    kept = json.loads((folder / "routing.json").read_text("utf-8"))
    assert (kept["in_scope"], kept["labels"]) == (12, ["garden", "harbour"])
    for said in ("accuracy, nothing refused", "of 12", "AUROC", "expected calibration error", "sent to", str(folder / "routing.html")):
        assert said in shown.out
    page = (folder / "routing.html").read_text("utf-8")
    alone(page)
    for name, (value,) in routing_table(kept).rows:
        assert name in page and value in page and value in shown.out
    assert all(f'<th scope="row">{label}</th>' in page for label in kept["confusion"])


@pytest.mark.slow
def test_refusal_says_its_figures_sets_the_thresholds_and_draws_the_curve(gardens: object) -> None:
    shown = gardens.run("evaluate", "--refusal")
    assert shown.code == 0
    folder = gardens.root / ".assistant/measured"
    kept = json.loads((folder / "refusal.json").read_text("utf-8"))
    assert (kept["pooled"]["false_answers"]["n"], kept["pooled"]["false_refusals"]["n"]) == (12, 12)
    assert kept["chosen"]["false_refusals"] == pytest.approx(kept["pooled"]["false_refusals"]["share"])
    assert kept["chosen"]["false_answers"] == pytest.approx(kept["pooled"]["false_answers"]["share"])
    calibration = json.loads((gardens.root / ".assistant/calibration.json").read_text("utf-8"))
    assert calibration["thresholds"]["support"] == kept["thresholds"]["pooled"]["support"]
    page = (folder / "refusal.html").read_text("utf-8")
    alone(page)
    rows = refusal_table(kept).rows
    assert {name for name, _ in rows} == {"garden", "harbour", "pooled"}
    for name, values in rows:
        assert name in shown.out and all(value in shown.out and value in page for value in values)


def test_rows_of_files_are_printed_as_json_and_have_a_page_only_where_one_is_asked_for(workspace: Callable[..., object]) -> None:
    rows = [{"text": f"{verb} the {noun} {when}", "label": noun} for verb in ("book", "cancel", "move") for noun in ("room", "parcel") for when in ("now", "later")]
    made = workspace({"rows.jsonl": "\n".join(map(json.dumps, rows))})
    words = ("evaluate", "--routing", "--fit", str(made.root / "rows.jsonl"), "--data", str(made.root / "rows.jsonl"), "--json")
    told = json.loads(made.run(*words).out)
    assert (told["accuracy"], told["in_scope"]) == (1.0, 12)
    assert not (made.root / ".assistant/measured").exists()
    assert made.run(*words, "--to", str(made.root / "elsewhere")).code == 0
    assert (made.root / "elsewhere/routing.png").read_bytes().startswith(b"\x89PNG")
    alone((made.root / "elsewhere/routing.html").read_text("utf-8"))


def test_a_domains_report_shows_the_latest_of_both(travel: object) -> None:
    assert travel.run("evaluate", "travel", "--rung", "rag").code == 0
    for kind, found in (("routing", ROUTED), ("refusal", REFUSED)):
        write_measured(kind, found, folder_of(travel.workspace), "2026-01-02")
    assert travel.run("evaluate", "travel", "--rung", "rag", "--split", "dev").code == 0
    before, after = sorted((travel.root / ".assistant/evaluation/travel").glob("*/report.html"), key=lambda path: path.stat().st_mtime)
    assert "Routing and refusing" not in before.read_text("utf-8")
    page = after.read_text("utf-8")
    for said in ("Routing and refusing", "Confusion matrix of the routing", "False answers against false refusals", "threshold of support", "1/4 = 25.0 %"):
        assert said in page
    assert (after.parent / "routing.png").exists() and (after.parent / "refusal.png").exists()


ROUTED = {
    "measured": "test questions", "labels": ["a", "b"], "accuracy": 0.75, "accuracy_interval": [0.4, 0.9], "in_scope": 4, "out_of_scope": 0, "oos_recall": None,
    "confusion": {"a": {"a": 2}, "b": {"a": 1, "b": 1}}, "overlaps": [{"labels": ["a", "<b>"], "rows": 1, "share": 0.25}],
    "to_fix": [{"text": "<script>x</script>", "label": "b", "taken_for": "a", "probability": 0.9}],
}  # fmt: skip

SHARE = {"hits": 1, "n": 4, "share": 0.25, "interval": [0.05, 0.7]}
REFUSED = {
    "thresholds": {"pooled": {"support": 0.4}}, "pooled": {"false_answers": SHARE, "false_refusals": {**SHARE, "n": 0}},
    "curve": [{"threshold": at / 10, "false_answers": 1 - at / 10, "false_refusals": at / 10} for at in range(11)],
    "chosen": {"threshold": 0.4, "false_answers": 0.25, "false_refusals": 0.0},
}  # fmt: skip


def test_what_was_not_measured_has_no_row_and_texts_stay_texts(tmp_path: Path) -> None:
    names = [name for name, _ in routing_table(ROUTED).rows]
    assert names == ["accuracy, nothing refused"]
    page = write_measured("routing", ROUTED, tmp_path, "2026-01-02T03:04:05").read_text("utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page and "2026-01-02 03:04" in page
    many = {**ROUTED, "labels": [f"intent {at}" for at in range(60)], "confusion": [[int(row == column) for column in range(60)] for row in range(60)]}
    assert len(tables({"routing": many})["routing"]) == 1  # no room for 60 columns


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    for kind, text in zip(KINDS, ('{"accuracy_interval": 3}', "no json"), strict=True):
        (tmp_path / f"{kind}.json").write_text(text)
    return tmp_path


def test_damaged_or_missing_figures_leave_the_report_without_them(damaged: Path) -> None:
    assert latest(damaged) == latest(damaged / "none") == {}
    assert "Routing and refusing" not in as_html(replace(library(), losses=()), latest(damaged))
    write_measured("routing", ROUTED, damaged, "2026-01-02")
    assert latest(damaged)["routing"]["accuracy"] == 0.75


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match="--to"):
        write_measured("routing", ROUTED, tmp_path / "file", "2026-01-02")
    assert folder_of(Workspace(tmp_path)) == tmp_path / ".assistant/measured"
