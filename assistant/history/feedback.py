"""What people think of answers: a thumb, a corrected answer, a reason; and what the team made of it."""

from assistant.history.conversations import Conversations
from assistant.history.database import now


class Feedback(Conversations):
    """One row per answer and user; the latest stands."""

    def rate(self, user: str, message: int, good: bool, correction: str = "", reason: str = "") -> None:
        """Keep a user's judgement of an answer of their own conversations; AccessError for another's."""
        domain = self.receipt(user, message).get("domain") or ""
        self._write(
            "INSERT INTO feedback(message, user, good, correction, reason, domain, created) VALUES (?,?,?,?,?,?,?) "
            "ON CONFLICT(message, user) DO UPDATE SET good=excluded.good, correction=excluded.correction, reason=excluded.reason, "
            "created=excluded.created, state='open'",
            message, user, int(good), correction, reason, domain, now(),
        )  # fmt: skip
