"""Step 4: what came of a training: the diagnosis in words, the gate's table, why it would or would not go live. Reads the version's card."""

from html import escape
from typing import Any

import gradio as gr

from assistant.domain import Domain
from assistant.records import AdapterVersion, Language
from assistant.registry import card_value
from assistant.training.promote import judged, objections, unproved
from assistant.training.runs import Run
from assistant.ui.page.site import Site
from assistant.ui.quality.ladder import score_name
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import told_all
from assistant.ui.train.curve import curve
from assistant.ui.train.faults import fault_list
from assistant.ui.train.pieces import badge, facts, items, notice, quiet

FINDINGS = {
    "better": ("train_better", "good"), "worse": ("train_worse", "bad"), "no worse": ("train_no_worse", ""), "not sure": ("train_not_sure", "warn"),
    "shown only": ("train_shown_only", ""),
}  # fmt: skip
SCORES = {"answered": "train_score_answered", "right_refusals": "train_score_refusals", "others": "train_score_others"}
"""What only the gate asks; the others are named as in the Quality tab."""
BASE = "the bare base"


class OutcomeStep:
    """``version`` names the version that this step and the next are about."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def build(self) -> list[Worded]:
        head = gr.HTML(js_on_load=None)
        self.version = gr.Dropdown([], label=say("train_version", "en"), elem_id="train-version", filterable=False, visible=False)
        self.told = gr.HTML(js_on_load=None, elem_id="train-outcome")
        self.outputs = [self.version, self.told]
        return [
            Worded(head, lambda language: f"<h2>{say('train_outcome', language)}</h2>{quiet(say('train_outcome_note', language))}"),
            Worded(self.version, lambda language: gr.update(label=say("train_version", language))),
        ]

    def show(self, versions: list[AdapterVersion], live: AdapterVersion | None, chosen: AdapterVersion | None, domain: Domain | None, language: Language) -> list[Any]:
        names = [(_named(version, live, language), str(version.number)) for version in reversed(versions)]
        choice = gr.update(choices=names, value=str(chosen.number) if chosen else None, visible=bool(names))
        if chosen is None or domain is None:
            return [choice, quiet(say("train_no_version", language))]
        return [choice, self.html(chosen, domain, language)]

    def html(self, version: AdapterVersion, domain: Domain, language: Language) -> str:
        return "".join((self._made(version, domain, language), diagnosis(version, language), verdict(version, language), gate_table(version, language)))

    def _made(self, version: AdapterVersion, domain: Domain, language: Language) -> str:
        """Time, rows and losses, with the curve where the run is here."""
        losses, held = (card_value(version.card, name) or {} for name in ("losses", "held_out"))
        took = card_value(version.card, "estimate", "words")
        rows = [
            (say("train_rows_built", language), str(card_value(version.card, "rows", "train") or "")),
            (say("train_took", language), str(took or "")),
            (say("train_loss", language), f"{losses['first']:.3f} → {losses['last']:.3f}" if _numbers(losses, "first", "last") else ""),
            (say("train_held_out", language), ", ".join(f"{_side(name, language)} {loss:.3f}" for name, loss in held.items() if isinstance(loss, int | float))),
        ]
        run = Run(self.site.workspace.state / "runs" / domain.name / str(card_value(version.card, "run") or "-"))
        logged = run.losses()
        points = [[(line["step"], line[key]) for line in logged if key in line] for key in ("loss", "eval_loss")]
        picture = curve([(int(step), loss) for step, loss in points[0]], [(int(step), loss) for step, loss in points[1]], 0, language)
        return facts((name, value) for name, value in rows if value) + picture


def diagnosis(version: AdapterVersion, language: Language) -> str:
    """What the diagnosis found in the attempt that became this version."""
    attempts = card_value(version.card, "attempts")
    run = card_value(version.card, "run")
    found = next((one.get("faults") or [] for one in attempts if isinstance(one, dict) and one.get("run") == run), None) if isinstance(attempts, list) else None
    title = f"<h3>{escape(say('train_diagnosis', language))}</h3>"
    if found is None:
        return title + quiet(say("train_not_diagnosed", language))
    return title + (fault_list(found, language) or notice(say("train_healthy", language), "good"))


def verdict(version: AdapterVersion, language: Language) -> str:
    """Whether the gate would put it live, with its reasons and what it could not tell."""
    title = f"<h3>{escape(say('train_gate', language))}</h3>"
    known = judged(version)
    if failed := unproved(version):
        return title + notice(say("train_unproved", language, why=failed), "bad")
    if "live" not in known:
        return title + quiet(say("train_not_judged", language))
    against = objections(version)
    words = notice(say("train_gate_no" if against else "train_gate_yes", language), "bad" if against else "good")
    warnings = told_all(known, "warnings", language)
    unsure = f"<p>{escape(say('train_warnings', language))}</p>{items(warnings)}" if warnings else ""
    return title + words + items(told_all(known, "reasons", language)) + unsure


def gate_table(version: AdapterVersion, language: Language) -> str:
    """Every score before and after with its interval and what the gate finds of it."""
    gate = card_value(version.card, "gate")
    scores = gate.get("scores") if isinstance(gate, dict) else None
    if not isinstance(scores, dict) or not scores:
        return ""
    keys = ("train_score", "train_before", "train_after", "train_difference", "train_interval", "train_questions", "train_finding")
    head = "".join(f'<th scope="col">{escape(say(key, language))}</th>' for key in keys)
    body = "".join(_row(name, values, language) for name, values in scores.items() if _numbers(values, "before", "after", "points", "low", "high"))
    caption = escape(say("train_gate_caption", language, against=_side(str(gate.get("against")), language), count=gate.get("questions", 0)))
    return f'<div class="table" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(name: str, values: dict[str, Any], language: Language) -> str:
    title = say(SCORES[name], language) if name in SCORES else score_name(name, language)
    key, tone = FINDINGS.get(str(values.get("finding")), ("train_shown_only", ""))
    numbers = (
        f"{100 * values['before']:.1f} %", f"{100 * values['after']:.1f} %", f"{100 * values['points']:+.1f}",
        f"[{100 * values['low']:.1f}, {100 * values['high']:.1f}]", str(values.get("n", "")),
    )  # fmt: skip
    cells = "".join(f'<td class="number">{escape(number.replace("-", "−"))}</td>' for number in numbers)
    return f'<tr><th scope="row">{escape(title)}</th>{cells}<td>{badge(say(key, language), tone)}</td></tr>'


def _named(version: AdapterVersion, live: AdapterVersion | None, language: Language) -> str:
    state = say("train_live" if live and live.number == version.number else "train_candidate", language)
    return f"{version.served_name} · {state} · {str(version.card.get('created', ''))[:16].replace('T', ' ')}"


def _side(name: str, language: Language) -> str:
    known = {"candidate": "train_side_candidate", "base": "train_side_base", BASE: "train_side_base", "live": "train_side_live"}
    return say(known[name], language) if name in known else name


def _numbers(values: Any, *names: str) -> bool:
    return isinstance(values, dict) and all(isinstance(values.get(name), int | float) for name in names)
