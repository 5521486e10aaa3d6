// What the buttons inside the chat do: each says by data-act what it wants, which goes to the server as one action, or opens a dialog first.
{
  let action = {};
  window.chatAction = () => JSON.stringify(action);

  const tab = () => document.getElementById("tab-chat");
  const narrow = () => matchMedia("(max-width: 800px)").matches;
  const send = (way, wanted) => {
    action = wanted;
    document.getElementById(`chat-${way}`).click();
  };
  const message = (element) => Number(element.closest("[data-m]").dataset.m);
  const entry = (element) => element.closest("[data-c]");

  const showDialog = (name, values, wanted) => {
    const dialog = document.getElementById(`chat-${name}`);
    for (const [key, value] of Object.entries(values)) {
      const field = dialog.querySelector(`[name="${key}"]`);
      if (field) field.value = value;
      else dialog.querySelector(`.${key}`).textContent = value;
    }
    dialog.wanted = wanted;
    dialog.showModal();
  };

  const showSide = (shown) => {
    tab().classList.toggle("side-shown", shown);
    tab().classList.toggle("side-hidden", !shown);
    tab().querySelector('[data-act="side"]').setAttribute("aria-expanded", String(shown));
  };
  const sideShown = () => document.getElementById("chat-side").checkVisibility();

  const comment = (thumbs, good) => {
    const { correction = "", reason = "" } = thumbs.dataset;
    showDialog("rate", { correction, reason }, { do: "rate", m: message(thumbs), good });
  };

  const acts = {
    example: (button) => send("ask", { do: "example", text: button.textContent }),
    again: (button) => send("ask", { do: "again", m: message(button.closest(".exchange")) }),
    ask_in: (button) => send("ask", { do: "ask_in", m: message(button.closest(".exchange")), domain: button.dataset.domain }),
    edit: (button) => {
      const exchange = button.closest(".exchange");
      const form = exchange.querySelector("form.edit");
      form.hidden = !form.hidden;
      exchange.classList.toggle("editing", !form.hidden);
      if (!form.hidden) form.text.focus();
    },
    cancel: (button) => {
      const dialog = button.closest("dialog");
      if (dialog) dialog.close();
      else acts.edit(button);
    },
    open: (button) => {
      if (narrow()) showSide(false);
      send("do", { do: "open", c: entry(button).dataset.c });
    },
    rename: (button) => {
      const { c, title } = entry(button).dataset;
      showDialog("rename", { title }, { do: "rename", c });
    },
    delete: (button) => {
      const { c, title } = entry(button).dataset;
      showDialog("delete", { subject: title }, { do: "delete", c });
    },
    delete_all: () => showDialog("delete_all", {}, { do: "delete_all" }),
    rate: (button) => {
      const thumbs = button.closest(".thumbs");
      const good = button.dataset.good === "true";
      const { correction = "", reason = "" } = thumbs.dataset;
      for (const other of thumbs.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", String(other === button));
      send("do", { do: "rate", m: message(thumbs), good, correction, reason });
      if (!good) comment(thumbs, good);
    },
    comment: (button) => {
      const thumbs = button.closest(".thumbs");
      comment(thumbs, thumbs.querySelector('[aria-pressed="true"]')?.dataset.good !== "false");
    },
    fresh: () => document.getElementById("new-chat").click(),
    side: () => showSide(!sideShown()),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button && !(button instanceof HTMLFormElement)) acts[button.dataset.act]?.(button);
    else if (narrow() && tab()?.classList.contains("side-shown") && !event.target.closest("#chat-side, dialog")) showSide(false);
    if (event.target.closest("#new-chat") && narrow()) showSide(false);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-act]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.act === "edit") {
      const wanted = { do: "edit", m: message(form), text: form.text.value };
      acts.edit(form);
      send("ask", wanted);
      return;
    }
    const dialog = form.closest("dialog");
    const { title, ...values } = Object.fromEntries(new FormData(form));
    dialog.close();
    send("do", { ...dialog.wanted, ...values, ...(title === undefined ? {} : { text: title }) });
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.edit");
    if (form && event.key === "Escape") acts.edit(form);
    else if (form && event.key === "Enter" && !event.shiftKey && !event.isComposing) (event.preventDefault(), form.requestSubmit());
    else if (event.key === "Escape" && narrow() && tab()?.classList.contains("side-shown")) showSide(false);
  });

  // Whatever was opened inside an answer stays open when the conversation is drawn again.
  const opened = new Set();
  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!(details instanceof HTMLDetailsElement) || !details.id || !details.closest("#chat")) return;
    if (details.open) opened.add(details.id);
    else if (details.isConnected) opened.delete(details.id);
  }, true);

  let shown = "";
  let asked = "";
  let writing = false;
  let atEnd = true; // until somebody scrolls up to read
  document.addEventListener("wheel", (event) => event.deltaY < 0 && event.target.closest?.("#chat") && (atEnd = false), { passive: true });
  document.addEventListener("touchmove", (event) => event.target.closest?.("#chat") && (atEnd = false), { passive: true });
  const follow = () => {
    const stream = document.getElementById("chat");
    const log = stream?.querySelector(".log");
    if (!log) return;
    const { c } = log.dataset;
    const last = stream.querySelector("#chat-last .exchange");
    if (last) last.hidden = last.dataset.c !== c; // the last words of an answer that was left
    if (c !== shown) {
      shown = c;
      opened.clear();
      const address = new URL(location.href);
      if (c) address.searchParams.set("c", c);
      else address.searchParams.delete("c");
      history.replaceState(history.state, "", address);
    }
    const name = document.querySelector("#chat-top .name");
    const title = document.querySelector("#chat-list li.current")?.dataset.title ?? "";
    if (name && name.textContent !== title) name.textContent = title;
    const newest = last && !last.hidden ? `${c}/${last.dataset.m}` : "";
    const busy = Boolean(last?.querySelector('.bot-row[aria-busy="true"]'));
    if (newest !== asked) atEnd = true;
    if (newest !== asked || (atEnd && (busy || writing))) {
      // as far down as the answer goes, but never past its question
      stream.scrollTop += Math.min(stream.scrollHeight, (last?.getBoundingClientRect().top ?? Infinity) - stream.getBoundingClientRect().top);
    }
    asked = newest;
    writing = busy;
    for (const id of opened) {
      const details = document.getElementById(id);
      if (details && !details.open) details.open = true;
    }
  };
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
}
