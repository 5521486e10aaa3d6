"""Adapters trained by hand in a second, with the model that is in memory after it."""

from pathlib import Path
from typing import Any

from assistant.models.local import load_model, load_tokenizer, prompt_ids
from assistant.records import Turn
from assistant.training.dataset import Dataset, Row

ROWS = tuple(
    Row((Turn("system", "Answer."), Turn("user", question)), answer, f"row {place}", "plain")
    for place, (question, answer) in enumerate(
        [
            ("Question: how early?", "Rule: 24 hours ahead."),
            ("Question: how many days of leave are there in a whole year of work?", "Rule: 15 days."),
            ("问题：年假有几天？", "规定：15天。"),
            ("Question: who?", "Rule: ask the manager."),
        ]
    )
)
DATA = Dataset(ROWS[:2], ROWS[2:])


def quick_adapter(base: Path, folder: Path, steps: int = 20, **lora: Any) -> Any:
    """Trains a LoRA on ROWS, saves it to ``folder`` (PiSSA and OLoRA converted, as a training does) and returns the model in memory."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(3)
    tokenizer = load_tokenizer(base)
    config = LoraConfig(**{"r": 4, "lora_alpha": 8, "target_modules": "all-linear", "task_type": "CAUSAL_LM", "lora_dropout": 0.1, **lora})
    model = get_peft_model(load_model(base, "float32", "cpu"), config)
    started = folder.with_name(folder.name + "-start")
    moving = config.init_lora_weights if isinstance(config.init_lora_weights, str) else ""
    if moving:
        model.peft_config["default"].init_lora_weights = True
        model.save_pretrained(str(started))
        model.peft_config["default"].init_lora_weights = moving
    model.train()
    optimiser = torch.optim.AdamW([weight for weight in model.parameters() if weight.requires_grad], lr=1e-2)
    for step in range(steps):
        row = ROWS[step % len(ROWS)]
        asked = prompt_ids([turn.message() for turn in row.prompt], tokenizer)
        answer = tokenizer(row.answer + tokenizer.eos_token, add_special_tokens=False)["input_ids"]
        model(input_ids=torch.tensor([asked + answer]), labels=torch.tensor([[-100] * len(asked) + answer])).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    more = {"path_initial_model_for_weight_conversion": str(started)} if moving else {}
    model.save_pretrained(str(folder), **more)
    return model
