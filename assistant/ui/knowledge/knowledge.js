// Opens a tab by its key; on a narrow page it may stand in the menu of further tabs, where it is known by its words alone.
function openTab(key, words) {
  const further = [...document.querySelectorAll(".overflow-dropdown button")].find((button) => button.textContent.trim() === words);
  const heading = document.getElementById(`tab-${key}-button`) || further;
  if (heading && heading.getAttribute("aria-selected") !== "true") heading.click();
}

// A button that names a document, in this tab or another, opens it here: its name goes into the hidden box that the server listens to.
{
  let awaited = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.pick[data-name]");
    if (!button) return;
    if (!button.closest("#tab-knowledge")) openTab("knowledge", button.dataset.words);
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
