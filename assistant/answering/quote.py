"""The answer of a model that is too small to write: it chooses passages and puts the house's phrases around them; the passages speak."""

from collections.abc import Iterator

from assistant.answering.align import bare
from assistant.answering.check import Grounds
from assistant.answering.cite import without_marks
from assistant.answering.speak import BESIDE, LABEL, Speaker, is_refusal
from assistant.records import Evidence, Prompt
from assistant.retrieval.words import tokens

LEAST_LINES, MOST_LINES = 2, 3
WHOLE = 0.5
LIKE = 0.5


class Quoter(Speaker):
    """Feed it a model's pieces, take passages. A sentence that repeats a passage word for word is the model's and is shown as the passage
    has it; any other gives way to the passage it resembles. A passage that hardly bears on the question is not shown."""

    def __init__(self, prompt: Prompt, grounds: Grounds, cited: int = 0) -> None:
        super().__init__(prompt, grounds, cited)
        self._ending = ""
        self._phrases = sorted(grounds.phrases, key=len, reverse=True)

    def quote(self) -> Iterator[str]:
        yield from super().quote()
        yield from self._ended()

    def _finished(self, sentence: str) -> Iterator[str]:
        words = LABEL.sub("", without_marks(sentence)).strip()
        if is_refusal(words):
            self.refused = True
            return
        phrase = next((phrase for phrase in self._phrases if words.startswith(phrase)), "")
        said = words[len(phrase) :].strip()
        if said:
            yield from self._chosen(phrase, said)
        elif self._lines:
            self._ending = phrase
        else:
            self._greeting = spaced(phrase)

    @property
    def _lines(self) -> int:
        return self.said_by_model + self.quoted

    def _chosen(self, phrase: str, said: str) -> Iterator[str]:
        repeated = self._repeated(said)
        item = repeated or self._resembled(said)
        wrong = self._grounds.own_check(said) if repeated else ["it is not word for word in a passage"]
        if item and not self._bears(item):
            wrong.append(BESIDE.format(n=item.n))
        if wrong:
            self.faults.append({"sentence": said, "why": wrong})
        if item not in self._left or not self._bears(item) or self._lines == MOST_LINES:
            return
        line = self._quoted(item, "" if wrong else spaced(phrase))
        if not wrong:
            self.quoted, self.said_by_model = self.quoted - 1, self.said_by_model + 1
        yield f"{line}\n"

    def _repeated(self, said: str) -> Evidence | None:
        """The passage of which the words are at least half, as they stand there."""
        own = bare(said)
        whole = ((item, bare(item.text)) for item in self._prompt.evidence)
        return next((item for item, text in whole if own in text and len(own) >= WHOLE * len(text)), None)

    def _resembled(self, said: str) -> Evidence | None:
        """The passage that has most of the words, and at least half of them."""
        words = set(tokens(said))
        shares = {item: len(words & set(tokens(item.text))) / len(words) for item in self._prompt.evidence if words}
        nearest = max(shares, key=lambda item: (shares[item], item.score), default=None)
        return nearest if nearest and shares[nearest] >= LIKE else None

    def _closed(self) -> Iterator[str]:
        """The best passage beside a single one: the choice of a small model is not to be trusted alone."""
        if self._lines and not self.refused:
            for item in self._left[: LEAST_LINES - self._lines]:
                if self._bears(item):
                    yield f"{self._quoted(item)}\n"
            yield from self._ended()

    def _ended(self) -> Iterator[str]:
        if self._ending:
            yield self._ending


def spaced(phrase: str) -> str:
    """A phrase as it stands before other words: Chinese takes no space."""
    return f"{phrase} " if phrase and phrase.isascii() else phrase
