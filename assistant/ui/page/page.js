// Where Gradio's own markup tells a screen reader something untrue, it is put right after each change of the page.
new MutationObserver(() => {
  for (const list of document.querySelectorAll('#chat .examples[role="list"]')) list.setAttribute("role", "group");
}).observe(document.documentElement, { childList: true, subtree: true });
