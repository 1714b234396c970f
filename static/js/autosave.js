// Keeps the draft of <form data-autosave="URL">: posts the form's fields a moment after the last change and when the
// page is left. The server answers {"saved_at": "09:26", "fields": {"version": "3"}}; `fields` refreshes hidden
// inputs, so that the next save is not taken for a stale one. Without script the form's own buttons save.
const QUIET_MS = 1500;

function watch(form) {
  const state = document.querySelector("[data-autosave-state]");
  let timer = 0;
  let running = false;
  let dirty = false;

  function show(name, word) {
    if (!state) return;
    state.className = `autosave autosave--${name}`;
    const icon = state.querySelector(".bi");
    const glyph = { saved: "cloud-check", pending: "cloud-arrow-up", failed: "cloud-slash" }[name];
    if (icon) icon.className = `bi bi-${glyph}`;
    const text = state.querySelector("[data-autosave-text]");
    if (text && text.textContent !== word) text.textContent = word;
  }

  async function save(leaving = false) {
    clearTimeout(timer);
    if (running || !dirty) return;
    running = true;
    dirty = false;
    try {
      const body = new FormData(form);
      // Files are sent by the form's own button only.
      for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name);
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: leaving,
        redirect: "error",
      });
      const told = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
      if (!response.ok) throw new Error(told.error?.what ?? "");
      for (const [name, value] of Object.entries(told.fields ?? {})) {
        const input = form.elements.namedItem(name);
        if (input) input.value = value;
      }
      if (!dirty && state) show("saved", state.dataset.saved.replace("{at}", told.saved_at ?? ""));
    } catch (problem) {
      dirty = true;
      const told = problem instanceof TypeError ? "" : problem.message;
      if (state) show("failed", told || state.dataset.failed);
    } finally {
      running = false;
    }
  }

  form.addEventListener("input", () => {
    dirty = true;
    if (state) show("pending", state.dataset.pending);
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
}

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
