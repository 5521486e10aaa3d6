"""What ``assistant models`` says about a base model: its size, what it needs here and how fast it will be, and which adapters it has."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.models.machine import Machine
    from assistant.plugins import Plugins
    from assistant.settings import Settings, Workspace

ANSWER = 130  # tokens of an answer of a hundred words, about


def say_model(name: str, parameters: int, context: int, licence: str) -> None:
    from assistant.cli.session import out
    from assistant.models.machine import billions

    parts = [f"{billions(parameters)} parameters", f"reads {context:,} tokens" if context else "", f"licence {licence}" if licence else ""]
    out.print(f"{name}: {', '.join(filter(None, parts))}", style="bold", markup=False)


def say_machine(parameters: int, machine: "Machine") -> None:
    """Memory needed and there, and the tokens a second that the memory's speed allows."""
    from assistant.cli.session import err, out
    from assistant.models.machine import chat_bytes, read_speed, size, training_bytes, weight_bytes

    chat, training = chat_bytes(parameters, machine.precision), training_bytes(parameters, machine.precision)
    out.print(
        f"memory        about {size(chat)} to answer, {size(training)} to train an adapter ({machine.precision}); "
        f"{machine.device} has {size(machine.memory)}, {size(machine.free)} free",
        markup=False,
    )
    if chat > machine.free:
        err.print(f"careful: {size(machine.free)} of memory are free now; close other programs before it is started", style="yellow", markup=False)
    if training > machine.memory:
        err.print("careful: too little memory to train an adapter for it here; train elsewhere, or take a smaller one", style="yellow", markup=False)
    speed = read_speed(machine.device, machine.precision)
    tokens = speed / max(weight_bytes(parameters, machine.precision), 1)
    out.print(f"speed         {_pace(tokens)}; this machine reads weights at {size(speed)} a second", markup=False)


def _pace(tokens: float) -> str:
    """A rough class: every token reads all weights once, so memory sets the pace."""
    if tokens > 100:
        return "over 100 tokens a second, a hundred words in a second or two"
    seconds = ANSWER / tokens
    return f"at best about {tokens:.2g} tokens a second, a hundred words in {seconds:.0f} s" if seconds < 120 else (
        f"at best about {tokens:.1g} tokens a second, a hundred words in {seconds / 60:.0f} min: too slow to wait for"
    )


def say_adapters(space: "Workspace", plugins: "Plugins", settings: "Settings") -> None:
    """Which domains have a live adapter for the base now chosen, and how the others get one."""
    from assistant.cli.session import out
    from assistant.errors import AdapterError
    from assistant.models.engine import base_key
    from assistant.models.source import is_server
    from assistant.registry import Registry

    registry = Registry(space.adapters, base_key(settings))
    live, lacking = [], []
    for domain in plugins.domains:
        try:
            version = registry.current(domain)
        except AdapterError:
            version = None
        if version and not _unfit(version.card, settings):
            live.append(version.served_name)
        else:
            lacking.append(domain)
    if live:
        out.print(f"adapters      {', '.join(live)}", markup=False)
    if lacking:
        base = f" --base {settings.server_model}" if is_server(settings.base_model) else ""
        commands = "; ".join(f"assistant train {domain}{base}" for domain in lacking)
        out.print(f"to be trained {commands}  (until then these domains speak by their prompts alone)", markup=False)


def _unfit(card: object, settings: "Settings") -> bool:
    """Whether an adapter was made for other weights, tokenizer or template than the base's here."""
    from assistant.errors import ModelError
    from assistant.models.source import fingerprints, is_server, model_folder
    from assistant.registry import card_value

    if is_server(settings.base_model):
        return False
    made_for = card_value(card, "base", "fingerprints") or {}
    try:
        here = fingerprints(model_folder(settings))
    except ModelError:  # a plugin's engine has no folder; it checks its adapters itself
        return False
    return any(made_for.get(part, here[part]) != here[part] for part in here)


def say_what_wins(changes: Mapping[str, str]) -> None:
    """The environment wins over assistant.toml; say so where it hides what was just written."""
    from assistant.cli.session import err

    for name, value in os.environ.items():
        key = name.upper().removeprefix("ASSISTANT_").lower()
        if name.upper().startswith("ASSISTANT_") and key in changes and value != changes[key]:
            err.print(f"careful: {name}={value} in the environment wins over assistant.toml; unset it to use {changes[key]}", style="yellow", markup=False)
