"""The train tab: five steps, from a file of rows to a version that is live. Puts the steps together; what each does stands in its own file."""

from typing import Any

import gradio as gr

from assistant.access import User, may
from assistant.domain import Domain
from assistant.errors import AssistantError
from assistant.records import AdapterVersion, Language
from assistant.training.following import Standing
from assistant.ui.domains.versions import registry_of
from assistant.ui.page.said import said
from assistant.ui.page.site import Site
from assistant.ui.page.tab import For, Frame
from assistant.ui.texts import Worded, say
from assistant.ui.train.outcome import OutcomeStep
from assistant.ui.train.plan import PlanStep
from assistant.ui.train.rows import RowsStep
from assistant.ui.train.since import decided, deciders
from assistant.ui.train.trying import TryingStep, chosen_version
from assistant.ui.train.versions import VersionsStep
from assistant.ui.train.watching import WatchStep

EVERY = 1.5  # seconds between two looks at a training
TRAINERS = ("rows", "plan", "watch")  # the steps of those who may train
NOW: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


class TrainTab:
    key = "train"
    wanted: For = ("train", "promote")

    def __init__(self, site: Site) -> None:
        self.site = site
        self.rows, self.plan = RowsStep(site), PlanStep(site)
        self.watch = WatchStep(site, self.plan)
        self.outcome, self.trying, self.versions = OutcomeStep(site), TryingStep(site), VersionsStep(site)

    def build(self, frame: Frame) -> list[Worded]:
        self.domain = gr.Dropdown([], label=say("domain", "en"), elem_id="train-domain", filterable=False)
        self.places: list[gr.Column] = []
        worded = [Worded(self.domain, lambda language: gr.update(label=say("domain", language)))]
        for name, steps in (("rows", (self.rows,)), ("plan", (self.plan,)), ("watch", (self.watch,)), ("outcome", (self.outcome, self.trying)), ("versions", (self.versions,))):
            with gr.Column(elem_classes="section step", elem_id=f"train-step-{name}") as place:
                if name in TRAINERS:
                    self.places.append(place)
                worded += [one for step in steps for one in step.build()]
        self.timer = gr.Timer(EVERY, active=False)
        self.seen = gr.State("")
        self._bind(frame)
        return worded

    def _bind(self, frame: Frame) -> None:
        domain, language, version = self.domain, frame.language, self.outcome.version
        self.rows.bind(domain, language)
        self.plan.bind(domain, language, self.timer)
        self.watch.bind(domain, language, self.timer)
        self.trying.bind(domain, version, language)
        self.versions.bind(domain, version, language)
        changing = [*self.places, *self.rows.outputs, *self.plan.outputs, *self.watch.outputs, *self._about_version(), self.timer, self.seen]
        frame.opened.select(self.open, [domain, language], [domain, *changing], **NOW)
        gr.on([domain.input, language.input], self.show, [domain, language], changing, **NOW)
        self.timer.tick(self.tick, [domain, language, self.seen], changing, **NOW)
        version.input(self.choose, [domain, version, language], self._about_version(), **NOW)
        decided = [self.versions.word, *self._about_version()]
        self.versions.yes.click(self.promote, [domain, version, self.versions.anyway, language], decided, **NOW)
        self.versions.back_yes.click(self.roll_back, [domain, self.versions.way, language], decided, **NOW)

    def _about_version(self) -> list[Any]:
        return [*self.outcome.outputs, *self.trying.outputs, *self.versions.outputs]

    @said
    def open(self, name: str | None, language: Language, request: gr.Request) -> list[Any]:
        """The tab as it stands now, in the domain chosen before or the first in which the user may train or put live."""
        user = self.site.who(request)
        mine = deciders(self.site, user)
        chosen = name if name in mine else next(iter(mine), None)
        choices = [(domain.title(language), key) for key, domain in mine.items()]
        return [gr.update(choices=choices, value=chosen), *self._all(user, mine.get(chosen or ""), language)]

    @said
    def show(self, name: str | None, language: Language, request: gr.Request) -> list[Any]:
        user = self.site.who(request)
        return self._all(user, decided(self.site, user, name) if name else None, language)

    @said
    def tick(self, name: str | None, language: Language, seen: str, request: gr.Request) -> list[Any]:
        """What changed since the page was last told: nothing, the progress, or that something ended."""
        user = self.site.who(request)
        domain = decided(self.site, user, name) if name else None
        standing = self.watch.standing(domain) if domain else None
        plan = self.plan.standing(domain) if domain else None
        key = _key(standing, plan)
        parts = len(self.places) + len(self.rows.outputs), len(self.plan.outputs), len(self.watch.outputs), len(self._about_version())
        if key == seen:
            return [gr.skip()] * (sum(parts) + 2)
        if key.partition("#")[0] != seen.partition("#")[0]:
            return self._all(user, domain, language)
        unchanged = [[gr.skip()] * count for count in parts]
        return [*unchanged[0], *unchanged[1], *self.watch.show(domain, language), *unchanged[3], gr.skip(), key]

    @said
    def choose(self, name: str, number: str, language: Language, request: gr.Request) -> list[Any]:
        user = self.site.who(request)
        domain = decided(self.site, user, name)
        return self._version(user, domain, language, chosen_version(registry_of(self.site), domain.name, number))

    @said
    def promote(self, name: str, number: str, anyway: bool, language: Language, request: gr.Request) -> list[Any]:
        user = self.site.who(request)
        word = self.versions.promote(name, number, anyway, language, user)
        return [word, *self.choose(name, number, language, request)]

    @said
    def roll_back(self, name: str, way: str, language: Language, request: gr.Request) -> list[Any]:
        user = self.site.who(request)
        word = self.versions.roll_back(name, way, language, user)
        return [word, *self._version(user, decided(self.site, user, name), language)]

    def _all(self, user: User, domain: Domain | None, language: Language) -> list[Any]:
        standing = self.watch.standing(domain) if domain else None
        plan = self.plan.standing(domain) if domain else None
        watched = bool((standing and standing.going) or (plan and plan.going))
        trains = domain is None or may(user, domain, "train")
        steps = [*(gr.update(visible=trains) for _ in self.places), *self.rows.show(domain, language), *self.plan.show(domain, language), *self.watch.show(domain, language)]
        return [*steps, *self._version(user, domain, language), gr.update(active=watched), _key(standing, plan)]

    def _version(self, user: User, domain: Domain | None, language: Language, chosen: AdapterVersion | None = None) -> list[Any]:
        """Steps 4 and 5 for a version, the newest unless one is chosen."""
        versions, live = self._known(domain)
        about = chosen or (versions[-1] if versions else None)
        return [*self.outcome.show(versions, live, about, domain, language), *self.trying.show(about), *self.versions.show(versions, live, about, domain, language, user)]

    def _known(self, domain: Domain | None) -> tuple[list[AdapterVersion], AdapterVersion | None]:
        if domain is None:
            return [], None
        registry = registry_of(self.site)
        try:
            return registry.versions(domain.name), registry.current(domain.name)
        except AssistantError:  # a live version that is damaged is said where it is asked
            return registry.versions(domain.name), None


def _key(standing: Standing | None, plan: Standing | None) -> str:
    """Changes before # when something began or ended, behind it with each event."""
    states = [f"{one.sitting.id}:{one.sitting.begun}:{one.going}" if one else "" for one in (standing, plan)]
    progress = f"{standing.state}:{standing.course.stage}:{standing.course.events}" if standing else ""
    return f"{'|'.join(states)}#{progress}"
