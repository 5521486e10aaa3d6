"""``assistant evaluate``: what a domain's assistant is worth, rung by rung, and what it gets wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.answering.flow import Assistant
    from assistant.evaluation.results import Evaluation
    from assistant.records import AdapterVersion
    from assistant.settings import Workspace

USUAL = ("rag", "rag+lora")


def run(
    domain: Annotated[str | None, typer.Argument(help="The domain whose questions are asked.")] = None,
    ladder: Annotated[bool, typer.Option("--ladder", help="All five rungs: plain, few-shot, rag, lora, rag+lora.")] = False,
    rung: Annotated[list[str] | None, typer.Option(help="Only this rung; may be repeated.")] = None,
    split: Annotated[str, typer.Option(help="test for figures, dev while you improve, all for both.")] = "test",
    against: Annotated[str | None, typer.Option(help="Compare the live adapter with this version, such as legal@2.")] = None,
    base: Annotated[str | None, typer.Option(help="Another base model than the one in assistant.toml.")] = None,
    target: Annotated[float | None, typer.Option(help="Share of facts that is enough, such as 0.7: names the cheapest rung that reaches it.")] = None,
    gpu: Annotated[str, typer.Option(help="none: leave out what only a GPU could train.")] = "",
    judge: Annotated[list[str] | None, typer.Option(help="http://HOST/v1#MODEL or base; may be repeated.")] = None,
    max_cost: Annotated[float | None, typer.Option(help="Most that judges may cost, in the prices' currency.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens that judges may use.")] = None,
    prices: Annotated[Path | None, typer.Option(help="TOML file with prices of judges per million tokens.")] = None,
    rate: Annotated[bool, typer.Option("--rate", help="Choose between pairs of answers blind, in the terminal; it enters the verdict.")] = False,
    compare: Annotated[tuple[str, str] | None, typer.Option(help="Two earlier evaluations, by id or folder.")] = None,
    fail_under: Annotated[str | None, typer.Option(help="Exit 1 below it, such as facts=0.9,rag:format=0.5.")] = None,
    routing: Annotated[bool, typer.Option("--routing", help="Measure routing instead: of the installed domains, or of --fit and --data.")] = False,
    fit: Annotated[Path | None, typer.Option(help="With --routing: JSONL rows of text and label to learn, label oos for out of scope.")] = None,
    data: Annotated[Path | None, typer.Option(help="With --routing: JSONL rows of text and label to measure on.")] = None,
    refusal: Annotated[bool, typer.Option("--refusal", help="Fit the thresholds of refusing on dev questions, report them on test, and use them.")] = False,
    to: Annotated[Path | None, typer.Option(help="Folder for the report, instead of .assistant/evaluation/DOMAIN/ID (with --routing and --refusal: .assistant/measured).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Figures for programs, on standard output.")] = False,
) -> None:
    """Measure a domain on its own questions: facts, format, citations, refusals, with intervals and a verdict in words."""
    from assistant.cli.evaluate_routing import measure_refusal, measure_routing
    from assistant.errors import EvaluationError

    if compare:
        _compare(*compare, as_json)
    elif routing or fit or data:
        measure_routing(fit, data, split, to, as_json)
    elif refusal:
        measure_refusal(to, as_json)
    elif domain is None:
        raise EvaluationError("which domain? give one, such as: assistant evaluate legal --ladder; or --routing, --refusal, --compare RUN RUN")
    else:
        wanted = tuple(rung or ()) or (None if ladder else USUAL)
        options = {"split": split, "target": _share(target), "gpu": gpu}
        judging = {"names": judge or [], "max_cost": max_cost, "max_tokens": max_tokens, "prices": prices}
        _evaluate(domain, wanted, options, judging, against, base, rate, fail_under, to, as_json)


def _share(target: float | None) -> float | None:
    from assistant.errors import EvaluationError

    if target is not None and not 0 < target <= 1:
        raise EvaluationError(f"--target is {target:g}; it is a share of facts, above 0 and at most 1, such as 0.7")
    return target


def _evaluate(
    domain: str,
    wanted: tuple[str, ...] | None,
    options: dict[str, Any],
    judging: dict[str, Any],
    against: str | None,
    base: str | None,
    rate: bool,
    fail_under: str | None,
    to: Path | None,
    as_json: bool,
) -> None:
    import json

    from assistant.cli.session import err, opened, out, print_table
    from assistant.evaluation.fail_under import fail_under as missed
    from assistant.evaluation.measured import folder_of, latest
    from assistant.evaluation.report import evaluations, write_report
    from assistant.evaluation.tables import terminal_table

    with opened(base) as assistant:
        done = _run(assistant, domain, wanted, options, judging, None)
        folder = to or evaluations(assistant.workspace, domain) / done.id
        if rate:
            _rate(assistant.workspace, done)
            done = _run(assistant, domain, wanted, options, judging, None)
        report = write_report(done, folder, latest(folder_of(assistant.workspace)))
        if against:
            older = _run(assistant, domain, ("rag+lora",), options, {**judging, "names": []}, _version(assistant, domain, against))
            write_report(older, folder.parent / older.id)
    if as_json:
        out.print(json.dumps(done.as_json(), ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    else:
        print_table(terminal_table(done))
        for line in done.verdict:
            out.print(line, markup=False)
        out.print(f"report: {report.page}", markup=False)
    if against:
        _compared(older, done, as_json)
    if fail_under and (faults := missed(done, fail_under)):
        for fault in faults:
            err.print(fault, style="red", markup=False)
        raise typer.Exit(1)


def _run(
    assistant: "Assistant", domain: str, wanted: tuple[str, ...] | None, options: dict[str, Any], judging: dict[str, Any], version: "AdapterVersion | None"
) -> "Evaluation":
    from datetime import UTC, datetime

    from assistant.cli.progress import Bar
    from assistant.errors import EvaluationError
    from assistant.evaluation.cache import Cache
    from assistant.evaluation.flow import evaluate
    from assistant.evaluation.job import Job, Watch
    from assistant.evaluation.results import RUNGS
    from assistant.history import History
    from assistant.rows.clean import learnable

    subject, cache = assistant.plugins.domain(domain), Cache(assistant.workspace.state / "evaluation" / "kept.sqlite")
    history = History(assistant.workspace.state / "history.sqlite")
    judges, spending = _judges(assistant, **judging)
    try:
        job = Job(
            assistant=assistant,
            domain=subject,
            examples=learnable(subject, 1).examples,
            cache=cache,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            wanted=wanted or RUNGS,
            version=version,
            judges=judges,
            spending=spending,
            votes=history.votes(domain),
            **options,
        )
        with Bar(domain) as bar:
            return evaluate(job, Watch(lambda progress: bar.show(progress.stage, progress.done, progress.total, progress.seconds_left)))
    except KeyboardInterrupt:
        raise EvaluationError("stopped; every answer so far is kept, and the same command goes on from there") from None
    finally:
        for judge in judges:
            judge.close()
        history.close()
        cache.close()


def _judges(assistant: "Assistant", names: list[str], max_cost: float | None, max_tokens: int | None, prices: Path | None) -> tuple[list[Any], Any]:
    from assistant.evaluation.judge_model import open_judge, parse_judge
    from assistant.evaluation.prices import PRICES, Spending, read_prices

    table = {**PRICES, **(read_prices(prices) if prices else {})}
    judges = [open_judge(parse_judge(name), lambda: assistant.engine, table) for name in names]
    for judge in judges:
        judge.check()
    return judges, Spending(max_cost, max_tokens)


def _version(assistant: "Assistant", domain: str, named: str) -> "AdapterVersion":
    from assistant.errors import AdapterError

    name, _, number = named.rpartition("@")
    if name not in ("", domain) or not number.isdigit():
        raise AdapterError(f"{named!r} is no version of {domain}; write {domain}@2; assistant adapters list {domain} shows them")
    return assistant.registry.version(domain, int(number))


def _rate(workspace: "Workspace", evaluation: "Evaluation") -> None:
    from assistant.cli.session import out, read_leniently
    from assistant.evaluation.job import opposed
    from assistant.evaluation.ratings import blind_pairs, rate
    from assistant.history import LOCAL_USER, History

    read_leniently()
    under, over = opposed(evaluation.rungs)
    history = History(workspace.state / "history.sqlite")
    try:
        pairs = blind_pairs(evaluation, under.name, over.name)
        count = rate(evaluation, pairs, history, LOCAL_USER, lambda text: input(text), lambda text: out.print(text, markup=False))
        out.print(f"{count} rated", markup=False)
    finally:
        history.close()


def _compare(one: str, two: str, as_json: bool) -> None:
    from assistant.cli.session import workspace
    from assistant.evaluation.runs import find_evaluation

    space = workspace()
    _compared(find_evaluation(space, one), find_evaluation(space, two), as_json)


def _compared(one: "Evaluation", two: "Evaluation", as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from assistant.cli.session import out, print_table
    from assistant.evaluation.runs import compare
    from assistant.evaluation.tables import comparison_table

    found = compare(one, two)
    if as_json:
        out.print(json.dumps(asdict(found), ensure_ascii=False), markup=False, soft_wrap=True)
        return
    for note in found.notes:
        out.print(note, markup=False)
    print_table(comparison_table(found))
