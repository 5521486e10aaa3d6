"""``assistant plugins``: what is installed, and what failed to load and why."""


def run() -> None:
    """List domains, hooks and versions, and everything that was left out with the reason."""
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.session import NO_DOMAIN, err, out, print_table, workspace
    from assistant.plugins import load_plugins, safe_mode

    plugins = load_plugins(workspace())
    table = Table("name", "title", "languages", "hooks", box=None)
    table.add_column("from", overflow="fold")
    for source in plugins.sources:
        domain = plugins.domains.get(source.name)
        title = domain.title("en") if domain else f"plugin {source.version}"
        cells = (source.name, title, ", ".join(domain.spec.languages) if domain else "", ", ".join(source.hooks) or "–", source.path)
        table.add_row(*map(Text, cells))
    if plugins.sources:
        print_table(table)
    if not plugins.domains and not plugins.faults:
        out.print(NO_DOMAIN)
    if safe_mode():
        out.print("safe mode: no plugin code was loaded", style="yellow")
    for fault in plugins.faults:
        err.print(f"left out: {fault}", style="yellow", markup=False)
