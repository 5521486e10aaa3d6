"""Step 3: start, watch, stop, go on. What is shown is read from the run's folder, so that a page opened later sees the same."""

from html import escape
from typing import Any

import gradio as gr

from assistant.domain import Domain
from assistant.errors import TrainingError
from assistant.records import Language
from assistant.training.background import begin, latest, stop
from assistant.training.following import Standing, standing_of
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import both
from assistant.ui.train.curve import curve
from assistant.ui.train.faults import fault_list
from assistant.ui.train.pieces import badge, duration, facts, folded, items, notice, quiet
from assistant.ui.train.plan import MOST_CURES, Page, PlanStep

STAGES = {
    "examples": "train_stage_examples", "dataset": "train_stage_dataset", "estimate": "train_stage_estimate", "train": "train_stage_train",
    "diagnose": "train_stage_diagnose", "cure": "train_stage_cure", "parity": "train_stage_parity", "gate": "train_stage_gate",
}  # fmt: skip
WAY = ("examples", "dataset", "estimate", "train", "diagnose", "parity", "gate")
STATES = {
    "preparing": ("train_preparing", ""), "running": ("train_running", ""), "stopping": ("train_stopping", "warn"), "done": ("train_done", "good"),
    "stopped": ("train_stopped", "warn"), "failed": ("train_failed", "bad"), "crashed": ("train_crashed_short", "bad"),
}  # fmt: skip
NOW: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


class WatchStep:
    def __init__(self, site: Site, plan: PlanStep) -> None:
        self.site = site
        self.plan = plan

    def build(self) -> list[Worded]:
        head = gr.HTML(js_on_load=None)
        with gr.Row():
            self.start = gr.Button(say("train_start", "en"), variant="primary", elem_id="train-start")
            self.resume = gr.Button(say("train_resume", "en"), visible=False, elem_id="train-resume")
            self.halt = gr.Button(say("train_stop", "en"), variant="stop", visible=False, elem_id="train-stop")
        with gr.Row(visible=False) as self.asking:
            sure = gr.HTML(js_on_load=None)
            self.yes = gr.Button(say("train_stop_yes", "en"), variant="stop", elem_id="train-stop-yes")
            self.no = gr.Button(say("train_stop_no", "en"))
        self.live = gr.HTML(js_on_load=None, elem_id="train-live")
        self.outputs = [self.live, self.start, self.resume, self.halt, self.asking]
        buttons = ((self.start, "train_start"), (self.resume, "train_resume"), (self.halt, "train_stop"), (self.yes, "train_stop_yes"), (self.no, "train_stop_no"))
        return [
            Worded(head, lambda language: f"<h2>{say('train_watch', language)}</h2>{quiet(say('train_watch_note', language))}"),
            Worded(sure, lambda language: notice(say("train_stop_sure", language))),
            *(Worded(button, lambda language, key=key: gr.update(value=say(key, language))) for button, key in buttons),  # type: ignore[misc]
        ]

    def bind(self, domain: gr.Dropdown, language: gr.Radio, timer: gr.Timer) -> None:
        started = [*self.outputs, timer, *self.plan.outputs]
        self.start.click(self.begin, self.plan.inputs, started, **NOW)
        self.resume.click(self.go_on, [domain, language], started, **NOW)
        self.halt.click(lambda: gr.update(visible=True), None, self.asking, **NOW)
        self.no.click(lambda: gr.update(visible=False), None, self.asking, **NOW)
        self.yes.click(self.end, [domain, language], started, **NOW)

    @said
    def begin(self, page: Page, request: gr.Request) -> list[Any]:
        user = self.site.who(request)
        domain, language, cures = self.site.domain(user, page[self.plan.domain], "train"), page[self.plan.language], page[self.plan.cures]
        if cures not in {str(count) for count in range(MOST_CURES + 1)}:
            raise TrainingError(both("train_cures_range", most=MOST_CURES))
        begin(self.site.workspace, self.site.plugins, domain, user, "train", self.plan.changes(domain, page), int(cures))
        return [*self.show(domain, language), gr.update(active=True), *self.plan.show(domain, language)]

    @said
    def go_on(self, name: str, language: Language, request: gr.Request) -> list[Any]:
        """Resume the newest unfinished training, with its own recipe."""
        user = self.site.who(request)
        domain = self.site.domain(user, name, "train")
        begin(self.site.workspace, self.site.plugins, domain, user, "resume")
        return [*self.show(domain, language), gr.update(active=True), *self.plan.show(domain, language)]

    @said
    def end(self, name: str, language: Language, request: gr.Request) -> list[Any]:
        """Stop as one Ctrl-C does; who may train may stop what another one started."""
        domain = self.site.domain(self.site.who(request), name, "train")
        sitting = latest(self.site.workspace, domain.name, "train", "resume")
        if sitting:
            stop(sitting)
        return [*self.show(domain, language), gr.update(active=True), *self.plan.show(domain, language)]

    def standing(self, domain: Domain) -> Standing | None:
        sitting = latest(self.site.workspace, domain.name, "train", "resume")
        return standing_of(sitting) if sitting else None

    def show(self, domain: Domain | None, language: Language) -> list[Any]:
        found = self.standing(domain) if domain else None
        going = bool(found and found.going)
        again = bool(found and not going and found.run and found.run.unfinished)
        stoppable = bool(found and found.state in ("preparing", "running"))
        picture = told(found, language) if found else quiet(say("train_none_yet", language))
        shown = (picture, *(gr.update(visible=seen) for seen in (not going, again, stoppable)))
        return [*shown, gr.skip() if stoppable else gr.update(visible=False)]


