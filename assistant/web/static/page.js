// The parts of the pages that the browser does itself: the panel of the source, copying, announcing, and the key
// under which the server keeps this tab's conversation.
"use strict";

const assistantPage = (() => {
  const KEY = "conversation";
  const sheet = window.matchMedia("(max-width: 700px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  // ---- The conversation's key -------------------------------------------------------------------------------------

  function conversationKey() {
    let key = sessionStorage.getItem(KEY);
    if (!key) {
      key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      sessionStorage.setItem(KEY, key);
    }
    return key;
  }

  function forgetConversation() {
    closePanel();
    return conversationKey();
  }

  // ---- The panel of the source ------------------------------------------------------------------------------------

  const CITATIONS = "a.citation, a.citation-words";
  let openedFrom = null; // id of the citation, since a new answer replaces the elements

  const panel = () => document.getElementById("source-panel");

  async function openPanel(link, { focus = true } = {}) {
    const place = panel();
    const content = place.querySelector("[data-panel-content]");
    openedFrom = link.id;
    markActive();
    place.hidden = false;
    document.body.classList.add("panel-open");
    place.setAttribute("aria-busy", "true");
    setSheet();
    let html;
    try {
      const response = await fetch(link.href.replace("/view?", "/source?"));
      html = await response.text();
    } catch {
      html = '<p class="failure" role="alert">The assistant does not answer. Is it still running? Then choose the number again.</p>';
    }
    if (openedFrom !== link.id) return; // another one was chosen meanwhile
    content.innerHTML = html;
    place.scrollTop = 0;
    place.removeAttribute("aria-busy");
    const title = content.querySelector("#source-title") || place.querySelector("[data-close-panel]");
    if (focus) title.focus({ preventScroll: true });
  }

  function closePanel({ focus = true } = {}) {
    if (!panel() || panel().hidden) return;
    panel().hidden = true;
    document.body.classList.remove("panel-open");
    setSheet();
    const from = openedFrom;
    openedFrom = null;
    markActive();
    if (focus) focusCitation(from);
  }

  // A panel that is open belongs to the newest answer: beside another one, its number would mean another source.
  function followAnswer(turn) {
    if (!panel() || panel().hidden) return;
    const first = turn.querySelector("a.citation");
    if (first) openPanel(first, { focus: false });
    else closePanel({ focus: false });
  }

  function focusCitation(id) {
    const link = id && document.getElementById(id);
    if (link) link.focus();
  }

  function markActive() {
    for (const link of document.querySelectorAll(CITATIONS)) {
      if (link.id === openedFrom) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // As a sheet the panel lies over everything, so nothing below it may be reached.
  function setSheet() {
    const place = panel();
    if (!place) return;
    const modal = sheet.matches && !place.hidden;
    if (modal) {
      place.setAttribute("role", "dialog");
      place.setAttribute("aria-modal", "true");
    } else {
      place.setAttribute("role", "complementary");
      place.removeAttribute("aria-modal");
    }
    for (const other of document.querySelectorAll(".skip, .site-header, gradio-app, .workspace > main")) other.inert = modal;
  }

  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest(CITATIONS);
    if (link && plain && panel()) {
      event.preventDefault();
      openPanel(link);
    }
    if (event.target.closest("[data-close-panel]")) closePanel();
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel() || panel().hidden) return;
    event.preventDefault();
    // Beside the conversation the source stays open while the reader goes back to it; a second Escape closes it.
    if (!sheet.matches && panel().contains(document.activeElement)) focusCitation(openedFrom);
    else closePanel();
  });

  sheet.addEventListener("change", setSheet);

  // ---- Copying and announcing -------------------------------------------------------------------------------------

  function announce(words) {
    const announcer = document.querySelector("[data-announcer]");
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = words; }, 50);
  }

  async function copyText(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      copyThroughSelection(button.dataset.copy); // the clipboard is closed to pages that are not served securely
    }
    announce(button.dataset.done);
    const label = button.innerHTML;
    if (button.dataset.restoring) return;
    button.dataset.restoring = "true";
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.innerHTML = label;
      delete button.dataset.restoring;
    }, 2000);
  }

  function copyThroughSelection(text) {
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    if (focused) focused.focus();
  }

  // One announcement for an answer that has just come; none for those that were there when the page was opened.
  let expecting = false;
  let grew = false; // it was shown while it was written, so that the reader is somewhere in it

  function noticeChanges(conversation) {
    keepOpen(conversation);
    markActive();
    const pending = conversation.querySelector(".turn.pending");
    if (pending) {
      if (!expecting) {
        expecting = true;
        grew = false;
        show(pending);
        keepFocus();
      }
      if (pending.querySelector(".answer > *")) grew = true;
      return;
    }
    if (!expecting) return;
    expecting = false;
    keepFocus();
    const turns = conversation.querySelectorAll(".turn");
    const last = turns[turns.length - 1];
    if (!last) return;
    followAnswer(last);
    if (!grew) show(last);
    if (last.dataset.announcement) announce(last.dataset.announcement);
  }

  // Gradio puts the attributes of what it shows back to what the server sent, and with them closes what was opened.
  const opened = new Set();

  document.addEventListener("click", (event) => {
    const details = event.target.closest("summary")?.parentElement;
    if (details?.id) opened[details.open ? "delete" : "add"](details.id);
  });

  function keepOpen(conversation) {
    for (const details of conversation.querySelectorAll("details[id]")) {
      if (opened.has(details.id) && !details.open) details.open = true;
    }
  }

  // The focus of a button that was pressed and is now gone or off goes to the question.
  let pressed = null;

  document.addEventListener("focusin", (event) => { pressed = event.target.closest(".gradio-container button"); });

  function keepFocus() {
    setTimeout(() => {
      const lost = pressed && (!pressed.isConnected || pressed.disabled || !pressed.offsetParent);
      if (lost && [document.body, pressed].includes(document.activeElement)) {
        document.querySelector("#question textarea").focus({ preventScroll: true });
      }
    }, 50);
  }

  // A page that is left has nobody to write for.
  window.addEventListener("pagehide", () => {
    if (!document.querySelector(".turn.pending")) return;
    const left = new Blob([JSON.stringify({ conversation: conversationKey() })], { type: "application/json" });
    navigator.sendBeacon("/api/stop", left);
  });

  function show(turn) {
    turn.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
  }

  new MutationObserver(() => {
    const conversation = document.getElementById("conversation");
    if (conversation) noticeChanges(conversation);
  }).observe(document.documentElement, { childList: true, subtree: true });

  // ---- Parts that take their time ---------------------------------------------------------------------------------

  async function fill(part) {
    try {
      const response = await fetch(part.dataset.fragment);
      if (!response.ok) throw new Error(response.statusText);
      part.innerHTML = await response.text();
    } catch {
      (part.querySelector("p") || part).textContent = "The assistant does not answer. Is it still running? Then load the page again.";
    }
  }
  document.querySelectorAll("[data-fragment]").forEach(fill);

  // ---- Being ready ------------------------------------------------------------------------------------------------

  async function tellReadiness() {
    const place = document.querySelector("[data-readiness]");
    if (!place || document.body.matches(".page-notice, .page-source")) return;
    try {
      const state = await (await fetch("/api/status")).json();
      if (place.textContent !== state.words) place.textContent = state.words;
      if (!state.ready) setTimeout(tellReadiness, 1000);
    } catch {
      setTimeout(tellReadiness, 5000);
    }
  }
  tellReadiness();

  return { conversationKey, forgetConversation };
})();
