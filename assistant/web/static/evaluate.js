// The Evaluate pages: what is pressed is asked of the server as JSON, and a run under way is watched.
"use strict";

(() => {
  const NOTICE = "evaluate-notice";
  const UNREACHED = "The assistant does not answer. Is it still running? Then try again.";
  const UNEXPECTED = "Something went wrong that the assistant does not know. Try again; if that fails too, run “assistant doctor” and see what it says.";

  async function ask(address, body, type = "application/json") {
    let response;
    try {
      response = await fetch(address, { method: "POST", body, headers: { "content-type": type } });
    } catch {
      throw new Error(UNREACHED);
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error([answer.error || UNEXPECTED, answer.next_step].filter(Boolean).join(" "));
    return answer;
  }

  // Where the page goes next; what is to be said there is said when it is shown.
  let leaving = false;

  function follow(answer) {
    if (leaving) return;
    leaving = true;
    if (answer.notice) sessionStorage.setItem(NOTICE, answer.notice);
    if (!answer.go) location.reload();
    else if (answer.go.split("#")[0] === location.pathname) {
      history.replaceState(null, "", answer.go);
      location.reload();
    } else location.assign(answer.go);
  }

  function sayNotice() {
    const words = sessionStorage.getItem(NOTICE);
    const place = document.querySelector("[data-notice]");
    sessionStorage.removeItem(NOTICE);
    if (words && place) setTimeout(() => { place.textContent = words; }, 50); // said only if it comes after the page
  }

  async function within(part, button, work) {
    const problem = part.querySelector(".form-problem");
    if (problem) problem.textContent = "";
    button.setAttribute("aria-disabled", "true");
    try {
      await work();
    } catch (error) {
      if (problem) problem.textContent = error.message;
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  const busy = (button) => button.getAttribute("aria-disabled") === "true";

  // ---- Forms and buttons ------------------------------------------------------------------------------------------

  function values(form) {
    const found = { ...form.dataset };
    delete found.form;
    for (const [name, value] of new FormData(form)) {
      found[name] = form.elements[name].dataset?.number === undefined ? value : Number(value);
    }
    return found;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.form === undefined && form.dataset.upload === undefined) return;
    const button = event.submitter || form.querySelector("[type=submit]");
    event.preventDefault();
    if (busy(button)) return;
    if (form.dataset.form) {
      within(form, button, async () => follow(await ask(form.dataset.form, JSON.stringify(values(form)))));
    } else {
      within(form, button, () => check(form));
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-post], [data-keep]");
    if (!button || busy(button)) return;
    const part = button.closest("section, form, p");
    if (button.dataset.keep !== undefined) within(button.form, button, () => keep(button.form));
    else within(part, button, async () => {
      const answer = await ask(button.dataset.post, button.dataset.body || "{}");
      if (answer.go) follow(answer);
      else stopping(button);
    });
  });

  // ---- Adding a set -----------------------------------------------------------------------------------------------

  function send(form, address) {
    const file = form.elements.file.files[0];
    return ask(`${address}?name=${encodeURIComponent(file.name)}`, file, "application/octet-stream");
  }

  async function check(form) {
    const place = form.querySelector("[data-checked]");
    place.hidden = true;
    const answer = await send(form, "/api/evaluate/check");
    place.innerHTML = answer.html;
    place.hidden = false;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  }

  async function keep(form) {
    follow(await send(form, "/api/evaluate/sets"));
  }

  document.addEventListener("change", (event) => {
    if (event.target.type === "file") event.target.form.querySelector("[data-checked]").hidden = true;
  });

  // ---- A run under way --------------------------------------------------------------------------------------------

  function stopping(button) {
    button.disabled = true;
    document.querySelector("[data-run-words]").textContent = "Stopping after this question…";
  }

  async function watch() {
    const place = document.querySelector("[data-run-progress]");
    if (!place) return;
    let next = 700;
    try {
      const state = await (await fetch("/api/evaluate/state")).json();
      if (!state.running) {
        const words = state.error || `The run has ended: ${state.done} of ${state.total} questions asked.`;
        follow(state.run ? { go: `/evaluate/runs/${state.run}`, notice: words } : {}); // without one it could not begin
        return;
      }
      place.querySelector("[data-run-words]").textContent = state.words;
      place.querySelector("[data-run-question]").textContent = state.question;
      place.querySelector("[data-run-stop]").disabled = state.stopping;
      Object.assign(place.querySelector("progress"), { max: state.total || 1, value: state.done });
    } catch {
      place.querySelector("[data-run-words]").textContent = UNREACHED;
      next = 5000;
    }
    setTimeout(watch, next);
  }

  // A question that a link leads to gets the focus, so that reading goes on there.
  function focusTarget() {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (target?.matches("[tabindex]")) target.focus({ preventScroll: true });
  }

  sayNotice();
  focusTarget();
  watch();
  window.addEventListener("hashchange", focusTarget);
})();
