"""One question from its place in the conversation to its kept answer. Knows the history and the Assistant, no components."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Event

from assistant.access import User
from assistant.answering.question import checked_question
from assistant.errors import QuestionError
from assistant.history import History
from assistant.records import Told
from assistant.ui.chat.action import Action
from assistant.ui.chat.conversation import RUNNING, Choice, Conversation, Exchange, Reply, ask, paced
from assistant.ui.chat.keeping import keep, load
from assistant.ui.chat.running import Running, Window
from assistant.ui.page.site import Site


@dataclass(frozen=True)
class Plan:
    """A question for a conversation ("": a new one). ``again`` is the last question's message when it gets another answer;
    ``cut`` the message from which on the conversation is left out first."""

    conversation: str
    question: str
    domain: str = ""
    again: int | None = None
    cut: int | None = None


def planned(history: History, user: User, conversation: str, action: Action) -> Plan:
    """What a button asks for; QuestionError for a question that is not in this conversation."""
    if action.do == "example":
        return Plan(conversation, action.text)
    exchanges = load(history, user.name, conversation).exchanges
    asked = next((one for one in exchanges if one.message == action.m), None)
    if asked is None:
        raise QuestionError(Told("this question is no longer part of the conversation; reload the page", "question-gone"))
    if action.do == "edit":
        return Plan(conversation, action.text, cut=action.m)
    last = asked is exchanges[-1]
    return Plan(conversation, asked.question, action.domain, again=action.m if last else None)


class Asking:
    """One question of one window on its way; ``kept`` is the conversation once it is answered, ``left`` whether the window went elsewhere."""

    def __init__(self, site: Site, running: Running, user: User, window: Window) -> None:
        self._site, self._running, self._user, self._window = site, running, user, window
        self._cancelled = Event()
        self.kept = Conversation()
        self.left = False

    def begin(self, plan: Plan) -> Conversation:
        """The conversation with the question at its end, kept before it is answered; QuestionError, and nothing is changed, for one that is too long."""
        history, user = self._site.history, self._user.name
        question = checked_question(plan.question, self._site.workspace.settings)
        if plan.cut is not None:
            history.cut(user, plan.cut)
        key = plan.conversation or history.start(user, question)
        message = plan.again if plan.again is not None else history.ask(user, key, question)
        earlier = [one for one in load(history, user, key).exchanges if (one.message or 0) < message]
        return Conversation((*earlier, Exchange(question, (Reply("current"),), message)), key)

    def stages(self, conversation: Conversation, choice: Choice) -> Iterator[Conversation]:
        """The conversation while its last answer grows, not the finished one: that is ``kept``, also when nobody reads on."""
        *before, exchange = conversation.exchanges
        earlier = Conversation(tuple(before), conversation.key)
        self._cancelled = self._running.begin(self._window)
        try:
            with closing(ask(self._site.opening, earlier, exchange.question, choice, self._cancelled)) as stages:
                for stage in paced(stages):
                    exchange = replace(stage, message=exchange.message)
                    if not self._running.holds(self._window, self._cancelled):
                        break
                    if exchange.replies[-1].stage in RUNNING or len(exchange.replies) < len(choice.adapters):
                        yield replace(conversation, exchanges=(*before, exchange))
        finally:
            self.left = not self._running.holds(self._window, self._cancelled)
            self._running.end(self._window, self._cancelled)
            self.kept = replace(conversation, exchanges=(*before, keep(self._site.history, self._user.name, conversation.key or "", exchange)))
