"""An answer for the terminal and as JSON."""

from typing import TYPE_CHECKING, Any

from assistant.cli.session import out
from assistant.records import Answer

if TYPE_CHECKING:
    from assistant.answering.flow import Assistant


def as_object(answer: Answer) -> dict[str, Any]:
    """The JSON form that other programs rely on."""
    return {
        "answer": answer.text,
        "language": answer.language,
        "domain": answer.domain,
        "also": list(answer.also),
        "refused": answer.refused,
        "reason": answer.reason,
        "source": answer.source,
        "adapter": answer.adapter,
        "kind": answer.kind,
        "citations": [
            {"n": c.n, "document": c.document, "heading": c.heading, "page": c.page, "text": c.text} for c in answer.citations
        ],
        "route": [{"domain": name, "score": score} for name, score in answer.route.scores],
        "timings": answer.timings,
        "receipt": answer.receipt,
    }


def print_answer(answer: Answer, assistant: "Assistant") -> None:
    out.print(answer.text, markup=False)
    out.print(facts_line(answer, assistant), style="dim", markup=False)
    if silenced := answer.receipt.get("silenced"):
        out.print(f"! without its adapter: {silenced}", style="yellow", markup=False)
    print_sources(answer)


def print_sources(answer: Answer) -> None:
    for cited in answer.citations:
        page = f", page {cited.page}" if cited.page else ""
        out.print(f"  [{cited.n}] {cited.document} › {cited.heading}{page}", style="cyan", markup=False)


def facts_line(answer: Answer, assistant: "Assistant") -> str:
    """Domains, adapters, who spoke, seconds."""
    from assistant.answering.examples import examples_shown

    if answer.refused:
        return f"— refused: {answer.reason}"
    names = [answer.domain, *answer.also] if answer.domain else []
    title = " + ".join(assistant.plugins.domains[name].title(answer.language) for name in names)
    spoke = "from the model" if answer.source == "model" else "quoted"
    seconds = sum(value for name, value in answer.timings.items() if name != "first_token")
    voice = answer.adapter or ("voice by examples" if examples_shown(answer.receipt) else "no adapter")
    return f"— {title} · {voice} · {spoke} · {seconds:.1f} s"


