"""Step 2: a few plain settings with their effect, and on request what a training would choose, take and cost: a dry run in its own process."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from assistant.domain import Domain
from assistant.models.engine import base_key
from assistant.records import Language
from assistant.training.background import begin, latest
from assistant.training.following import Standing, standing_of
from assistant.training.recipe_file import read_recipe
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.texts import Worded, say
from assistant.ui.texts.told import English, told
from assistant.ui.train.pieces import duration, facts, folded, items, notice, quiet, table

AUTO = "auto"
SETTINGS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "training.epochs": ("train_epochs", "train_epochs_effect", ("1", "2", "3", "5", "8")),
    "lora.rank": ("train_rank", "train_rank_effect", ("4", "8", "16", "32")),
    "training.learning_rate": ("train_rate", "train_rate_effect", ("1e-4", "2e-4", "4e-4", "6e-4", "1e-3")),
}
MORE: Mapping[str, tuple[str, str]] = {
    "training.steps": ("train_steps", "train_steps_effect"),
    "training.batch_size": ("train_batch", "train_batch_effect"),
    "training.max_length": ("train_length", "train_length_effect"),
}
PLACES = {
    "lora.rank": "train_rank", "lora.alpha": "train_alpha", "lora.dropout": "train_dropout", "training.epochs": "train_epochs", "training.learning_rate": "train_rate",
    "training.batch_size": "train_batch", "training.accumulation": "train_accumulation", "training.max_length": "train_length",
    "training.gradient_checkpointing": "train_twice", "data.passages_share": "train_passages", "data.refusal_share": "train_refusals",
}  # fmt: skip
MOST_CURES = 3
Page = dict[Any, Any]  # what stands in the components
LINES = 20


class PlanStep:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.fields: dict[str, gr.Dropdown | gr.Textbox] = {}

    def build(self) -> list[Worded]:
        head = gr.HTML(js_on_load=None)
        worded = [Worded(head, lambda language: f"<h2>{say('train_plan', language)}</h2>{quiet(say('train_plan_note', language))}")]
        with gr.Row(elem_classes="settings"):
            for place, (title, effect, values) in SETTINGS.items():
                self.fields[place] = gr.Dropdown([AUTO, *values], value=AUTO, allow_custom_value=True, label=say(title, "en"), info=say(effect, "en"), min_width=200)
                worded.append(_field(self.fields[place], title, effect))
        with gr.Accordion(say("train_more_settings", "en"), open=False) as more, gr.Row(elem_classes="settings"):
            for place, (title, effect) in MORE.items():
                self.fields[place] = gr.Textbox(AUTO, label=say(title, "en"), info=say(effect, "en"), max_lines=1, min_width=200)
                worded.append(_field(self.fields[place], title, effect))
            self.cures = gr.Dropdown([str(count) for count in range(MOST_CURES + 1)], value="0", label=say("train_cures", "en"), info=say("train_cures_effect", "en"), min_width=200)
            worded.append(_field(self.cures, "train_cures", "train_cures_effect"))
        self.ask = gr.Button(say("train_estimate", "en"), elem_id="train-estimate")
        self.expected = gr.HTML(js_on_load=None, elem_id="train-expected")
        self.outputs = [self.expected]
        worded.append(Worded(more, lambda language: gr.update(label=say("train_more_settings", language))))
        return [*worded, Worded(self.ask, lambda language: gr.update(value=say("train_estimate", language)))]

    def bind(self, domain: gr.Dropdown, language: gr.Radio, timer: gr.Timer) -> None:
        self.domain, self.language = domain, language
        self.inputs = {domain, language, self.cures, *self.fields.values()}
        quick: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        self.ask.click(self.estimate, self.inputs, [self.expected, timer], **quick)

    @said
    def estimate(self, page: Page, request: gr.Request) -> list[Any]:
        """Begin a dry run; the page's timer shows what it finds."""
        user = self.site.who(request)
        domain = self.site.domain(user, page[self.domain], "train")
        sitting = begin(self.site.workspace, self.site.plugins, domain, user, "plan", self.changes(domain, page))
        return [self.told(standing_of(sitting), page[self.language]), gr.update(active=True)]

    def changes(self, domain: Domain, page: Page) -> list[str]:
        """The settings that are not left to the program as ``table.key=value``; TrainingError for impossible ones, before anything starts."""
        given = ((place, str(page[field] or "").strip()) for place, field in self.fields.items())
        changes = [f"{place}={value}" for place, value in given if value not in ("", AUTO)]
        read_recipe(domain.recipe, base_key(self.site.workspace.settings), tuple(changes))
        return changes

    def standing(self, domain: Domain) -> Standing | None:
        sitting = latest(self.site.workspace, domain.name, "plan")
        return standing_of(sitting) if sitting else None

    def show(self, domain: Domain | None, language: Language) -> list[Any]:
        """The last plan while it is made, and afterwards until something is trained by it."""
        plan = self.standing(domain) if domain else None
        training = latest(self.site.workspace, domain.name, "train", "resume") if domain else None
        stale = plan is None or (training is not None and training.begun > plan.sitting.begun)
        return ["" if stale or plan is None else self.told(plan, language)]

    def told(self, plan: Standing, language: Language) -> str:
        if plan.going:
            return notice(say("train_estimating", language))
        if plan.state != "done" or plan.sitting.outcome is None:
            return notice(plan.text or say("train_crashed", language), "bad") + items(plan.lines)
        return expected(plan.sitting.outcome, language)


def expected(found: dict[str, Any], language: Language) -> str:
    """Rows, steps, time, memory and cost; each setting that was chosen with its reason; rows that stay out."""
    takes = found.get("expected") or {}
    memory = say("train_gb", language, gb=f"{takes['memory_gb']:.1f}") if takes else ""
    rows = [
        (say("train_time", language), duration(takes.get("seconds"), language) or say("train_unknown", language)),
        (say("train_memory", language), memory),
        (say("train_cost", language), say("train_cost_here", language)),
        (say("train_examples", language), str(found.get("examples", ""))),
        (say("train_rows_built", language), str(found.get("rows", ""))),
        (say("train_steps_all", language), str(found.get("steps", ""))),
        (say("base", language), str(found.get("base", ""))),
        (say("train_device", language), str(found.get("device", ""))),
    ]
    chosen = [(title_of(one["place"], language), str(one["value"]), told(one["reason"], language, one.get("told"))) for one in found.get("choices", ())]
    head = (say("train_setting", language), say("train_value", language), say("train_because", language))
    title = say("train_chosen", language)
    out = [*found.get("not_readable", ()), *found.get("left_out", ())]
    left = folded(say("train_left_out", language, count=len(out)), items(English(line) if language != "en" else line for line in out[:LINES])) if out else ""
    return facts((name, value) for name, value in rows if value) + (folded(title, table(head, chosen, title), opened=True) if chosen else "") + left


def title_of(place: str, language: Language) -> str:
    """A setting, such as ``lora.rank``, by the name it has on the page."""
    return say(PLACES[place], language) if place in PLACES else place


def _field(component: Any, title: str, effect: str) -> Worded:
    return Worded(component, lambda language: gr.update(label=say(title, language), info=say(effect, language)))
