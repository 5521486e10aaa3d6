"""``assistant index``: bring the search index in step with the documents."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    domain: Annotated[str | None, typer.Argument(help="One domain; without it all of them.")] = None,
    files: Annotated[list[Path] | None, typer.Argument(help="Documents to add to the domain (copied to knowledge/DOMAIN/).")] = None,
    rebuild: Annotated[bool, typer.Option(help="Forget the index and make it anew (needed after changing the embedder).")] = False,
) -> None:
    """Index the documents of one domain or all; only what changed is read. Unreadable files are reported."""
    from assistant.cli.session import NO_DOMAIN, err, out, workspace
    from assistant.plugins import load_plugins
    from assistant.retrieval.added import add_files
    from assistant.retrieval.flow import open_knowledge

    space = workspace()
    plugins = load_plugins(space)
    chosen = [plugins.domain(domain)] if domain else list(plugins.domains.values())
    for fault in plugins.faults:
        err.print(f"left out: {fault}", style="yellow", markup=False)
    if not chosen:
        out.print(NO_DOMAIN)
        return
    knowledge = open_knowledge(space, plugins)
    unread = False
    try:
        given = add_files(space, chosen[0], knowledge.suffixes, files) if files else []
        for one in chosen:
            with err.status(f"{one.name} …") as status:
                report = knowledge.index(one, lambda name, done, total: status.update(f"{name} ({done}/{total})"), rebuild)
            changes = f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged"
            out.print(f"{one.name}: {changes}; {report.chunks} chunks", markup=False)
            for line in report.faults:
                err.print(f"  not read: {line}", style="yellow", markup=False)
                unread = unread or line.startswith(tuple(f"{name}: " for name in given))
    finally:
        knowledge.close()
    if unread:
        raise typer.Exit(1)
