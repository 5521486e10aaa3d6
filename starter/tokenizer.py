"""The starter's tokenizer: byte-level BPE in which digits and the GB 2312 characters stand alone.
Learns its English pieces from our own texts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from starter import words_en
from starter.conversation import Mix, make_conversation
from starter.frames import life_for, synonyms_for
from starter.paths import END, PAD, SEED, START, WORK
from starter.scramble import hanzi
from starter.slots import SLOT
from starter.systems import GREETINGS, SYSTEMS

if TYPE_CHECKING:
    from tokenizers.pre_tokenizers import Sequence
    from transformers import PreTrainedTokenizerFast

VOCABULARY = 12288
PUNCTUATION = "，。；：！？、“”‘’（）【】《》〈〉「」—…·￥％＋－＝／～　–›§€£°×→•≤≥第零〇"
# The bar and the bracket take the space after them: a sentence begins with the same token in evidence and answer.
PIECES = r" \| |\] |\p{Han}|\p{N}| ?[^\s\p{Han}\p{N}\p{P}\p{S}]+| ?[\p{P}\p{S}]|\n+| |\s"
SPECIALS = (PAD, START, END)
CHAT_TEMPLATE = """{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' -}}
{%- if message['role'] == 'assistant' -%}
{%- generation -%}
{{- message['content'] + '<|im_end|>' -}}
{%- endgeneration -%}
{{- '\\n' -}}
{%- else -%}
{{- message['content'] + '<|im_end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""


def pre_tokenizer() -> Sequence:
    from tokenizers import Regex, pre_tokenizers

    split = pre_tokenizers.Split(Regex(PIECES), behavior="isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def english_texts(count: int = 4_000) -> Iterator[str]:
    """Conversations without random letters, and every listed word a few times."""
    rng = random.Random(SEED)
    lists = [
        words_en.NOUNS,
        words_en.ADJECTIVES,
        [word for pair in words_en.VERBS for word in pair],
        words_en.GIVEN,
        words_en.FAMILY,
        words_en.BRANDS,
        [word for group in synonyms_for("en", False) for word in group],
    ]
    for _ in range(20):
        yield from (f"the {word} {word}" for words in lists for word in words)
        yield from (f"the {word} the {word} the {word} {word.capitalize()}" for word in words_en.COMMON)
        for group in life_for("en", False):
            yield from (SLOT.sub("", text) for text in (*group.statements, *group.questions))
    yield from SYSTEMS["en"] + [text for pair in GREETINGS["en"] for text in pair]
    for talk in (make_conversation(rng, Mix(scramble=0.0), "en") for _ in range(count)):
        yield talk.evidence
        yield from (f"{turn.user} {turn.answer}" for turn in talk.turns)


def english_merges() -> list[tuple[str, str]]:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=7500, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(english_texts(), trainer)
    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def seeded_merges(text: str) -> Iterator[tuple[str, str]]:
    """The merges that make `text` one token, from left to right."""
    from tokenizers import pre_tokenizers

    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)[0][0]
    yield from ((letters[:end], letters[end]) for end in range(1, len(letters)))


def build_tokenizer() -> PreTrainedTokenizerFast:
    """The finished tokenizer with its chat template, as transformers loads it."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {
        token: number for number, token in enumerate((*SPECIALS, *sorted(pre_tokenizers.ByteLevel.alphabet())))
    }
    merges = []
    seeds = [pair for text in (*hanzi(), *PUNCTUATION, " | ", "] ", "\n\n", "system", "user", "assistant") for pair in seeded_merges(text)]
    for pair in dict.fromkeys(seeds + english_merges()):
        if len(vocabulary) < VOCABULARY:
            vocabulary.setdefault("".join(pair), len(vocabulary))
            merges.append(pair)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer(), decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIALS])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
        additional_special_tokens=[START],
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def load_tokenizer(folder: Path = WORK) -> PreTrainedTokenizerFast:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(folder / "tokenizer")


def written(tokenizer: PreTrainedTokenizerFast) -> list[str]:
    """Every token as text, in the order of the numbers."""
    return [tokenizer.decode([number]) for number in range(len(tokenizer))]


def make_tokenizer() -> None:
    """Builds and saves the tokenizer, unless a checkpoint already depends on the one that is there."""
    if (WORK / "checkpoint.pt").exists():
        return
    build_tokenizer().save_pretrained(WORK / "tokenizer")
