"""What is trained and how it is computed: variants of LoRA, layers, packing, the loss; each against the plain sums."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lessons import FACTS, begin, learn, recipe, row, same, stopping_at, student, weights

from assistant.errors import AdapterError, TrainingError
from assistant.models.fit import check_servable
from assistant.models.local import load_model
from assistant.training.parity.golden import read_golden
from assistant.training.recipe import Lora
from assistant.training.teach.encode import IGNORED, encode_all
from assistant.training.teach.fused import fuse
from assistant.training.teach.lora import check_targets, lora_config
from assistant.training.teach.loss import answer_loss
from assistant.training.teach.quantize import load_4bit
from assistant.training.teach.trainer import make_trainer


def adapted(base: Path, **lora: Any) -> Any:
    """The base with a LoRA that changes its answers, in training mode."""
    import torch
    from peft import get_peft_model

    torch.manual_seed(3)
    model = get_peft_model(load_model(base, "float32", "cpu"), lora_config(Lora(dropout=0.0, **lora)))
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    return model.train()


def logits(model: Any, ids: list[int]) -> Any:
    import torch

    with torch.inference_mode():
        return model(input_ids=torch.tensor([ids])).logits[0].float()


def test_the_fused_layers_give_pefts_loss_and_gradients(llama: Path) -> None:
    import torch

    ids = torch.tensor([encode_all([row(*FACTS[0])], student(llama).tokenizer)[0]["input_ids"]])
    found = []
    for fused in (False, True):
        model = adapted(llama)
        if fused:
            assert fuse(model, recipe()) == 14, "seven layers in each of two blocks"
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        found.append((float(loss.detach()), {name: weight.grad for name, weight in model.named_parameters() if weight.grad is not None}))
    (plain, expected), (quick, gradients) = found
    assert quick == pytest.approx(plain, rel=1e-6)
    assert len(expected) == len(gradients) == 28
    assert all(torch.allclose(gradients[name], expected[name], rtol=1e-4, atol=1e-6) for name in expected)


@pytest.mark.parametrize("changes", [{"lora_dropout": 0.1}, {"lora_variant": "dora"}, {"lora_bias": "all"}, {"training_method": "full"}])
def test_layers_that_do_more_than_a_product_are_not_fused(llama: Path, changes: dict[str, Any]) -> None:
    assert fuse(adapted(llama), recipe(**changes)) == 0


def test_the_loss_is_that_of_the_answers_alone_with_everything_computed(llama: Path) -> None:
    import torch

    base = student(llama)
    model = load_model(llama, "float32", "cpu")
    rows = encode_all([row(*pair) for pair in FACTS[:3]], base.tokenizer)
    expected, count = 0.0, 0
    for one in rows:
        scores = torch.log_softmax(logits(model, one["input_ids"])[:-1], dim=-1)
        for place, label in enumerate(one["labels"][1:]):
            if label != IGNORED:
                expected, count = expected - float(scores[place, label]), count + 1
    longest = max(len(one["input_ids"]) for one in rows)
    padded = {
        "input_ids": torch.tensor([one["input_ids"] + [base.tokenizer.pad_token_id] * (longest - len(one["input_ids"])) for one in rows]),
        "labels": torch.tensor([one["labels"] + [IGNORED] * (longest - len(one["labels"])) for one in rows]),
    }
    padded["attention_mask"] = (padded["input_ids"] != base.tokenizer.pad_token_id).long()
    loss, counted = answer_loss(model, padded)
    assert counted == count
    assert float(loss.detach()) == pytest.approx(expected / count, rel=1e-5)
    assert float(answer_loss(model, padded, 2 * count)[0].detach()) == pytest.approx(expected / count / 2, rel=1e-5)


def test_a_batch_without_an_answer_costs_nothing_and_can_go_backward(llama: Path) -> None:
    import torch

    model = adapted(llama)
    loss, count = answer_loss(model, {"input_ids": torch.tensor([[5, 6]]), "labels": torch.tensor([[IGNORED, IGNORED]])})
    loss.backward()
    assert (float(loss.detach()), count) == (0.0, 0)
    assert all(float(weight.grad.abs().sum()) == 0 for weight in model.parameters() if weight.grad is not None)


def test_each_row_of_a_pack_is_scored_as_if_it_were_alone(tmp_path: Path, llama: Path) -> None:
    import torch

    run = begin(tmp_path)
    trainer = make_trainer(run, student(llama), recipe(training_packing=True, training_precision="float32"), [])
    assert len(trainer.train_dataset) < len(FACTS), "nothing was packed"
    alone = {tuple(one["input_ids"]): one["labels"] for one in encode_all(run.dataset().train, student(llama).tokenizer)}
    seen = 0
    for batch in trainer.get_train_dataloader():
        labels = batch.pop("labels")[0]
        with torch.inference_mode():
            packed = trainer.model.eval()(**batch, use_cache=False).logits[0].float()
        starts = [*(batch["position_ids"][0] == 0).nonzero()[:, 0].tolist(), len(labels)]
        assert len(starts) > 2, "a pack holds several rows"
        for start, end in pairwise(starts):
            ids = batch["input_ids"][0, start:end].tolist()
            torch.testing.assert_close(packed[start:end], logits(trainer.model, ids), rtol=1e-4, atol=1e-4)
            assert labels[start:end].tolist() == alone[tuple(ids)], "only the answer is learned"
            seen += 1
    assert seen == len(FACTS)


def test_packing_learns_the_rows(tmp_path: Path, llama: Path) -> None:
    losses = [line["loss"] for line in learn(begin(tmp_path), llama, training_packing=True, training_epochs=20).losses if "loss" in line]
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("variant", ["lora", "rslora", "pissa", "olora", "dora"])
def test_every_variant_reloads_to_what_was_in_memory(tmp_path: Path, llama: Path, variant: str) -> None:
    from peft import PeftConfig, PeftModel

    run = begin(tmp_path)
    trained = learn(run, llama, lora_variant=variant, training_epochs=4)
    assert {path.name for path in trained.adapter.iterdir()} - {"README.md"} == {"adapter_config.json", "adapter_model.safetensors"}
    config = PeftConfig.from_pretrained(str(trained.adapter))
    assert config.r == (16 if variant in ("pissa", "olora") else 8)
    assert config.init_lora_weights is True
    assert bool(unservable(trained.adapter, llama)) == (variant == "dora")
    model = PeftModel.from_pretrained(load_model(llama, "float32", "cpu"), str(trained.adapter)).eval()
    for one in read_golden(run.folder / "golden.json").rows:
        after = logits(model, list(one.ids))[-1]
        assert max(abs(float(after[token]) - value) for token, value in one.top) < 1e-3


@pytest.mark.parametrize("variant", ["pissa", "olora"])
def test_a_converted_variant_resumes_to_the_same_weights(tmp_path: Path, llama: Path, variant: str) -> None:
    whole = learn(begin(tmp_path), llama, lora_variant=variant)
    run = begin(tmp_path)
    with pytest.raises(TrainingError, match="--resume"):
        learn(run, llama, *stopping_at(3), lora_variant=variant)
    assert same(weights(learn(run, llama, lora_variant=variant).adapter), weights(whole.adapter))


def test_unknown_layers_are_named_with_those_the_base_has(tmp_path: Path, llama: Path) -> None:
    model = load_model(llama, "float32", "cpu")
    check_targets(model, Lora(target_modules=["q_proj", "self_attn.v_proj"]))
    for names, said in ((["q_proj", "query", "lm_head"], "query, lm_head is not"), ([], "an empty list")):
        with pytest.raises(TrainingError, match=f"{said}.*q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj; or"):
            check_targets(model, Lora(target_modules=names))
    run = begin(tmp_path)
    with pytest.raises(TrainingError, match="c_attn"):
        learn(run, llama, lora_target_modules=["c_attn"])
    assert run.record["state"] == "failed"


def test_only_the_named_layers_are_trained(tmp_path: Path, llama: Path) -> None:
    names = weights(learn(begin(tmp_path), llama, lora_target_modules=["q_proj", "v_proj"]).adapter)
    assert {name.split(".")[-3] for name in names} == {"q_proj", "v_proj"}


def unservable(folder: Path, base: Path) -> str:
    """Why the engine does not take the adapter; "" when it does."""
    try:
        check_servable(folder, base)
    except AdapterError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"peft_type": "LORA", "use_dora": True}, "DoRA"),
        ({"peft_type": "LORA", "init_lora_weights": "pissa_niter_4"}, "conversion"),
        ({"peft_type": "IA3"}, "IA3"),
    ],
)
def test_what_cannot_be_served_says_why(tmp_path: Path, llama: Path, config: dict[str, Any], why: str) -> None:
    (tmp_path / "adapter_config.json").write_text(json.dumps(config), "utf-8")
    assert why in unservable(tmp_path, llama)



@pytest.mark.slow
def test_a_4bit_base_trains_on_a_processor(tmp_path: Path, llama: Path) -> None:
    """Training alone, as bitsandbytes can there: no look at held-out rows in between."""
    pytest.importorskip("bitsandbytes", reason='bitsandbytes is missing; get it with: pip install "bitsandbytes>=0.50,<0.51"')
    import torch
    from peft import get_peft_model

    model = get_peft_model(load_4bit(llama, "float32", "cpu", checkpointing=False), lora_config(Lora(dropout=0.0))).train()
    assert model.get_base_model().is_loaded_in_4bit
    ids = torch.tensor([encode_all([row(*FACTS[0])], student(llama).tokenizer)[0]["input_ids"]])
    optimizer = torch.optim.AdamW([weight for weight in model.parameters() if weight.requires_grad], lr=1e-2)
    losses = []
    for _ in range(20):
        loss = model(input_ids=ids, labels=ids, use_cache=False).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 1.5
