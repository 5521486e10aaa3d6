// A button that names a document, in this tab or another, opens it here: its name goes into the hidden box that the server listens to.
{
  let awaited = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.pick");
    if (!button) return;
    const tab = document.getElementById("tab-knowledge-button");
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
    const box = document.querySelector("#knowledge-picked textarea, #knowledge-picked input");
    box.value = JSON.stringify({ domain: button.dataset.domain, name: button.dataset.name, at: Date.now() });
    box.dispatchEvent(new Event("input", { bubbles: true }));
    awaited = true;
  });

  // The document comes into view once it is there.
  new MutationObserver(() => {
    const opened = document.getElementById("knowledge-document");
    if (!awaited || !opened || !opened.offsetParent) return;
    awaited = false;
    setTimeout(() => opened.scrollIntoView({ block: "start", behavior: "smooth" }), 150);
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "style"] });
}
