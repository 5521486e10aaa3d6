"""domain.toml → prompt → recipe → plugin → documents → glossary → examples → questions."""

from pathlib import Path

from assistant.checking.code import check_code
from assistant.checking.documents import check_documents
from assistant.checking.examples import check_examples
from assistant.checking.finding import Report
from assistant.checking.glossary import check_glossary
from assistant.checking.prompt import check_prompt
from assistant.checking.questions import check_questions
from assistant.checking.recipe import check_recipe
from assistant.checking.spec import check_spec
from assistant.plugins import Plugins
from assistant.settings import Workspace


def check_domain(workspace: Workspace, plugins: Plugins, folder: Path) -> Report:
    """Every fault of a domain's files; one broken file keeps none of the others from being checked."""
    spec, spec_file = check_spec(folder)
    kind, code_file = check_code(folder, plugins)
    domain = kind(folder, spec)
    recipe, recipe_file = check_recipe(domain, workspace.settings)
    documents, document_files = check_documents(domain, workspace, plugins)
    terms, glossary_file = check_glossary(folder)
    examples, example_files = check_examples(domain, recipe)
    questions_file = check_questions(domain, documents, terms, examples)
    files = (spec_file, check_prompt(domain), recipe_file, code_file, *document_files, glossary_file, *example_files, questions_file)
    return Report(folder.name, folder, tuple(file for file in files if file.summary or file.findings))
