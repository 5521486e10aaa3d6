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

// An opened citation shows the sentence it is about.
document.addEventListener("toggle", (event) => {
  const passage = event.target.open && event.target.querySelector?.(".passage");
  const sentence = passage && passage.querySelector("mark");
  if (sentence) passage.scrollTop = sentence.offsetTop - passage.offsetTop - 40;
}, true);

// After each change of the page: a new question comes into view; and as Gradio labels a message with its source, here HTML, that label goes.
let questions = 0;
new MutationObserver(() => {
  const asked = document.querySelectorAll("#chat .user-row");
  if (asked.length > questions) asked[asked.length - 1].scrollIntoView({ block: "start" });
  questions = asked.length;
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
}).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"] });
