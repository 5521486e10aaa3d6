"""Several questions over one evidence, in one row: each must be read as if it were asked alone."""

import random

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from starter.batches import Encoder, Row, pad
from starter.conversation import Mix, make_conversation
from starter.paths import EXPORT
from starter.train import branch_mask


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(EXPORT)


@pytest.fixture(scope="module")
def model(tokenizer):
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        attn_implementation="eager",
    )
    return LlamaForCausalLM(config).eval()


def logits(model: LlamaForCausalLM, row: Row) -> torch.Tensor:
    ids, positions, branches, _, _ = (torch.tensor(part) for part in pad([row], len(row.ids)))
    with torch.inference_mode():
        return model(input_ids=ids, position_ids=positions, attention_mask=branch_mask(branches).float()).logits[0]


def test_a_branch_sees_the_evidence_and_itself_only(model, tokenizer) -> None:
    rng = random.Random(5)
    talks = (make_conversation(rng, Mix(least=4, single=0.0, drafts=0.0), "en") for _ in range(50))
    talk = next(talk for talk in talks if len(talk.turns) > 3)
    encoder = Encoder(tokenizer)
    together = encoder.rows([talk])[0]
    scores = logits(model, together)
    for branch, turn in enumerate(talk.turns, 1):
        alone = encoder.rows([type(talk)(talk.system, talk.evidence, [turn])])[0]
        mine = [at for at, number in enumerate(together.branches) if number in (0, branch)]
        assert [together.ids[at] for at in mine] == alone.ids
        assert torch.allclose(scores[mine], logits(model, alone), atol=1e-4)


def test_a_row_is_the_chat_template_of_its_question(tokenizer) -> None:
    talk = make_conversation(random.Random(6), Mix(least=4, single=1.0, drafts=0.0, refuse=0.0), "zh")
    turn = talk.turns[0]
    said = tokenizer.apply_chat_template(talk.messages(turn), tokenize=False, add_generation_prompt=True) + turn.answer + "<|im_end|>"
    assert Encoder(tokenizer).rows([talk])[0].ids == tokenizer(said)["input_ids"]


def test_only_answers_and_hints_are_learned(tokenizer) -> None:
    talk = make_conversation(random.Random(7), Mix(least=4, single=1.0, drafts=0.0, refuse=0.0), "en")
    row = Encoder(tokenizer).rows([talk])[0]
    learned = [wanted for wanted, weight in zip(row.wanted, row.weights, strict=True) if weight == 1.0]
    assert tokenizer.decode(learned).endswith(f"[{talk.turns[0].line}]<|im_end|>")
