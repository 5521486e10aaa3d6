"""Blind preferences between two answers: kept per user, counted without names."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Literal

from assistant.history.database import Database, now

Choice = Literal["left", "right", "tie", "neither"]
"""``tie``: equally good; ``neither``: equally bad, which counts as a tie too."""


@dataclass(frozen=True)
class Preference:
    """Which of two answers to a question a person found better, without knowing what wrote them (``left_is``, ``right_is``: names of rungs)."""

    domain: str
    question: str
    base: str
    adapter: str
    left_is: str
    left_text: str
    right_is: str
    right_text: str
    choice: Choice
    created: str = ""

    @property
    def pair(self) -> tuple[str, ...]:
        """The same for the same two answers, whichever stood on the left."""
        return (self.question, self.base, self.adapter, *sorted((self.left_is, self.right_is)))


@dataclass(frozen=True)
class Vote:
    """A preference without its owner and without texts, to be counted; ``rater`` numbers the people of this count."""

    rater: int
    question: str
    base: str
    adapter: str
    left_is: str
    right_is: str
    choice: Choice


class Preferences(Database):
    """Which of two answers people found better."""

    def prefer(self, user: str, new: Preference) -> None:
        """Keep a preference; it takes the place of this user's earlier one between the same rungs of the same base and adapter."""
        sides = sorted((new.left_is, new.right_is))
        with self._usable(), self._db:
            self._db.execute(
                "DELETE FROM preferences WHERE user=? AND domain=? AND question=? AND base=? AND adapter=? AND min(left_is, right_is)=? AND max(left_is, right_is)=?",
                (user, new.domain, new.question, new.base, new.adapter, *sides),
            )
            row = asdict(replace(new, created=new.created or now()))
            names = ", ".join(row)
            self._db.execute(f"INSERT INTO preferences(user, {names}) VALUES (?{',?' * len(row)})", (user, *row.values()))

    def preferences(self, user: str, domain: str) -> list[Preference]:
        names = ", ".join(field.name for field in fields(Preference))
        return [Preference(*row) for row in self._read(f"SELECT {names} FROM preferences WHERE user=? AND domain=? ORDER BY id", user, domain)]

    def votes(self, domain: str) -> list[Vote]:
        """Everybody's preferences in a domain, told apart by number only."""
        rows = self._read(
            "SELECT DENSE_RANK() OVER (ORDER BY user), question, base, adapter, left_is, right_is, choice FROM preferences WHERE domain=? ORDER BY id", domain
        )
        return [Vote(*row) for row in rows]
