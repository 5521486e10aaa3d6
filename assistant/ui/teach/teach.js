// Left and right arrows step through the queue while nothing is typed or chosen with them; a button may lead to another tab.
{
  const typing = "input, textarea, select, [contenteditable], [role=tablist], [role=tab], [role=listbox], [role=combobox], .passage";
  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: "teach-previous", ArrowRight: "teach-next" }[event.key];
    const here = document.getElementById("tab-teach");
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest?.(typing)) return;
    if (!here || !here.offsetParent) return;
    const button = document.getElementById(step);
    if (button && !button.disabled && button.offsetParent) button.click();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.go");
    if (button) openTab(button.dataset.tab, button.dataset.words);
  });
}
