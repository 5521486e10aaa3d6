"""``assistant adapters export`` and ``prove``: a version in another form, and the proof that a form answers as the training left it."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.adapters_named import Named, opened, split, version_of

if TYPE_CHECKING:
    from assistant.plugins import Plugins
    from assistant.registry import Registry
    from assistant.settings import Workspace
    from assistant.training.export.export import Subject


class Form(StrEnum):
    peft = "peft"
    merged = "merged"
    ollama = "ollama"
    gguf = "gguf"
    openai = "openai"


def export(
    name: Named,
    to: Annotated[Form, typer.Option(help="peft: for PEFT and vLLM; merged: one model folder; ollama: with a Modelfile; gguf: by llama.cpp; openai: the rows.")],
    out: Annotated[Path | None, typer.Option(help="The new folder; without it exports/ of the workspace.")] = None,
    force: Annotated[bool, typer.Option(help="Replace an earlier export.")] = False,
    push: Annotated[str | None, typer.Option(help="Also upload the folder to owner/name on the Hugging Face hub; needs HF_TOKEN.")] = None,
    public: Annotated[bool, typer.Option(help="With --push: everybody may see it.")] = False,
    model: Annotated[str, typer.Option(help="With openai: the model whose training is priced.")] = "gpt-4.1-mini-2025-04-14",
    epochs: Annotated[int, typer.Option(min=0, help="With openai: passes over the rows; 0 takes OpenAI's own choice.")] = 0,
    prices: Annotated[Path | None, typer.Option(help="With openai: TOML file of prices per million tokens.")] = None,
) -> None:
    """Write a version in a form that other programs take. It is done only when its answers there are those of the training."""
    from assistant.cli.session import out as console
    from assistant.training.export.hub_push import check_push
    from assistant.training.export.hub_push import push as upload

    token = check_push(push) if push else ""
    space, registry, plugins = opened()
    if to is Form.openai:
        target, lines = _openai(space, plugins, name, out, force, (model, epochs, prices))
    else:
        target, lines = _version(space, registry, plugins, name, to, out, force)
    for line in lines:
        console.print(line, markup=False)
    if push:
        console.print(f"uploaded to {upload(target, push, token, public)}", markup=False)


def prove(
    name: Named,
    at: Annotated[str | None, typer.Option(help="URL of an OpenAI-compatible server that serves an export.")] = None,
    model: Annotated[str, typer.Option(help="With --at: the model's name there.")] = "",
) -> None:
    """Ask a version its golden prompts again: reloaded in a new process, merged, beside others, or on a server."""
    from assistant.cli.session import err, out
    from assistant.errors import AdapterError
    from assistant.training.export.export import golden_of
    from assistant.training.parity.served import prove_here, prove_server

    space, registry, plugins = opened()
    subject = _subject(space, registry, plugins, name)
    with err.status("asking the golden prompts…"):
        one, notes = golden_of(subject)
        proofs = [prove_server(one, at, model, subject.student.tokenizer)] if at else prove_here(one, subject.version.folder, space.settings)
    for line in (*notes, *map(str, proofs)):
        out.print(line, markup=False)
    if not all(proof.passed for proof in proofs):
        raise AdapterError(f"{subject.version.served_name} does not answer as it did when it was trained")


def _subject(space: "Workspace", registry: "Registry", plugins: "Plugins", name: str) -> "Subject":
    from assistant.training.export.export import Subject
    from assistant.training.student import open_student

    version = version_of(registry, plugins, name)
    return Subject(version, plugins.domain(version.domain), open_student(space.settings), space.state / "runs")


def _version(
    space: "Workspace", registry: "Registry", plugins: "Plugins", name: str, to: Form, out: Path | None, force: bool
) -> tuple[Path, list[str]]:
    from assistant.cli.session import err
    from assistant.training.export.export import export as write
    from assistant.training.export.export import to_merged, to_peft
    from assistant.training.export.served import to_gguf, to_ollama

    makers = {Form.peft: to_peft, Form.merged: to_merged, Form.ollama: to_ollama, Form.gguf: to_gguf}
    subject = _subject(space, registry, plugins, name)
    target = _target(space, out, f"{subject.name}-{to}")
    with err.status(f"exporting {subject.version.served_name}…"):
        made = write(subject, makers[to], target, force)
    return target, [f"{subject.version.served_name} is in {target}", *map(str, made.proofs), *made.notes]


def _openai(
    space: "Workspace", plugins: "Plugins", name: str, out: Path | None, force: bool, priced: tuple[str, int, Path | None]
) -> tuple[Path, list[str]]:
    from assistant.errors import AdapterError
    from assistant.evaluation.prices import PRICES, read_prices
    from assistant.models.local import load_tokenizer
    from assistant.models.source import is_server, model_folder, starter_folder
    from assistant.retrieval.flow import open_knowledge
    from assistant.training.export.export import fresh_folder, mark
    from assistant.training.export.openai_rows import hosted_dataset, openai_readme, write_openai
    from assistant.training.recipe_file import read_recipe

    domain = plugins.domain(split(name)[0])
    if "@" in name:
        raise AdapterError(f"--to openai takes the domain's examples, not a version; write: assistant adapters export {domain.name} --to openai")
    model, epochs, prices = priced
    table = read_prices(prices) if prices else PRICES
    hosted = is_server(space.settings.base_model)  # its tokenizer is not here
    tokenizer = load_tokenizer(starter_folder() if hosted else model_folder(space.settings))
    target = _target(space, out, f"{domain.name}-openai")

    def count(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    knowledge = open_knowledge(space, plugins)
    try:
        dataset = hosted_dataset(domain, knowledge, read_recipe(domain.recipe, "openai", ()), count)
    finally:
        knowledge.close()
    with fresh_folder(target, force) as partial:
        bill = write_openai(dataset, partial, count, model, epochs, table)
        (partial / "README.md").write_text(openai_readme(domain.name, bill, "the starter" if hosted else space.settings.base_model), "utf-8")
        mark(partial, domain=domain.name, rows=bill.rows, tokens=bill.tokens)
    return target, [f"{domain.name} is in {target}", str(bill), *(f"left out: {line}" for line in dataset.left_out)]


def _target(space: "Workspace", out: Path | None, name: str) -> Path:
    return out.expanduser().absolute() if out else space.root / "exports" / name
