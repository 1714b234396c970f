// Sends <form data-submit-on-change> when a facet or the order changes, and gives focus and scroll position back
// afterwards. On phones the panel is folded, so there the button sends. Without script the button always does.
const DESK = matchMedia("(min-width: 992px)");
const KEY = "duijie.filter";

function remember(target) {
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, id: target.id, y: scrollY }));
}

function restore() {
  const kept = sessionStorage.getItem(KEY);
  if (!kept) return;
  sessionStorage.removeItem(KEY);
  const { path, id, y } = JSON.parse(kept);
  if (path !== location.pathname) return;
  const target = id && document.getElementById(id);
  if (target) target.focus({ preventScroll: true });
  scrollTo(0, y);
}

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  const parts = [...form.elements].filter((part) => part.matches("input[type=checkbox], input[type=radio], select"));
  for (const part of parts) {
    if (part.hasAttribute("data-compare")) continue;
    part.addEventListener("change", () => {
      if (!DESK.matches && part.closest(".facets")) return;
      remember(part);
      form.requestSubmit();
    });
  }
}
restore();
