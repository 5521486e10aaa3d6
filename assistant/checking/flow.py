"""domain.toml → prompt → recipe → plugin → documents → glossary → examples → questions."""

from dataclasses import replace
from pathlib import Path

from assistant.checking.code import check_code
from assistant.checking.documents import check_documents
from assistant.checking.examples import check_examples
from assistant.checking.finding import Report
from assistant.checking.fix import Fixer
from assistant.checking.glossary import check_glossary, term_lines
from assistant.checking.overlap import DocumentOverlap
from assistant.checking.prompt import check_prompt
from assistant.checking.questions import check_questions
from assistant.checking.recipe import check_recipe
from assistant.checking.routing import collisions
from assistant.checking.spec import check_spec
from assistant.checking.terms import TermUse
from assistant.checking.tokens import Tokens
from assistant.personal_data import contacts
from assistant.plugins import Plugins
from assistant.rows.clean import Cleaner
from assistant.settings import Workspace


def check_domain(workspace: Workspace, plugins: Plugins, folder: Path, fix: bool = False) -> Report:
    """Every fault of a domain's files; one broken file keeps none of the others from being checked. ``fix`` writes cleaned examples."""
    spec, spec_file = check_spec(folder)
    kind, code_file = check_code(folder, plugins)
    domain = kind(folder, spec)
    spec_file = replace(spec_file, findings=(*spec_file.findings, *collisions(domain, list(plugins.domains.values()))))
    recipe, recipe_file = check_recipe(domain, workspace.settings)
    documents, document_files = check_documents(domain, workspace, plugins)
    terms, glossary_file = check_glossary(folder)
    published = contacts(document.text for document in documents.values() if document)
    cleaner = Cleaner(domain, recipe.data.min_answer_characters, published, compare=True)
    use, fixer = TermUse(term_lines(folder) if terms else {}, documents), Fixer(domain.examples, published) if fix else None
    looks = (DocumentOverlap(documents), use)
    example_files, taught = check_examples(domain, cleaner, Tokens(domain, recipe, workspace.settings), looks, fixer)
    glossary_file = replace(glossary_file, findings=(*glossary_file.findings, *use.findings()))
    questions_file = check_questions(domain, documents, terms, taught)
    files = (spec_file, check_prompt(domain), recipe_file, code_file, *document_files, glossary_file, *example_files, questions_file)
    return Report(folder.name, folder, tuple(file for file in files if file.summary or file.findings), tuple(fixer.report) if fixer else ())
