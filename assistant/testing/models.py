"""A real but tiny Llama or Qwen2 with tokenizer and chat template, and a classifier of pairs, made on the spot in seconds: right in every mechanism."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}{{ '\n' }}"
    "{% else %}{{ message['content'] + '<|im_end|>\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEXT = ["Question: how many days ahead? Answer: ask 24 hours ahead. The passages do not say.", "问题：提前多久？请提前24小时申请。资料中没有说明。"]

QWEN_WORDS = (  # how Qwen2 cuts text into words; transformers puts this, and NFC, into every tokenizer of a qwen2 folder
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def tiny_llama(folder: Path, template: str = CHATML, seed: int = 1) -> Path:
    """Save a random Llama of some 50,000 parameters with 1,024 positions to ``folder``; returns it."""
    from transformers import LlamaConfig, LlamaForCausalLM

    return _save(folder, LlamaForCausalLM, LlamaConfig, tiny_tokenizer(TEXT, template), seed)


def tiny_qwen2(folder: Path, template: str = CHATML, seed: int = 1) -> Path:
    """The same as a Qwen2, whose tokenizer reads text as AutoTokenizer will after reloading it."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    return _save(folder, Qwen2ForCausalLM, Qwen2Config, tiny_tokenizer(TEXT, template, qwen=True), seed)


def _save(folder: Path, model: Any, config: Any, tokenizer: Any, seed: int) -> Path:
    import torch

    torch.manual_seed(seed)
    settings = config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        initializer_range=0.2,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    model(settings).save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_tokenizer(texts: Iterable[str], template: str = CHATML, qwen: bool = False) -> Any:
    """A byte-level BPE tokenizer that gives back any text (normalised to NFC with ``qwen``); ``<|im_end|>`` ends an answer."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if qwen:
        words = pre_tokenizers.Split(Regex(QWEN_WORDS), "isolated")
        raw.normalizer = normalizers.NFC()
        raw.pre_tokenizer = pre_tokenizers.Sequence([words, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    raw.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    raw.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=400, initial_alphabet=alphabet, special_tokens=SPECIAL, show_progress=False))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>", extra_special_tokens=SPECIAL)
    tokenizer.chat_template = template
    return tokenizer


def tiny_classifier(folder: Path, labels: Sequence[str], pairs: Sequence[tuple[str, str, int]], seed: int = 1) -> Path:
    """Save a Bert of some 50,000 parameters that knows these (premise, hypothesis, place of its label) by heart to ``folder``; returns it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer = _word_tokenizer(text for premise, hypothesis, _ in pairs for text in (premise, hypothesis))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=128,
        initializer_range=0.2, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=tokenizer.pad_token_id, id2label=dict(enumerate(labels)),
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    rows = tokenizer([pair[0] for pair in pairs], [pair[1] for pair in pairs], padding=True, return_tensors="pt")
    wanted = torch.tensor([pair[2] for pair in pairs])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(150):
        model(**rows, labels=wanted).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


def _word_tokenizer(texts: Iterable[str]) -> Any:
    """Whole words, pairs as Bert reads them."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    raw.train_from_iterator(texts, trainers.WordLevelTrainer(special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False))
    ends = [(name, raw.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    raw.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", model_max_length=128,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )  # fmt: skip
