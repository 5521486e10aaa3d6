"""A check's report as HTML: what is wrong file by file, and which utterances collide with another domain's. Knows no components."""

from collections.abc import Sequence
from html import escape

from assistant.checking.finding import Checked, Finding, Report
from assistant.records import Language
from assistant.ui.texts import say

SHOWN = 8
MOST = 300  # of a file; the rest by `assistant check`
TONES = {"error": "bad", "warning": "warn", "note": ""}
LEVELS = {"error": "domains_error", "warning": "domains_warning", "note": "domains_note"}
COLLISION = "collision"


def report_html(report: Report, language: Language) -> str:
    """The count, collisions, then the files: those with errors first and open."""
    collisions = [finding for file in report.files for finding in file.findings if finding.kind == COLLISION]
    files = sorted((file for file in report.files if not file.raw), key=_rank)
    exports = [file for file in report.files if file.raw]
    parts = [_counted(report, language), _overlaps(collisions, language), *(_file(file, language) for file in files)]
    if exports:
        inner = "".join(_file(file, language) for file in exports)
        title = escape(say("domains_exports", language, count=len(report.raw)))
        parts.append(f"<details><summary>{title}</summary>{inner}</details>")
    return f'<div class="report">{"".join(parts)}</div>'


def _rank(file: Checked) -> int:
    levels = {finding.level for finding in file.findings}
    return 0 if "error" in levels else 1 if levels else 2


def _counted(report: Report, language: Language) -> str:
    errors, warnings = len(report.found("error")), len(report.found("warning"))
    tone = "bad" if errors else "warn" if warnings else "good"
    return f'<p><span class="badge {tone}">{escape(say("domains_counted", language, errors=errors, warnings=warnings))}</span></p>'


def _overlaps(collisions: Sequence[Finding], language: Language) -> str:
    if not collisions:
        return f'<p class="quiet">{escape(say("domains_no_overlap", language))}</p>'
    title = escape(say("domains_overlap", language, count=len(collisions)))
    return f"<h3>{title}</h3>{_lines(collisions, language)}"


def _file(file: Checked, language: Language) -> str:
    findings = [finding for finding in file.findings if finding.kind != COLLISION]
    errors = sum(finding.level == "error" for finding in findings)
    tone, count = ("bad", errors) if errors else ("warn", len(findings)) if findings else ("good", 0)
    badge = f'<span class="badge {tone}">{count or "✓"}</span>'
    head = f'<summary>{badge} <strong>{escape(file.file)}</strong> <span class="quiet" lang="en">{escape(file.summary)}</span></summary>'
    all_lines = [*sorted(findings, key=lambda finding: finding.level != "error"), *file.notes]
    body = _lines(all_lines, language) if all_lines else ""
    return f"<details{' open' if errors else ''}>{head}{body}</details>" if body else f'<div class="sound">{head.replace("summary>", "div>")}</div>'


def _lines(findings: Sequence[Finding], language: Language) -> str:
    """The first few, and the others behind a line to open."""
    first, others = findings[:SHOWN], findings[SHOWN:MOST]
    more = f"<details><summary>{escape(say('domains_more', language, count=len(findings) - SHOWN))}</summary>{_list(others, language)}</details>" if others else ""
    return _list(first, language) + more


def _list(findings: Sequence[Finding], language: Language) -> str:
    items = "".join(
        f'<li><span class="badge {TONES[finding.level]}">{escape(say(LEVELS[finding.level], language))}</span> '
        f'<span lang="en"><code>{escape(finding.place)}</code> {escape(finding.text)}</span></li>'
        for finding in findings
    )
    return f"<ul>{items}</ul>"