def told(found: Standing, language: Language) -> str:
    """A training as it stands: state, way, progress, figures, curve, what went wrong."""
    key, tone = STATES[found.state]
    who = say("train_by", language, who=found.sitting.by or say("train_by_terminal", language), when=found.sitting.begun[:16].replace("T", " "))
    head = f'<p role="status">{badge(say(key, language), tone)} <span class="quiet">{escape(who)}</span></p>'
    parts = [head, _way(found, language) if found.going else "", _progress(found, language), _why(found, language)]
    course = found.course
    if found.state == "done":
        return head + notice(say("train_see_below", language, version=str((course.end or {}).get("version") or "")), "good")
    parts.append(curve(course.losses, course.held_out, _steps(found), language))
    parts += [notice(message) for message in course.messages[-3:]]
    parts.append(fault_list(course.faults, language))
    return "".join(parts)


def _way(found: Standing, language: Language) -> str:
    """The stages as an ordered list, the present one marked."""
    now = "train" if found.course.stage == "cure" else found.course.stage
    at = WAY.index(now) if now in WAY else -1
    states = ["past" if place < at else "now" if place == at else "" for place in range(len(WAY))]
    marks = [' aria-current="step"' if state == "now" else "" for state in states]
    steps = (f'<li class="{state}"{mark}>{escape(say(STAGES[stage], language))}</li>' for stage, state, mark in zip(WAY, states, marks, strict=True))
    return f'<ol class="way">{"".join(steps)}</ol>'


def _progress(found: Standing, language: Language) -> str:
    course, figures = found.course, found.course.figures
    if not found.going or not course.steps:
        return ""
    share = round(100 * course.share)
    left = say("train_left", language, time=duration(course.seconds_left, language)) if course.seconds_left is not None else ""
    said = say("train_of", language, stage=say(STAGES.get(course.stage, "train_stage_train"), language), step=course.step, steps=course.steps, percent=share)
    bar = f'<progress max="100" value="{share}" aria-label="{escape(said)}"></progress>'
    rows = [
        (say(key, language), text.format(figures[name]))
        for name, key, text in (("epoch", "train_epoch", "{:.1f}"), ("rate", "train_rate", "{:.1e}"), ("tokens_per_second", "train_speed", "{:,.0f}"), ("memory_gb", "train_memory", "{:.1f} GB"))
        if name in figures
    ]
    return f"<p><strong>{escape(said)}</strong> {escape(left)}</p>{bar}{facts(rows) if course.stage == 'train' else ''}"


def _why(found: Standing, language: Language) -> str:
    """Why it ended before its time, and what is kept."""
    if found.going or found.state == "done":
        return ""
    kept = notice(say("train_kept" if found.run and found.run.unfinished else "train_nothing_kept", language))
    if found.state == "crashed":
        return notice(say("train_crashed", language), "bad") + folded(say("train_last_words", language), items(found.lines)) + kept
    return (notice(found.text, "bad" if found.state == "failed" else "") if found.text else "") + kept


def _steps(found: Standing) -> int:
    course = found.course
    return course.steps if course.stage == "train" else max((step for step, _ in (*course.losses, *course.held_out)), default=0)
