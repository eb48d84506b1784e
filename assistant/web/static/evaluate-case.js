// On the Ask page: an answer that is not right becomes a case of the staff's own set.
"use strict";

(() => {
  const UNREACHED = "The assistant does not answer. Is it still running? Then try again.";
  const UNEXPECTED = "Something went wrong that the assistant does not know. Try again; if that fails too, run “assistant doctor” and see what it says.";
  let dialog = null;
  let turn = null;

  async function ask(address, body) {
    let response;
    try {
      response = await fetch(address, {
        method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" },
      });
    } catch {
      throw new Error(UNREACHED);
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error([answer.error || UNEXPECTED, answer.next_step].filter(Boolean).join(" "));
    return answer.html;
  }

  function place() {
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "case-dialog";
    dialog.setAttribute("aria-labelledby", "case-title");
    dialog.addEventListener("close", backToTheAnswer);
    dialog.addEventListener("change", showWhatIsNeeded);
    dialog.addEventListener("submit", save);
    document.body.append(dialog);
    return dialog;
  }

  function fill(html) {
    dialog.innerHTML = html;
    dialog.querySelector("#case-title").focus();
  }

  async function open(number) {
    turn = number;
    let html;
    try {
      html = await ask("/api/evaluate/turn", { conversation: assistantPage.conversationKey(), turn: Number(number) });
    } catch (error) {
      html = '<h2 id="case-title" tabindex="-1">This cannot be saved</h2><p class="failure"></p>'
        + '<p class="form-line"><button type="button" class="action" data-close-case>Close</button></p>';
      place().innerHTML = html;
      dialog.querySelector(".failure").textContent = error.message;
      html = dialog.innerHTML;
    }
    place().showModal();
    fill(html);
  }

  // Gradio may have put another element in the place of the button, so it is looked for anew.
  function backToTheAnswer() {
    dialog.innerHTML = "";
    document.querySelector(`[data-make-case="${turn}"]`)?.focus();
  }

  function showWhatIsNeeded() {
    const form = dialog.querySelector("[data-case-form]");
    if (!form) return;
    const wrong = form.querySelector("[name=wrong]:checked");
    form.querySelector("[data-passages]").hidden = !wrong || wrong.dataset.needsPassage === undefined;
    form.querySelector("[data-quote]").hidden = !form.querySelector("[data-other]").checked;
  }

  async function save(event) {
    event.preventDefault();
    const form = event.target;
    const fields = Object.fromEntries(new FormData(form));
    const problem = form.querySelector(".form-problem");
    problem.textContent = "";
    const passage = fields.passage === undefined || fields.passage === "none" ? null : Number(fields.passage);
    try {
      fill(await ask("/api/evaluate/case", {
        ...fields, passage, conversation: assistantPage.conversationKey(), turn: Number(turn),
      }));
    } catch (error) {
      problem.textContent = error.message;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-make-case]");
    if (button) open(button.dataset.makeCase);
    if (event.target.closest("[data-close-case]")) dialog.close();
  });
})();
