"""Asks an entailment model, where one is set, whether a written sentence follows from its evidence. Knows no prompt and no stage."""

from collections.abc import Sequence

from assistant.answering.align import content
from assistant.answering.check import FENCE, Grounds, word_for_word
from assistant.answering.facts import facts
from assistant.records import Evidence


def unentailed(sentence: str, cited: Sequence[Evidence], grounds: Grounds) -> list[str]:
    """Why the model set does not let a sentence stand; [] when it does, when none is set, and for what claims nothing or repeats its evidence.

    Premises are the cited evidence (all of it where none is), each item alone and together with the domain's computed values; the one that
    entails most counts. The question is none: it may suppose what is false.
    """
    said = FENCE.sub(" ", sentence).strip()
    if grounds.entailment is None or not _claims(said, grounds) or word_for_word(sentence, grounds.evidence):
        return []
    alone = [f"{item.heading}\n{item.text}".strip() for item in cited or grounds.evidence]
    premises = list(dict.fromkeys(["\n".join([*alone, *grounds.computed]), *alone]))
    if not any(premises):
        return []
    entailed, contradicted = max(grounds.entailment.entails([(premise, said) for premise in premises]))
    threshold, neutral = grounds.entailment.threshold, 1 - entailed - contradicted
    if contradicted > max(entailed, neutral):
        return [f"the entailment model says that its evidence contradicts it ({contradicted:.2f})"]
    return [f"the entailment model says that its evidence does not entail it ({entailed:.2f}, wanted {threshold:.2f})"] if entailed < threshold else []


def _claims(said: str, grounds: Grounds) -> bool:
    """Whether a sentence says more than the house's own words ("Hello!")."""
    return bool(facts(said) or content(said) - grounds.voice)
