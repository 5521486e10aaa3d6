// Files dropped anywhere on the chat, or pasted into the question, go the way of the button; a file's cross asks the server to take it out.
(() => {
  const chat = () => document.querySelector("#question");
  const shown = () => chat() && chat().offsetParent !== null;
  const carries = (event) => shown() && event.dataTransfer && [...event.dataTransfer.types].includes("Files");

  function hand(files) {
    const input = document.querySelector("#attach input[type=file], input#attach[type=file]") || document.querySelector("#attach")?.parentElement?.querySelector("input[type=file]");
    if (!input || !files.length) return;
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    input.files = carrier.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!carries(event)) return;
    event.preventDefault();
    hand(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length || !event.target.closest?.("#question")) return;
    event.preventDefault();
    hand(event.clipboardData.files);
  });
  document.addEventListener("click", (event) => {
    const cross = event.target.closest?.("#files .drop");
    if (!cross) return;
    window.fileToDetach = cross.dataset.file;
    document.querySelector("#detach").click();
  });
})();
