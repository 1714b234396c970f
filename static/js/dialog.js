// Opens <dialog id="x"> from any element with data-dialog="x"; [data-dialog-close] closes it. Without script the
// trigger is an ordinary link or submit button that leads to a page with the same question.
for (const trigger of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(trigger.dataset.dialog);
  if (!(dialog instanceof HTMLDialogElement)) continue;
  trigger.setAttribute("aria-haspopup", "dialog");
  trigger.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  for (const close of dialog.querySelectorAll("[data-dialog-close]")) {
    close.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
  }
  // The browser gives the focus back to the trigger; a click on the backdrop is a click on the dialog itself.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
