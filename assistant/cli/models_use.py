"""``assistant models use``: check a base model, fetch it if it is not here, and write it into assistant.toml. Trains nothing."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.models_say import say_adapters, say_machine, say_model, say_what_wins

if TYPE_CHECKING:
    from assistant.models.hub import Hub, Listing
    from assistant.plugins import Plugins
    from assistant.settings import Settings

ASK_FROM = 10**9
Changes = dict[str, str]


def use(
    name: Annotated[str, typer.Argument(help="starter, a Hugging Face id, modelscope:ID, a folder, or the URL of an OpenAI-compatible server.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before more than 1 GB is downloaded.")] = False,
    server_model: Annotated[str, typer.Option("--server-model", help="With a URL: which of the server's models; needed when it lists several.")] = "",
) -> None:
    """Check a base model, fetch it if it is not here, write it into assistant.toml. Asks before large downloads; trains nothing."""
    from assistant.cli.session import out, workspace
    from assistant.models.catalogue import plain_name
    from assistant.models.source import STARTER, is_server
    from assistant.plugins import load_plugins
    from assistant.settings import MARKER, write_settings

    space = workspace()
    settings = space.settings
    plugins = load_plugins(space)
    name, takes_adapters = plain_name(name), True
    if any(name.startswith(prefix) for prefix in plugins.models):
        changes = _of_a_plugin(name, settings, plugins)
    elif is_server(name):
        changes, takes_adapters = _server(name, server_model, settings)
    elif name == STARTER:
        changes = {"base_model": name}
    elif name.startswith(("/", ".", "~")) or _is_folder(name):
        changes = _folder(name, settings)
    else:
        changes = _hub(name, settings, yes)
    write_settings(space.root / MARKER, changes)
    out.print(f"{MARKER}: " + ", ".join(f'{key} = "{value}"' for key, value in changes.items()), style="bold", markup=False)
    if takes_adapters:
        say_adapters(space, plugins, settings.model_copy(update=changes))
    out.print("an open app or chat takes it when it is started again", style="dim")
    say_what_wins(changes)


def _is_folder(name: str) -> bool:
    try:
        return Path(name).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError):
        return False


def _of_a_plugin(name: str, settings: "Settings", plugins: "Plugins") -> Changes:
    from assistant.models.open import open_engine

    open_engine(settings.model_copy(update={"base_model": name}), plugins).close()
    return {"base_model": name}


def _server(url: str, chosen: str, settings: "Settings") -> tuple[Changes, bool]:
    """Ask the server what it has and talk to the one chosen; a server with one model needs no choice. Also says whether it takes adapters."""
    from assistant.cli.session import out
    from assistant.errors import ModelError
    from assistant.models.found import say_ready
    from assistant.models.server import ServerEngine

    url = url.rstrip("/")
    same = settings.base_model.rstrip("/").removesuffix("/v1") == url.removesuffix("/v1")
    wanted = chosen or (settings.server_model if same else "")
    engine = ServerEngine(settings.model_copy(update={"base_model": url, "server_model": wanted}))
    try:
        out.print(f"{url} lists: {', '.join(engine.models)}", markup=False)
        if not wanted and len(engine.models) > 1:
            raise ModelError(f"{url} has {len(engine.models)} models; say which: assistant models use {url} --server-model {engine.models[0]}; nothing was changed")
        wanted = wanted or engine.models[0]
        began = time.monotonic()
        said = say_ready(engine)
        out.print(f"{wanted} answers: {said[:60]!r} ({time.monotonic() - began:.1f} s)", markup=False)
        takes = engine.info.takes_adapters
        out.print("adapters are loaded there at run time" if takes else "it takes no adapters: the domains' voice comes from a few of their examples, shown before each question")
    finally:
        engine.close()
    return {"base_model": url, "server_model": wanted}, takes


def _folder(name: str, settings: "Settings") -> Changes:
    from assistant.errors import ModelError
    from assistant.models.candidate import UNCHANGED

    if not _is_folder(name):
        raise ModelError(f"there is no folder {name}; give one that is there, a Hugging Face id, modelscope:ID or a server's URL; {UNCHANGED}")
    folder = Path(name).expanduser().resolve()
    _check_local(str(folder), folder, settings)
    kept = _is_folder(settings.base_model) and Path(settings.base_model).expanduser().resolve() == folder
    return {"base_model": settings.base_model if kept else str(folder)}


def _check_local(name: str, folder: Path, settings: "Settings") -> None:
    """Judge a model that is on disk, and say what it is and needs."""
    from assistant.models.candidate import check_whole, judge
    from assistant.models.machine import check_memory, this_machine

    findings = judge(name, [path.name for path in folder.iterdir()], folder)
    parameters = check_whole(name, folder)
    machine = this_machine(settings, parameters)
    check_memory(name, parameters, machine)
    say_model(name, parameters, findings.context_tokens, "")
    say_machine(parameters, machine)


def _hub(name: str, settings: "Settings", yes: bool) -> Changes:
    """A model of a hub: a whole copy on this machine is taken as it is; otherwise it is judged first, then fetched, then opened once."""
    from assistant.cli.session import out
    from assistant.models.candidate import check_whole
    from assistant.models.hub import open_hub

    folder = _whole_copy(name, settings)
    if folder:
        out.print(f"{name} is on this machine, in {folder}", markup=False)
        _check_local(name, folder, settings)
    else:
        hub = open_hub(name)
        listing = hub.listing(name)
        _judge_remote(listing, hub, settings)
        _agree(listing, hub, yes)
        check_whole(name, _fetch(listing, hub))
    return {"base_model": name}


def _whole_copy(name: str, settings: "Settings") -> Path | None:
    """The folder of a hub's model where all of it is on this machine."""
    from assistant.errors import ModelError
    from assistant.models.source import model_folder

    try:
        folder = model_folder(settings.model_copy(update={"base_model": name, "download": False}))
    except ModelError:
        return None
    return folder if (folder / "tokenizer_config.json").is_file() and not any(folder.glob("*.incomplete")) else None


