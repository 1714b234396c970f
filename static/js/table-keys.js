// J and K walk through rows, N goes to the next one that needs a hand. Off until switched on, because single keys
// get in the way of speech input; the choice is kept in this browser. Never active while typing.
const KEY = "duijie.keys";
const box = document.querySelector("[data-keys-box]");
const toggle = document.querySelector("[data-keys-toggle]");
const rows = [...document.querySelectorAll("[data-key-row]")];
let here = -1;

function go(index) {
  if (index < 0 || index >= rows.length) return;
  rows[here]?.removeAttribute("data-key-here");
  here = index;
  rows[here].setAttribute("data-key-here", "");
  rows[here].focus({ preventScroll: true });
  rows[here].scrollIntoView({ block: "center" });
}

function press(event) {
  if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]") && event.target !== toggle) return;
  const key = event.key.toLowerCase();
  if (key === "j") go(here + 1);
  else if (key === "k") go(here - 1);
  else if (key === "n") go(rows.findIndex((row, index) => index > here && row.hasAttribute("data-key-next")));
  else return;
  event.preventDefault();
}

if (box && toggle && rows.length) {
  box.hidden = false;
  toggle.checked = localStorage.getItem(KEY) === "on";
  toggle.addEventListener("change", () => localStorage.setItem(KEY, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", press);
}
