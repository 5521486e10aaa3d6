// Two clicks inside an answer: a mark opens its citation, and "copy" copies the answer's text.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.mark, a.copy");
  if (!link) return;
  event.preventDefault();
  const reply = link.closest(".reply");
  if (link.matches(".copy")) {
    navigator.clipboard.writeText(reply.querySelector(".answer-text").innerText.trim());
    link.classList.add("done");
    setTimeout(() => link.classList.remove("done"), 1500);
    return;
  }
  const citation = document.getElementById(link.getAttribute("href").slice(1));
  if (!citation) return;
  citation.open = true;
  citation.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

// Gradio labels each message with its source, here HTML; screen readers are to read the text instead.
new MutationObserver(() => {
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
}).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] });
