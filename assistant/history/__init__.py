"""Conversations, their answers' receipts, feedback and blind preferences in SQLite; every row belongs to a user and is read only for that user."""

from assistant.history.conversations import Asked, Conversation, Found, Judged, Kept, answer_from
from assistant.history.feedback import Feedback
from assistant.history.preferences import Preference, Preferences, Vote

__all__ = ["LOCAL_USER", "Asked", "Conversation", "Found", "History", "Judged", "Kept", "Preference", "Vote", "answer_from"]
LOCAL_USER = "local"


class History(Feedback, Preferences):
    """One SQLite file; usable from several threads."""

    def forget(self, user: str) -> None:
        """Delete everything that is kept of a user."""
        self._write("DELETE FROM conversations WHERE user=?", user)
        self._write("DELETE FROM preferences WHERE user=?", user)
