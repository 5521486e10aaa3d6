"""How the examples of a domain stand in number and language against the usual guidance for training data."""

from collections import Counter
from collections.abc import Iterator

from assistant.checking.finding import EXAMPLES, Finding
from assistant.checking.spec import LANGUAGES
from assistant.domain import Domain
from assistant.language import detect
from assistant.records import Language
from assistant.rows.clean import Fault, Judged

GUIDANCE = (
    (100, "a start, enough for one layout and some terms; few-shot prompting may do as well, so measure it, and aim at 100 and more"),
    (500, "enough for one fixed form and tone; 500 to 2,000 suit classifying, 2,000 to 10,000 dialogue, 5,000 to 50,000 an expert field"),
    (2_000, "as many as classifying wants (500 to 2,000); dialogue wants 2,000 to 10,000, an expert field 5,000 to 50,000"),
    (5_000, "as many as dialogue wants (2,000 to 10,000); an expert field wants 5,000 to 50,000"),
    (50_001, "as many as an expert field wants (5,000 to 50,000)"),
)
PLENTY = "more than even an expert field wants (50,000); fewer and better rows teach more"


class Standing:
    """Counts the examples that a training learns, by the language of their last question."""

    def __init__(self) -> None:
        self.spoken: Counter[Language] = Counter()

    def look(self, row: Judged) -> Iterator[Fault]:
        if row.example:
            self.spoken[detect(row.example.turns[-2].content)] += 1
        return iter(())

    @property
    def words(self) -> str:
        """Number and languages, and what that number is good for."""
        number = self.spoken.total()
        if not number:
            return "no examples"
        counts = ", ".join(f"{self.spoken[language]} {language}" for language in sorted(self.spoken))
        return f"{number} examples ({counts}): {next((text for limit, text in GUIDANCE if number < limit), PLENTY)}; quality goes before quantity"

    def gaps(self, domain: Domain) -> Iterator[Finding]:
        if not self.spoken:
            text = "no usable example, so no adapter can be trained; add rows, e.g. examples/dialogues.jsonl"
            yield Finding("warning", EXAMPLES, None, text, "size")
            return
        for language in domain.spec.languages:
            if not self.spoken[language]:
                text = f"no {LANGUAGES[language]} example, so the adapter learns no form in that language"
                yield Finding("warning", EXAMPLES, None, text, "size")
