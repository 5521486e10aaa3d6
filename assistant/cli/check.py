"""``assistant check``: every fault of a domain's files at once."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.table import Table

    from assistant.checking.finding import Checked, Report
    from assistant.plugins import Fault, Plugins
    from assistant.settings import Workspace

STYLES = {"error": "red", "warning": "yellow", "ok": "green", "note": "dim"}
UNWRAPPED = 240
SHOWN = 20
FORMAT = 1


def run(
    domain: Annotated[str | None, typer.Argument(help="One domain; without it all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with every finding.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Write cleaned examples beside the files that need it, as FILE.cleaned.jsonl.")] = False,
) -> None:
    """Say what is wrong in a domain's files: all faults at once, each with file, row and remedy. Exit status 1 if there are errors."""
    import json
    import sys

    from assistant.checking.flow import check_domain
    from assistant.cli.session import err, out, workspace
    from assistant.plugins import load_plugins

    space = workspace()
    plugins = load_plugins(space)
    folders = _folders(space, plugins)
    reports = []
    for folder in _chosen(folders, domain):
        with err.status(f"{folder.name} …"):
            reports.append(check_domain(space, plugins, folder, fix))
    others = [] if domain else [fault for fault in plugins.faults if fault.plugin not in folders]
    if as_json:
        sys.stdout.write(json.dumps(as_object(reports, others), ensure_ascii=False) + "\n")
    else:
        for report in reports:
            _show(report)
        for fault in others:
            out.print(f"error: installed plugin {fault}", style="red", markup=False)
    if others or any(report.found("error") for report in reports):
        raise typer.Exit(1)


def _folders(space: "Workspace", plugins: "Plugins") -> "dict[str, Path]":
    """Every domain folder by name: those of plugins/, sound or not, and those that installed packages bring."""
    there = sorted(space.plugins.iterdir()) if space.plugins.is_dir() else []
    own = {folder.name: folder for folder in there if folder.is_dir() and not folder.name.startswith((".", "_"))}
    return {**{name: domain.folder for name, domain in plugins.domains.items()}, **own}


def _chosen(folders: "dict[str, Path]", domain: str | None) -> "list[Path]":
    from assistant.errors import DomainError, UnknownDomain

    if not folders:
        raise DomainError("there is no domain to check; make one with: assistant new NAME")
    if domain is None:
        return [folders[name] for name in sorted(folders)]
    if domain not in folders:
        raise UnknownDomain(domain, folders)
    return [folders[domain]]


def as_object(reports: "list[Report]", others: "list[Fault]") -> dict[str, Any]:
    """The JSON form that other programs rely on; docs/checking.md describes it."""
    from dataclasses import asdict

    return {
        "format": FORMAT,
        "errors": sum(len(report.found("error")) for report in reports) + len(others),
        "warnings": sum(len(report.found("warning")) for report in reports),
        "raw_findings": sum(len(report.raw) for report in reports),
        "plugins": [asdict(fault) for fault in others],
        "domains": [
            {"name": report.domain, "folder": str(report.folder), "files": [asdict(file) for file in report.files], "fixed": list(report.fixed)}
            for report in reports
        ],
    }


def _show(report: "Report") -> None:
    from rich.console import Console

    from assistant.cli.session import out

    wide = out if out.is_terminal else Console(width=UNWRAPPED)
    out.print(f"\n{report.domain}", style="bold", markup=False)
    wide.print(_table([file for file in report.files if not file.raw]))
    exports = [file for file in report.files if file.raw]
    if exports:
        out.print(f"\n{report.domain}, {exports[0].summary}", style="bold", markup=False)
        wide.print(_table(exports[1:]))
    for line in report.fixed:
        out.print(line, style="cyan", markup=False)
    errors, warnings = len(report.found("error")), len(report.found("warning"))
    words = "no errors" if not errors else f"{errors} error{'s' if errors > 1 else ''}"
    said = f"{report.domain}: {words}, {warnings or 'no'} warning{'s' if warnings != 1 else ''}"
    said += f"; {len(report.raw)} findings in raw exports" if exports else ""
    out.print(said, style="red" if errors else "green", markup=False)


def _table(files: "list[Checked]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", min_width=18)
    table.add_column(overflow="fold")
    for file in files:
        if file.raw or not any(finding.level == "error" for finding in file.findings):
            table.add_row(Text("raw" if file.raw else "ok", style=STYLES["ok"]), Text(file.file), Text(file.summary, style="dim"))
        for level, place, text in _lines(file):
            table.add_row(Text(level, style=STYLES[level]), Text(place), Text(text, style="dim" if level == "note" else ""))
    return table


def _lines(file: "Checked") -> "Iterator[tuple[str, str, str]]":
    """Level, place and text of each finding; of many alike the first, with their number. Notes on rows are counted, and listed with --json."""
    from collections import Counter

    met: Counter[str] = Counter()
    for finding in file.findings:
        met[finding.kind] += 1
        if not finding.kind or met[finding.kind] <= SHOWN:
            yield finding.level, finding.place, finding.text
    for kind, number in met.items():
        if kind and number > SHOWN:
            yield "warning", file.file, f"… and {number - SHOWN:,} more findings of the kind {kind!r}; all of them with --json"
    alike = Counter(note.kind for note in file.notes if note.line or note.row)
    for note in file.notes:
        number = alike.pop(note.kind, 0)
        if number:
            yield note.level, file.file, f"{number} row{'s' if number > 1 else ''}, such as {note.place.removeprefix(file.file).lstrip(' :')}: {note.text}"
        elif not (note.line or note.row):
            yield note.level, note.place, note.text
