// An answer that is cut off because the connection broke or the program was started again: its question is kept, so the page is loaded anew
// as soon as the server answers, and shows the conversation as far as it came.
{
  let cutOff = false;
  const loadAgain = async () => {
    try {
      if ((await fetch("gradio_api/app_id", { cache: "no-store" })).ok) return location.reload();
    } catch {} // not there yet
    setTimeout(loadAgain, 1500);
  };
  new MutationObserver(() => {
    if (cutOff || !document.querySelector("#question .stop-button") || !document.querySelector("#chat-talk span.error")) return;
    cutOff = true;
    document.getElementById("tab-chat").classList.add("cut-off");
    loadAgain();
  }).observe(document.documentElement, { childList: true, subtree: true });
}
