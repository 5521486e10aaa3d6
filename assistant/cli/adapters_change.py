"""``assistant adapters remove`` and ``import``: delete a version, or take in one made elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.adapters_named import Named, Number, opened, split, version_of


def remove(
    domain: Named,
    version: Number = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option(help="Remove it even when it is live; then none is.")] = False,
) -> None:
    """Delete a version for good. Its number is not given again."""
    from assistant.cli.session import out
    from assistant.errors import AdapterError

    _space, registry, plugins = opened()
    if split(domain, version)[1] is None:
        raise AdapterError(f"which version of {domain}? name one, such as {domain}@1 (see: assistant adapters list {domain})")
    found = version_of(registry, plugins, domain, version)
    if not yes and not typer.confirm(f"delete {found.served_name} in {found.folder} for good?", err=True):
        out.print(f"{found.served_name} stays", markup=False)
        return
    was_live = registry.remove(found, force)
    out.print(f"{found.served_name} is removed", markup=False)
    if was_live:
        rest = ", ".join(one.served_name for one in registry.versions(found.domain))
        hint = f"put one live with: assistant adapters use NAME (there is: {rest})" if rest else f"train one with: assistant train {found.domain}"
        out.print(f"{found.domain} has no live version now and speaks by its prompt alone; {hint}", style="yellow", markup=False)


def import_adapter(
    source: Annotated[Path, typer.Argument(help="A PEFT folder (adapter_config.json, adapter_model.safetensors) or a zip of one.")],
    domain: Annotated[str, typer.Option(help="The domain that gets the adapter.")],
) -> None:
    """Take in an adapter made elsewhere, as a candidate, once it is shown to be safe, whole and made for this base model."""
    from assistant.cli.session import err, out
    from assistant.errors import AdapterError
    from assistant.models.source import fingerprints, is_server, model_folder
    from assistant.training.adopt import Base, adopt
    from assistant.training.runs import one_training

    space, registry, plugins = opened()
    name, settings = plugins.domain(domain).name, space.settings
    if is_server(settings.base_model):
        raise AdapterError(f"base_model is the server {settings.base_model}; load the adapter there, or set base_model to the model's own files")
    folder = model_folder(settings)
    with err.status("looking at it…"), one_training(space, name):
        made = adopt(registry, name, source, Base(settings.base_model, folder, fingerprints(folder)))
    for notice in made.notices:
        err.print(notice, style="yellow", markup=False)
    served = made.version.served_name
    out.print(f"{served} is a candidate in {made.version.folder}", markup=False)
    out.print(f"hear it beside the base: assistant chat {served} --compare; put it live: assistant adapters use {served}", style="dim", markup=False)
