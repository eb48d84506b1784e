// What the browser adds to the Draft pages; each of them also works without it.
"use strict";

(() => {
  // ---- Progress of a draft that is being written -----------------------------------------------------------------

  const page = document.querySelector("[data-writing]");

  async function follow(seen) {
    let state;
    try {
      const response = await fetch(`${page.dataset.writing}?seen=${seen}`);
      state = await response.json();
    } catch {
      setTimeout(() => follow(seen), 3000);
      return;
    }
    if (state.address) { location.replace(state.address); return; }
    if (state.error || !state.words) { fail(state.error); return; }
    tell(state);
    if (state.html) page.querySelector("[data-written]").innerHTML = state.html;
    setTimeout(() => follow(state.done), 400);
  }

  function tell(state) {
    const words = page.querySelector("[data-words]");
    if (words.textContent === state.words) return;
    words.textContent = state.words;
    page.querySelector("[data-told]").textContent = state.words;
    const progress = page.querySelector("progress");
    if (state.total) progress.value = state.done;
  }

  function fail(words) {
    page.querySelector("[data-state]").hidden = true;
    page.querySelector("[data-problem]").hidden = false;
    page.querySelector("[data-problem-words]").textContent =
      words || "The assistant does not know this draft any more. See whether it is in the list of drafts.";
    page.querySelector("[data-problem] a").focus();
  }

  if (page && !page.querySelector("[data-state]").hidden) follow(Number(page.dataset.seen));

  // ---- Blanks and tools ------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const blank = event.target.closest("a[data-blank]");
    if (blank) {
      event.preventDefault();
      fillIn(document.getElementById(decodeURIComponent(blank.hash.slice(1))), blank);
    }
    const close = event.target.closest("[data-close]");
    if (close) closeTool(close.closest("details"));
  });

  // Opens the text of the section with the words of the blank selected, so that typing replaces them.
  function fillIn(tool, blank) {
    tool.open = true;
    const field = tool.querySelector("textarea");
    const brackets = `[${blank.dataset.blank}]`;
    const start = field.value.indexOf(brackets);
    field.focus();
    if (start >= 0) field.setSelectionRange(start, start + brackets.length);
    tool.scrollIntoView({ block: "nearest" });
  }

  function closeTool(tool) {
    const form = tool.querySelector("form");
    form.reset();
    tool.open = false;
    tool.querySelector("summary").focus();
  }

  document.addEventListener("keydown", (event) => {
    const tool = event.target.closest?.(".tools details[open]");
    const panel = document.getElementById("source-panel");
    if (event.key !== "Escape" || !tool || (panel && !panel.hidden) || changed(tool.querySelector("form"))) return;
    tool.open = false;
    tool.querySelector("summary").focus();
  });

  // A tool that is opened takes the focus to its first field.
  document.addEventListener("toggle", (event) => {
    const tool = event.target;
    if (!tool.matches?.(".tools details") || !tool.open || document.activeElement?.tagName !== "SUMMARY") return;
    tool.querySelector("textarea")?.focus();
  }, true);

  // ---- Forms: nothing typed is lost, nothing is sent twice -------------------------------------------------------

  let sending = false;

  function changed(form) {
    return form && [...form.elements].some((one) => {
      if (one.type === "hidden" || one.type === "submit" || one.type === "button") return false;
      if (one.type === "checkbox") return one.checked !== one.defaultChecked;
      if (one.tagName === "SELECT") return [...one.options].some((option) => option.selected !== option.defaultSelected);
      return one.value !== one.defaultValue;
    });
  }

  window.addEventListener("beforeunload", (event) => {
    if (!sending && [...document.querySelectorAll("form[data-unsaved]")].some(changed)) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    sending = true;
    const button = event.submitter;
    const busy = event.target.dataset.busy;
    if (!button || !busy) return;
    // Off only after the form has been read, which takes the name of the button with it.
    setTimeout(() => { button.disabled = true; button.dataset.words = button.textContent; button.textContent = busy; });
  });

  // Coming back with the browser's own button brings the page as it was left.
  window.addEventListener("pageshow", () => {
    sending = false;
    for (const button of document.querySelectorAll("button[data-words]")) {
      button.disabled = false;
      button.textContent = button.dataset.words;
      delete button.dataset.words;
    }
  });

  // ---- Focus -----------------------------------------------------------------------------------------------------

  const first = document.querySelector("[data-focus]");
  if (first) first.focus({ preventScroll: false });
})();
