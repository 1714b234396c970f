// Asks [data-poll] for {"done": 312, "total": 480, "facts": ["…"], "figures": {"import": 271}, "finished": false} until
// it is finished, then opens data-done-url (or loads the page again). Without script the page says: reload.
const PAUSE_MS = 1200;
const PAUSE_MAX_MS = 10000;

function show(panel, told) {
  const bar = panel.querySelector("[data-poll-bar]");
  if (bar && told.total) {
    bar.max = told.total;
    bar.value = told.done;
  }
  const text = panel.querySelector("[data-poll-text]");
  if (text && told.facts) {
    text.replaceChildren(
      ...told.facts.map((fact) => Object.assign(document.createElement("span"), { textContent: fact })),
    );
  }
  for (const [name, number] of Object.entries(told.figures ?? {})) {
    const slot = panel.querySelector(`[data-poll-figure="${CSS.escape(name)}"]`);
    if (slot) slot.textContent = number;
  }
}

async function poll(panel) {
  let pause = PAUSE_MS;
  for (;;) {
    await new Promise((resume) => setTimeout(resume, pause));
    if (document.visibilityState === "hidden") continue;
    try {
      const response = await fetch(panel.dataset.poll, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const told = await response.json();
      show(panel, told);
      if (told.finished) {
        if (panel.dataset.doneUrl) location.assign(panel.dataset.doneUrl);
        else location.reload();
        return;
      }
      pause = PAUSE_MS;
    } catch {
      pause = Math.min(pause * 2, PAUSE_MAX_MS);
    }
  }
}

for (const panel of document.querySelectorAll("[data-poll]")) poll(panel);
