// Adds a row to [data-goal-rows] in place: copies the last row, counts its names up, empties it. Without script the
// button posts the form and the server adds the row.
function renumber(text, from, to) {
  return text.replace(new RegExp(`-${from}-`, "g"), `-${to}-`);
}

for (const group of document.querySelectorAll("[data-goal-rows]")) {
  const add = group.querySelector("[data-goal-add]");
  const most = Number(group.dataset.most);
  const rows = () => group.querySelectorAll("[data-goal-row]");
  if (!add || !rows().length) continue;
  add.addEventListener("click", (event) => {
    event.preventDefault();
    const last = [...rows()].at(-1);
    const from = last.querySelector("input, select").name.match(/-(\d+)-/)?.[1];
    if (from === undefined || rows().length >= most) return;
    const row = last.cloneNode(true);
    const to = Number(from) + 1;
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, renumber(value, from, to));
      }
      part.classList.remove("is-invalid");
      part.removeAttribute("aria-invalid");
      part.removeAttribute("aria-describedby");
      if (part.matches("input")) part.value = "";
    }
    for (const note of row.querySelectorAll(".invalid-feedback")) note.remove();
    for (const slot of row.querySelectorAll(".field--error")) slot.classList.remove("field--error");
    last.after(row);
    row.querySelector("input, select").focus();
    if (rows().length >= most) add.hidden = true;
  });
}
