"""What a version and the side it is compared with say to the domain's questions: from what the gate kept where it did, asked anew where not."""

from dataclasses import dataclass
from functools import cached_property

from assistant.answering.flow import Assistant
from assistant.domain import Domain
from assistant.domain_files import Question
from assistant.evaluation.cache import Cache
from assistant.evaluation.job import Job, Watch, answer_all
from assistant.evaluation.results import Answered
from assistant.records import AdapterVersion
from assistant.training.trial import own_questions


@dataclass(frozen=True)
class Sides:
    """``version`` beside ``against``, or beside the bare base where that is None."""

    assistant: Assistant
    domain: Domain
    version: AdapterVersion
    against: AdapterVersion | None
    cache: Cache

    def questions(self, most: int) -> list[Question]:
        """Up to so many of the dev questions the gate asked, always the same ones."""
        return own_questions(self.domain, "dev", most)[0]

    def kept(self, question: Question) -> tuple[Answered, Answered] | None:
        """Both answers (against, version) where both are kept under all that they depend on today."""
        keys = [job.ladder.key(question, rung) for job, rung in self._jobs]
        if any(key not in self.cache for key in keys):
            return None
        return self.answers(question)

    def answers(self, question: Question) -> tuple[Answered, Answered]:
        """Both answers; those that are not kept are made now, and kept."""
        before, after = (answer_all(job, [question], rung, Watch())[question.id] for job, rung in self._jobs)
        return before, after

    @cached_property
    def _jobs(self) -> tuple[tuple[Job, str], ...]:
        before = Job(self.assistant, self.domain, (), self.cache, "", "dev", version=self.against or self.version)
        after = Job(self.assistant, self.domain, (), self.cache, "", "dev", version=self.version)
        return (before, "rag+lora" if self.against else "rag"), (after, "rag+lora")

