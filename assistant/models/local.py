"""A transformers model in this process, with any number of LoRA adapters attached beside each other."""

import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.errors import AdapterError, ModelError, QuestionError
from assistant.models.attached import Attached
from assistant.models.device import place, set_threads
from assistant.models.engine import ModelInfo, Sampling, adapter_key
from assistant.models.fit import check_servable, check_version
from assistant.models.greedy import Continuation, continue_greedily, ending_tokens
from assistant.models.rows import adapters_per_row, hook_layers
from assistant.models.source import STARTER, fingerprints, model_folder
from assistant.models.streaming import Row, row_streamer
from assistant.models.worker import Request, Worker
from assistant.records import AdapterVersion, Prompt, Told
from assistant.settings import Settings

STARTER_LIMITS: dict[str, Any] = {"evidence_tokens": 400, "evidence_items": 8, "history_turns": 0, "quotes_only": True}
SILENT = {"enable_thinking": False}  # Qwen3 and others would spend the answer's tokens on thinking aloud; templates without the switch ignore it
LARGE_LIMITS: dict[str, Any] = {"evidence_tokens": 2400, "evidence_items": 24, "history_turns": 6}


class LocalEngine:
    """Engine over ``AutoModelForCausalLM``; all use of the model happens in its worker thread."""

    def __init__(self, settings: Settings) -> None:
        self.folder = model_folder(settings)
        self.tokenizer = load_tokenizer(self.folder)
        set_threads(settings)
        self._model, self.info = _load(self.folder, settings)
        self._attached = Attached()
        self.fingerprints = fingerprints(self.folder)
        self._worker = Worker(self._generate, settings.batch_size)

    def count_tokens(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def serve(self, version: AdapterVersion) -> str:
        """AdapterError when its files are not those published, not whole, or made for another base; an attached one is not read again."""
        if not self._attached.wanted(version):
            check_version(version, self.fingerprints)
            self._worker.change(lambda: self._attach(version))
        return version.served_name

    def stream(self, prompt: Prompt, adapter: str | None, sampling: Sampling, cancelled: threading.Event) -> Iterator[str]:
        if adapter is not None and adapter not in self._attached.names:
            raise AdapterError(f"adapter {adapter!r} is not attached; attached: {', '.join(self._attached.names) or 'none'}")
        tokens = self.prompt_tokens(prompt)
        room = self.info.context_tokens - len(tokens)
        if room < 16:
            text = f"the prompt has {len(tokens)} tokens and {self.info.name} reads {self.info.context_tokens}; ask a shorter question"
            raise QuestionError(Told(text, "prompt-long", tokens=len(tokens), name=self.info.name, most=self.info.context_tokens))
        limited = Sampling(sampling.temperature, sampling.top_p, min(sampling.max_new_tokens, room), sampling.stop)
        return self._worker.submit(Request(tokens, adapter, limited, cancelled)).read()

    def prompt_tokens(self, prompt: Prompt) -> list[int]:
        return prompt_ids(prompt.as_messages(), self.tokenizer)

    def probe(self, rows: Sequence[tuple[Sequence[int], str | None]], count: int) -> list[Continuation]:
        """The likeliest ``count`` tokens after each prompt, all rows in one batch, each with its adapter (None: the bare base)."""

        def run() -> list[Continuation]:
            with adapters_per_row([adapter for _, adapter in rows]):
                return continue_greedily(_base(self._model), self.tokenizer, [tokens for tokens, _ in rows], count)

        found: list[Continuation] = self._worker.change(run)
        return found

    def close(self) -> None:
        self._worker.close()

    def _attach(self, version: AdapterVersion) -> None:
        """Attach it beside the others, unless another asker was quicker; of its domain the long unused ones go."""
        if self._attached.wanted(version):
            return
        self._load(version.served_name, version.folder)
        for name in self._attached.add(version, {request.adapter for request in self._worker.pending()}):
            self._model.delete_adapter(name)

    def _load(self, name: str, folder: Path) -> None:
        from peft import PeftConfig, PeftModel

        check_servable(folder, self.folder)
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing`")  # peft 0.21 calls what transformers 5.23 renamed
        try:
            if not isinstance(self._model, PeftModel):
                config = PeftConfig.from_pretrained(str(folder))
                config.inference_mode = True
                self._model = PeftModel(self._model, config, adapter_name=name)
            self._model.load_adapter(str(folder), adapter_name=name, is_trainable=False)
        except Exception as error:  # safetensors, json and peft raise a dozen kinds for a damaged folder
            raise AdapterError(f"{folder} cannot be loaded ({type(error).__name__}: {error}); it is damaged or made for another base") from error
        finally:  # a failed load may have changed the layers
            self._model.eval()
            hook_layers(self._model)

    def _generate(self, requests: list[Request]) -> None:
        import torch
        from transformers import StoppingCriteriaList

        rows = [Row(request, self.tokenizer) for request in requests]
        batch = self.tokenizer.pad({"input_ids": [r.tokens for r in requests]}, return_tensors="pt").to(self._model.device)
        sampling = requests[0].sampling
        chance = {"do_sample": True, "temperature": sampling.temperature, "top_p": sampling.top_p} if sampling.temperature else {"do_sample": False}
        with torch.inference_mode(), adapters_per_row([r.adapter for r in requests]):
            _base(self._model).generate(
                **batch,
                **chance,
                max_new_tokens=max(r.sampling.max_new_tokens for r in requests),
                pad_token_id=self.tokenizer.pad_token_id,
                stopping_criteria=StoppingCriteriaList([row_streamer(rows, ending_tokens(self._model, self.tokenizer))]),
            )
        for row in rows:
            row.finish()


def prompt_ids(messages: Sequence[Mapping[str, str]], tokenizer: Any) -> list[int]:
    """Token ids of a conversation up to where the answer begins."""
    cleaned = [{**message, "content": plain(message["content"], tokenizer)} for message in messages]
    return list(tokenizer.apply_chat_template(cleaned, add_generation_prompt=True, tokenize=True, return_dict=True, **SILENT)["input_ids"])


def plain(text: str, tokenizer: Any) -> str:
    """The text without the tokenizer's control tokens: what people and documents write is data."""
    for token in tokenizer.all_special_tokens:
        text = text.replace(token, " ")
    return text


def load_tokenizer(folder: Path) -> Any:
    """The folder's tokenizer, padding on the left; ModelError when it has no chat template."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, padding_side="left", trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder}: its tokenizer cannot be loaded ({error}); the folder must hold tokenizer.json and tokenizer_config.json") from error
    if not tokenizer.chat_template:
        raise ModelError(f"{folder} has no chat template, so it cannot be talked to; choose an Instruct or Chat model")
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(folder: Path, precision: str, device: str, quantization: Any = None) -> Any:
    """The folder's causal language model, safetensors only, no remote code; ``quantization`` is a transformers quantization config."""
    import torch
    from transformers import AutoModelForCausalLM

    packed = {"quantization_config": quantization, "device_map": {"": device}} if quantization else {}
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(folder), dtype=getattr(torch, precision), local_files_only=True, use_safetensors=True, trust_remote_code=False, **packed
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder} cannot be loaded: {error}") from error
    return model.eval() if packed else model.to(device).eval()


def parameter_count(folder: Path) -> int:
    """Parameters by the weight files' size, assuming two bytes each."""
    return sum(path.stat().st_size for path in folder.glob("*.safetensors")) // 2


def _load(folder: Path, settings: Settings) -> tuple[Any, ModelInfo]:
    info = model_info(folder, settings)
    model = load_model(folder, info.precision, info.device)
    return model, replace(info, parameters=sum(p.numel() for p in model.parameters()))


def model_info(folder: Path, settings: Settings) -> ModelInfo:
    """What the folder's model is and can take, without loading its weights; ``parameters`` is judged by their files' size."""
    from transformers import AutoConfig

    where = place(settings, parameter_count(folder))
    config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    context = getattr(config, "max_position_embeddings", 2048)
    limits = STARTER_LIMITS if settings.base_model == STARTER or getattr(config, "quotes_only", False) else LARGE_LIMITS
    fitting = min(limits["evidence_tokens"], context // 2)
    return ModelInfo(
        name=settings.base_model,
        key=adapter_key(settings.base_model),
        context_tokens=context,
        takes_adapters=True,
        device=where.device,
        precision=where.precision,
        reason=where.reason,
        parameters=parameter_count(folder),
        **{**limits, "evidence_tokens": settings.evidence_tokens or fitting},
    )


def _base(model: Any) -> Any:
    """The model to call generate on: PEFT's own wrapper would install and remove its hooks."""
    from peft import PeftModel

    return model.base_model.model if isinstance(model, PeftModel) else model
