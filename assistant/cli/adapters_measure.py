"""``assistant adapters measure``: the figures of a version that may be published, from the test questions."""

from typing import Annotated

import typer

from assistant.cli.adapters_named import Named, Number, opened, version_of


def measure(
    domain: Named,
    version: Number = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> None:
    """Ask a version, its parent and the bare base the domain's test questions, and write the figures into its card and README."""
    import json

    from assistant.cli.progress import Bar
    from assistant.cli.session import err, out
    from assistant.cli.training_facts import print_rows
    from assistant.retrieval.flow import open_knowledge
    from assistant.training.model_card import COLUMNS, cells
    from assistant.training.trial import at_home
    from assistant.training.version import published

    space, registry, plugins = opened()
    found = version_of(registry, plugins, domain, version)
    with err.status("starting…"):
        knowledge = open_knowledge(space, plugins)
    try:
        chosen = plugins.domain(found.domain)
        with Bar(found.served_name) as bar:
            bar.show("documents", 0, None)
            knowledge.index(chosen)
            with at_home(space, plugins, space.settings, knowledge, chosen, lambda done, total: bar.show("test questions", done, total)) as home:
                made = published(home, found)
    finally:
        knowledge.close()
    if as_json:
        out.print(json.dumps(made.card["test"], ensure_ascii=False), markup=False)
        return
    test = made.card["test"]
    out.print(f"{test['questions']} test questions, before: {test['against']}, after: {made.served_name}", markup=False)
    print_rows(COLUMNS, [cells(score, values) for score, values in test["scores"].items()])
    out.print(f"written into {made.folder / 'card.json'} and README.md", style="dim", markup=False)
