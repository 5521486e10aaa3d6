// Parts of an answer that are fetched when they are opened: the page of a PDF with the passage marked, and the receipt.
// What comes is text escaped by this server; its policy lets no script of it run. Without it each is a link that leads there.
document.addEventListener("toggle", async (event) => {
  const box = event.target;
  if (!box.open || !box.matches?.(".citation, .why")) return;
  const link = box.querySelector(":scope > a.part, :scope > .pdf > a.part");
  if (!link || link.dataset.asked) return;
  link.dataset.asked = "yes";
  link.setAttribute("aria-busy", "true");
  let answer;
  try {
    while ((answer = await fetch(link.href)).status === 503) { // too many pictures at once: this one waits here
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get("retry-after") || 3)));
    }
  } catch {
    delete link.dataset.asked; // offline: opening it again tries again
    link.removeAttribute("aria-busy");
    return;
  }
  const part = document.createElement("div");
  part.className = "fetched";
  if (answer.ok) part.innerHTML = await answer.text();
  else part.textContent = await answer.text();
  link.replaceWith(part);
  const figure = part.querySelector("figure");
  const picture = figure?.querySelector("img");
  picture?.addEventListener("load", () => {
    const sheet = figure.querySelector(".sheet");
    sheet.scrollTop = picture.clientHeight * Number(figure.dataset.at) - sheet.clientHeight / 4;
  }, { once: true });
}, true);
