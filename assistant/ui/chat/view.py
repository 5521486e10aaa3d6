"""What one user sees of the chat in one language, as HTML and choices. Knows no components."""

from functools import cached_property

from assistant.access import User
from assistant.records import Language
from assistant.ui.chat.conversation import Conversation
from assistant.ui.chat.keeping import load
from assistant.ui.chat.log import earlier_html, last_html, welcome_html
from assistant.ui.chat.sidebar import list_html
from assistant.ui.domains.titles import domain_choices, domain_titles, example_questions, nothing_to_ask
from assistant.ui.page.site import Site
from assistant.ui.texts import known, say

LONGEST_SEARCH = 200


class View:
    """Made anew in every handler: domains, rights and conversations are those of this moment."""

    def __init__(self, site: Site, user: User, language: str) -> None:
        self._history, self._user = site.history, user.name
        self.language: Language = known(language)
        self._domains, self._installed = site.domains(user), site.plugins.domains

    @cached_property
    def titles(self) -> dict[str, str]:
        return domain_titles(self._domains, self.language)

    def choices(self) -> list[tuple[str, str]]:
        return domain_choices(self._domains, self.language)

    def conversation(self, key: str) -> tuple[str, str]:
        """The earlier exchanges and the last one, or the welcome; AccessError for another's conversation."""
        found = load(self._history, self._user, key) if key else Conversation()
        if found.exchanges:
            return self.earlier(found), self.last(found)
        note = say("welcome_note", self.language) if self._domains else nothing_to_ask(self._installed, self.language)
        return welcome_html(note, example_questions(self._domains, self.language), key, self.language), ""

    def earlier(self, conversation: Conversation) -> str:
        return earlier_html(conversation, self.language, self.titles)

    def last(self, conversation: Conversation) -> str:
        return last_html(conversation, self.language, self.titles)

    def list(self, current: str | None, words: str | None) -> str:
        """The user's conversations, those that hold the words."""
        found = self._history.search(self._user, (words or "")[:LONGEST_SEARCH])
        return list_html(found, current or "", bool(words and words.strip()), self.language)
