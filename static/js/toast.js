// Notices on top of the page: success folds after six seconds unless it is being read, everything else stays until
// closed. Without script every notice simply stays.
const FOLD_AFTER_MS = 6000;

function fold(toast) {
  toast.remove();
}

for (const toast of document.querySelectorAll("[data-toasts] [data-toast]")) {
  const close = toast.querySelector("[data-toast-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => fold(toast));
  }
  if (toast.dataset.toast !== "success") continue;
  let timer = setTimeout(fold, FOLD_AFTER_MS, toast);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(fold, FOLD_AFTER_MS, toast);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", release);
}

// A list of things to put right gets the focus, so that it is read first.
document.querySelector(".error_summary")?.focus();
