"""``assistant import``: rows of a table or chat export to training examples, a document to answer from, or both."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.rows.importing import Imported
    from assistant.rows.sources import Source

SHOWN = 20


class As(StrEnum):
    examples = "examples"
    documents = "documents"
    both = "both"


SOURCE = (
    "A .csv, .tsv, .xlsx, .json, .jsonl, .txt, .parquet or .arrow file in any common shape, FILE.xlsx#Sheet for one sheet, a folder of such files, "
    "or hf:org/name: a dataset, fetched from the Hugging Face hub if it is not here. FOLDER#part and hf:org/name#part take one part, such as #train."
)


def run(
    file: Annotated[str, typer.Argument(help=SOURCE)],
    domain: Annotated[str, typer.Option(help="The domain that gets the rows.")],
    to: Annotated[As, typer.Option("--as", help="examples: rows to train on; documents: facts to answer from; both.")] = As.both,
    name: Annotated[str, typer.Option(help="Name of the files written; without it the source's.")] = "",
    replace: Annotated[bool, typer.Option(help="Overwrite files of these names, such as those of an earlier import.")] = False,
) -> None:
    """Clean the rows of FILE and put them where the domain learns from them, answers from them, or both. What is left out is named."""
    from assistant.checking.bringing import bring, places
    from assistant.cli.session import out, workspace
    from assistant.plugins import load_plugins
    from assistant.rows.importing import checked_name, one_import, write_new
    from assistant.rows.sources import find_source

    space = workspace()
    plugins = load_plugins(space)
    chosen = plugins.domain(domain)
    source = find_source(file, download=True)
    stem = checked_name(name, source.name)
    made = bring(space, plugins, chosen, source, stem)
    files = places(space, chosen, made, stem, to.value)
    learns, answers = to is not As.documents and bool(made.examples), to is not As.examples
    with one_import(space, chosen):
        write_new(files, replace)
    _say(made, source)
    for path, _text in files:
        out.print(f"wrote {path.relative_to(space.root)}", markup=False)
    steps = [("check", True), ("index", answers), ("train", learns)]
    out.print("Next: " + "; ".join(f"assistant {step} {chosen.name}" for step, wanted in steps if wanted), markup=False)


def _say(made: "Imported", source: "Source") -> None:
    from assistant.cli.session import err, out

    changed = f", {len(made.changed)} put right or doubtful" if made.changed else ""
    name = source.files[0].name if len(source.files) == 1 else f"{source.name} ({len(source.files)} files)"
    out.print(f"{name}: {made.rows} rows, {made.used} used{changed}, {len(made.left_out)} left out", markup=False)
    if source.passed_over:
        err.print(f"  not read: {', '.join(source.passed_over[:SHOWN])}; name their part to read them, such as #test", style="yellow", markup=False)
    for line in made.left_out[:SHOWN]:
        err.print(f"  left out: {line}", style="yellow", markup=False)
    if len(made.left_out) > SHOWN:
        err.print(f"  … and {len(made.left_out) - SHOWN} more; put the file into examples/raw/ and run assistant check to see all", style="yellow", markup=False)
