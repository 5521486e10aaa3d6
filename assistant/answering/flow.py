"""question → rewrite → route → retrieve → prompt → generate → check → cite."""

from collections.abc import Iterator
from threading import Event

from assistant.answering.alone import alone
from assistant.answering.ask import Run
from assistant.answering.attached import from_files
from assistant.answering.both import by_domain, in_turn
from assistant.answering.opening import Opened, open_parts
from assistant.answering.question import Ask, checked_question
from assistant.answering.rewrite import rewrite
from assistant.language import detect
from assistant.plugins import Plugins
from assistant.records import Answer
from assistant.settings import Workspace

__all__ = ["Ask", "Assistant", "open_assistant"]


class Assistant(Opened):
    """Answers questions; opened once, shared by all users and threads."""

    def ask(self, request: Ask, cancelled: Event | None = None) -> Iterator[str | Answer]:
        """Checked pieces of text, then the finished Answer as the last item."""
        question = checked_question(request.question, self.workspace.settings)
        run = Run(self, request, question, detect(question), cancelled or Event())
        run.standalone = rewrite(question, request.history)
        run.route()
        if files := from_files(run, answered):
            yield from files
        elif run.domain is None:
            yield from run.refuse_outside()
        elif not request.documents:
            yield from alone(run)
        elif len(runs := by_domain(run)) > 1:
            yield from in_turn(run, runs, answered)
        else:
            yield from answered(run)

    def answer(self, request: Ask) -> Answer:
        """The finished answer."""
        *_pieces, last = self.ask(request)
        assert isinstance(last, Answer)
        return last


def answered(run: Run) -> Iterator[str | Answer]:
    """The stages after the route, in the run's domain."""
    run.retrieve()
    if not run.relevant():
        yield from run.refuse_silent()
        return
    run.render()
    yield from run.speak()


def open_assistant(workspace: Workspace, plugins: Plugins | None = None) -> Assistant:
    return Assistant(open_parts(workspace, plugins))
