// Keeps the compare tray current: names what is ticked, allows no more than data-most, and lets the form go only with
// two or more. Without script the tray's button sends whatever is ticked and the server checks.
for (const tray of document.querySelectorAll("[data-compare-tray]")) {
  const most = Number(tray.dataset.most);
  const text = tray.querySelector("[data-compare-text]");
  const send = tray.querySelector("button[type=submit]");
  const ticks = [...tray.elements].filter((part) => part.matches("[data-compare]"));
  const update = () => {
    const ticked = ticks.filter((tick) => tick.checked);
    for (const tick of ticks) tick.disabled = !tick.checked && ticked.length >= most;
    send.disabled = ticked.length < 2;
    text.textContent = ticked.length
      ? tray.dataset.ticked
          .replace("{count}", ticked.length)
          .replace("{names}", ticked.map((tick) => tick.dataset.compare).join(tray.dataset.separator))
      : tray.dataset.empty;
  };
  for (const tick of ticks) tick.addEventListener("change", update);
  if (ticks.length) update();
}
