"""events → where a training stands now, for whoever looks on from outside. Reads events and the process; changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.training.background import Sitting
from assistant.training.events import Event, follow
from assistant.training.runs import Run

State = Literal["preparing", "running", "stopping", "done", "stopped", "failed", "crashed"]
ENDS: dict[str, State] = {"published": "done", "passed over": "done", "stopped": "stopped", "failed": "failed"}
PREPARING = ("wait", "examples", "dataset", "estimate")
ERROR = "assistant: "


@dataclass
class Course:
    """What the events told so far. ``losses`` and ``held_out`` are (step, loss), each step once; ``step`` of ``steps`` of the ``stage``."""

    stage: str = ""
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    figures: dict[str, float] = field(default_factory=dict)
    losses: list[tuple[int, float]] = field(default_factory=list)
    held_out: list[tuple[int, float]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    gate: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    events: int = 0

    @property
    def share(self) -> float:
        """How much of the stage is done, 0 to 1."""
        return min(1.0, self.step / self.steps) if self.steps else 0.0


@dataclass(frozen=True)
class Standing:
    """A process and the course of its run. ``text`` says why it ended where it did not publish; ``lines`` are its last words."""

    sitting: Sitting
    run: Run | None
    course: Course
    state: State
    text: str = ""
    lines: tuple[str, ...] = ()

    @property
    def going(self) -> bool:
        return self.state in ("preparing", "running", "stopping")


def standing_of(sitting: Sitting) -> Standing:
    """Where that process, and the run it works on, stand."""
    alive, run = sitting.running, sitting.run  # alive first: what it writes last is then read
    course = course_of(follow(run.folder)) if run else Course()
    if alive:
        state: State = "stopping" if sitting.stopping else "running" if run and course.stage else "preparing"
        if state == "preparing":
            course.stage = _stage_said(sitting)
        return Standing(sitting, run, course, state)
    if sitting.kind == "plan" and sitting.outcome:
        return Standing(sitting, run, course, "done")
    ended = course.end if course.end and str(course.end.get("time", "")) >= sitting.begun else None
    if ended:
        return Standing(sitting, run, course, ENDS.get(str(ended.get("state")), "done"), str(ended.get("text") or ""))
    lines = tuple(sitting.said)
    if error := next((line.removeprefix(ERROR) for line in reversed(lines) if line.startswith(ERROR)), ""):
        return Standing(sitting, run, course, "stopped" if error.startswith("stopped") else "failed", error)
    if not run and sitting.file.with_suffix(".stop").exists():
        return Standing(sitting, run, course, "stopped")
    return Standing(sitting, run, course, "crashed", "", lines)


def course_of(events: Iterable[Event]) -> Course:
    """The events told in order; steps that a resumed training takes again replace those of before."""
    course = Course()
    for event in events:
        course.events = event.number
        _tell(course, event)
    return course


def _tell(course: Course, event: Event) -> None:
    values = event.values
    if event.kind in ("begin", "stage"):
        course.end, course.seconds_left = None, values.get("seconds") if event.kind == "begin" else None
        course.stage = values.get("stage", "train")
        course.steps, course.step = (values.get("steps") or 0, 0) if event.kind == "begin" else (0, 0)
    elif event.kind in ("step", "progress"):
        course.step, course.steps, course.seconds_left = values.get("step") or 0, values.get("steps") or 0, values.get("seconds_left")
        if event.kind == "step":
            course.figures = {key: value for key, value in values.items() if isinstance(value, int | float)}
            _put(course.losses, values)
    elif event.kind == "held_out":
        course.step = max(course.step, values.get("step") or 0)  # losses are noted less often
        _put(course.held_out, values)
    elif event.kind == "message":
        course.messages.append(str(values.get("text", "")))
    elif event.kind == "fault":
        course.faults.append(values)
    elif event.kind == "gate":
        course.gate = values
    elif event.kind == "end":
        course.end = {**values, "time": event.time}


def _put(curve: list[tuple[int, float]], values: dict[str, Any]) -> None:
    step, loss = values.get("step"), values.get("loss")
    if isinstance(step, int) and isinstance(loss, int | float):
        while curve and curve[-1][0] >= step:
            curve.pop()
        curve.append((step, float(loss)))


def _stage_said(sitting: Sitting) -> str:
    """The stage before there is a run, as the process says it in its log: ``staff: dataset``."""
    head = f"{sitting.domain}: "
    said = (line.removeprefix(head).split(maxsplit=1)[0] for line in reversed(sitting.said) if line.startswith(head) and line != head)
    return next((word for word in said if word in PREPARING), "")