def _judge_remote(listing: "Listing", hub: "Hub", settings: "Settings") -> None:
    """Everything that can be said before a large file is fetched."""
    from tempfile import TemporaryDirectory

    from assistant.models.candidate import judge
    from assistant.models.catalogue import known
    from assistant.models.machine import check_disk, check_memory, this_machine

    with TemporaryDirectory() as temporary:
        hub.read_small(listing, Path(temporary))
        findings = judge(listing.name, [file.name for file in listing.files], Path(temporary))
    weights = sum(file.size for file in listing.wanted if file.name.endswith(".safetensors"))
    row = known(listing.name)
    parameters = row.parameters if row else listing.parameters or weights // findings.bytes_each
    machine = this_machine(settings, parameters)
    check_memory(listing.name, parameters, machine)
    check_disk(listing.name, hub.missing(listing), hub.cache)
    say_model(listing.name, parameters, findings.context_tokens, listing.licence)
    say_machine(parameters, machine)


def _agree(listing: "Listing", hub: "Hub", yes: bool) -> None:
    """Say what is to be downloaded; ask first when it is much."""
    from assistant.cli.session import out
    from assistant.errors import ModelError
    from assistant.models.machine import size

    missing = hub.missing(listing)
    kept = listing.bytes - missing
    already = f", {size(kept)} of {size(listing.bytes)} are here already" if kept else ""
    out.print(f"to download   {size(missing)} from {listing.address} to {hub.cache}{already}", markup=False)
    if yes or missing <= ASK_FROM:
        return
    if not sys.stdin.isatty():
        raise ModelError(f"{size(missing)} would be downloaded, and nobody can be asked here; say so with: assistant models use {listing.name} --yes; nothing was changed")
    if not typer.confirm(f"Download {size(missing)}?", err=True):
        raise ModelError("not downloaded; nothing was changed")


def _fetch(listing: "Listing", hub: "Hub") -> Path:
    from assistant.cli.fetching import progress
    from assistant.cli.session import out
    from assistant.models.machine import size

    missing = hub.missing(listing)
    began = time.monotonic()
    with progress(listing.bytes, listing.bytes - missing) as report:
        folder = hub.fetch(listing, report)
    seconds = max(time.monotonic() - began, 1e-3)
    out.print(f"fetched       {size(missing)} in {seconds:.0f} s ({size(missing / seconds)} a second), in {folder}", markup=False)
    return folder
