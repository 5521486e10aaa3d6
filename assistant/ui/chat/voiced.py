"""Whose voice an answer has, in a few words: an adapter's version, the domain's examples, or the bare base's. Knows no components."""

from assistant.answering.examples import examples_shown
from assistant.records import Answer, Language
from assistant.ui.texts import say


def voiced(answer: Answer, language: Language) -> str:
    by_examples = say("voice_examples", language) if examples_shown(answer.receipt) else ""
    return answer.adapter or by_examples or say("base", language)
