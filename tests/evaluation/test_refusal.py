"""Thresholds are fitted on cases whose rates can be counted by eye."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from assistant.answering.route import HEARD
from assistant.answering.support import FILE, Calibration, Thresholds, Weights, likely, read_calibration, write_calibration
from assistant.domain import Domain
from assistant.domain_files import DomainSpec, Refusal, Routing
from assistant.errors import EvaluationError, SettingsError
from assistant.evaluation.refusal import SIGNALS, Point, cross_validated, curve, fit, report, supports
from assistant.evaluation.refusal_cases import Case, cases
from assistant.records import Route

BARE = Calibration(weights=Weights(intercept=0.0, signals={}), thresholds=Thresholds(route=0.3, retrieval=0.2, support=0.5), sure_support=0.9)


def case(refuse: bool, strength: float, domain: str = "legal", routed: str | None = "legal", probability: float = 0.9, known: float = 1.0) -> Case:
    signals = dict.fromkeys(SIGNALS, strength) | {"known": known}
    return Case(f"{refuse}{strength}", domain, "en", refuse, routed, probability, (signals,) if routed else (), signals)


def told_apart(n: int = 40, noise: float = 0.15) -> list[Case]:
    """Questions to answer with strong signals, questions to refuse with weak ones."""
    draw = Random(1)
    return [case(refuse, min(1.0, max(0.0, (0.3 if refuse else 0.7) + draw.gauss(0, noise)))) for refuse in (True, False) for _ in range(n)]


def test_the_curve_counts_both_errors_at_each_threshold() -> None:
    found = [case(True, 0), case(True, 0), case(False, 0), case(False, 0)]
    points = curve(found, [0.2, 0.6, 0.4, 0.9])
    assert points[0] == Point(0.0, 1.0, 0.0)
    assert points[30] == Point(0.3, 0.5, 0.0)
    assert points[50] == Point(0.5, 0.5, 0.5)
    assert points[100] == Point(1.0, 0.0, 1.0)


def test_what_route_or_retrieval_refuses_stays_refused_at_every_threshold() -> None:
    found = [case(False, 1, routed=None), case(False, 1, probability=0.1), case(False, 1, known=0.0), case(False, 1)]
    assert [point.false_refusals for point in curve(found, [1.0] * 4, BARE.thresholds)[:100]] == [0.75] * 100
    figures = report(found, BARE, measured=[1.0] * 4)["pooled"]
    assert (figures["false_refusals"]["hits"], figures["false_refusals"]["n"]) == (3, 4)
    assert figures["refused_by"] == {
        "route": {"to_refuse": 0, "to_answer": 2},
        "retrieval": {"to_refuse": 0, "to_answer": 1},
        "support": {"to_refuse": 0, "to_answer": 0},
    }


def test_a_fit_tells_apart_what_the_signals_tell_apart() -> None:
    found = told_apart()
    calibration = fit(found)
    figures = report(found, calibration, measured=cross_validated(found))["pooled"]
    assert figures["false_answers"]["share"] < 0.2
    assert figures["false_refusals"]["share"] < 0.2
    assert figures["auroc"] > 0.9
    assert calibration.sure_support >= calibration.thresholds.support
    assert calibration.fitted_on.startswith("80 dev questions (40 to refuse)")


def test_noise_is_not_fitted_where_it_is_measured() -> None:
    draw = Random(2)
    noise = [Case(str(i), "legal", "en", i % 2 == 0, "legal", 0.9, (signals,), signals) for i in range(60) if (signals := {name: draw.random() for name in SIGNALS})]
    held_out = report(noise, fit(noise), measured=cross_validated(noise))["pooled"]["auroc"]
    seen = report(noise, fit(noise))["pooled"]["auroc"]
    assert held_out < 0.65 < seen


def test_a_wish_for_few_false_answers_costs_false_refusals() -> None:
    found = told_apart(noise=0.25)
    values = cross_validated(found)
    careful, usual = fit(found, most_false_answers=0.02), fit(found)
    assert careful.thresholds.support > usual.thresholds.support
    assert report(found, careful, measured=values)["pooled"]["false_answers"]["share"] < report(found, usual, measured=values)["pooled"]["false_answers"]["share"]


def test_a_domain_with_few_questions_keeps_near_the_threshold_of_all() -> None:
    found = [*told_apart(), *(case(refuse, 0.9 if refuse else 1.0, "hr", "hr") for refuse in (True, False) for _ in range(3))]
    calibration = fit(found)
    assert calibration.domains["hr"].support > calibration.thresholds.support
    assert calibration.domains["hr"].support - calibration.thresholds.support < 0.1


def test_a_follow_up_counts_by_the_better_of_its_two_ways() -> None:
    weak, strong = (dict.fromkeys(SIGNALS, value) for value in (0.1, 0.9))
    found = [Case("a", "legal", "en", False, "legal", 0.9, (weak, strong), strong)]
    weighed = BARE.model_copy(update={"weights": Weights(intercept=0.0, signals={"match": 1.0})})
    assert supports(found, weighed) == [weighed.support(strong)]


def test_too_few_questions_are_told() -> None:
    with pytest.raises(EvaluationError, match=r"9 dev questions to answer and 12 to refuse are too few .* at least 10 of each"):
        fit([*(case(False, 1) for _ in range(9)), *(case(True, 0) for _ in range(12))])


def test_a_written_calibration_is_read_again_and_the_domains_own_word_wins(tmp_path: Path) -> None:
    fitted = fit(told_apart())
    write_calibration(fitted, tmp_path / ".assistant" / FILE)
    assert read_calibration(tmp_path / ".assistant") == fitted
    assert [path.name for path in (tmp_path / ".assistant").iterdir()] == [FILE]
    own = DomainSpec(name="legal", refusal=Refusal(support=0.9))
    assert fitted.thresholds_of(own) == fitted.domains["legal"].model_copy(update={"support": 0.9})
    assert fitted.thresholds_of(DomainSpec(name="new_domain")) == fitted.thresholds


def test_a_calibration_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(SettingsError, match=r"calibration\.json cannot be written"):
        write_calibration(BARE, tmp_path / "state" / FILE)


def test_the_packages_own_calibration_weighs_the_signals_there_are(tmp_path: Path) -> None:
    calibration = read_calibration(tmp_path)
    assert set(calibration.weights.signals) == set(SIGNALS)
    assert 0 < calibration.thresholds.support < calibration.sure_support < 1


QUESTIONS = [
    {"id": "a", "split": "dev", "language": "en", "question": "When does the Rowan Court library close on Friday?", "facts": ["18:00"]},
    {"id": "b", "split": "dev", "language": "en", "question": "How do I fry an egg on a volcano?", "refuse": True},
    {"id": "c", "split": "dev", "language": "en", "question": "and on Saturday, when does it shut?", "history": [{"role": "user", "content": "When does the library close on Friday?"}], "facts": ["13:00"]},
    {"id": "d", "split": "test", "language": "en", "question": "Is the library open on Saturday?", "facts": ["13:00"]},
]  # fmt: skip


def test_cases_go_the_products_way_without_generating(travel: Callable[..., object]) -> None:
    from assistant.answering.flow import open_assistant

    made = travel.write(  # type: ignore[attr-defined]
        {
            "plugins/travel/questions.jsonl": "\n".join(json.dumps(row) for row in QUESTIONS),
            "plugins/travel/documents/library.md": "# Library\n\nThe Rowan Court library closes at 18:00 on Friday and at 13:00 on Saturday.\n",
        }
    )
    assistant = open_assistant(made.workspace)
    try:
        found = {one.id: one for one in cases(assistant, "dev")}
        tested = cases(assistant, "test")
    finally:
        assistant.close()
    assert set(found) == {"a", "b", "c"}
    assert [one.id for one in tested] == ["d"]
    assert set(found["a"].own) == set(SIGNALS)
    assert found["a"].own["match"] > found["b"].own["match"]
    assert (found["b"].refuse, found["a"].domain) == (True, "travel")


def test_an_unlikely_domain_is_left_and_the_domains_own_threshold_decides() -> None:
    route = Route("legal", (("legal", 0.25), ("hr", 0.2)), "legal 0.25")
    heard = Routing(examples=[f"clause {number}" for number in range(HEARD)])
    domains = {least: {"legal": Domain(Path("none"), DomainSpec(name="legal", routing=heard, refusal=Refusal(route=least)))} for least in (None, 0.2)}
    assert likely(route, BARE, domains[None]).domain is None
    assert likely(route, BARE, domains[0.2]) is route
    assert likely(Route(None, ()), BARE, {}).domain is None
