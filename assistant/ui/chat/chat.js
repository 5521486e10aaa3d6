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
