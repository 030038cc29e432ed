// Keyboard comfort for reviewers. Every page works without it; each single key can be turned off (WCAG 2.1.4).

const KEPT = "consult-desk-keys";
const help = document.querySelector("[data-keys]");
const search = document.querySelector("[data-key-search]");
const form = document.querySelector("[data-decide]");
const links = [...document.querySelectorAll("[data-row]")];

function listening() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

function remember(on) {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // a browser that keeps nothing forgets the choice with the page
  }
}

let on = listening();

function show() {
  document.documentElement.classList.toggle("has-keys", on);
  if (help) {
    help.hidden = false;
    help.querySelector("[data-keys-switch]").textContent = on ? "关闭快捷键" : "打开快捷键";
  }
}

function typing(target) {
  return target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])") !== null;
}

// where the list stands: the focused row, else the case that is open, else before the first
function position() {
  const focused = links.indexOf(document.activeElement);
  return focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
}

function move(step) {
  const next = links[position() + step];
  if (!next) return;
  if (document.querySelector(".desk-case")) {
    location.assign(next.href);
  } else {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function pick(number) {
  const radio = form?.querySelector(`[data-outcome="${number}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
}

document.addEventListener("keydown", (event) => {
  if (!on || event.isComposing || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "Enter" && form && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-key-decide]"));
    }
    return;
  }
  if (typing(event.target)) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "/" && search && search.offsetParent) search.focus();
  else if (event.key >= "1" && event.key <= "8") pick(event.key);
  else return;
  event.preventDefault();
});

help?.querySelector("[data-keys-switch]").addEventListener("click", () => {
  on = !on;
  remember(on);
  show();
});

if (matchMedia("(max-width: 48rem)").matches) {
  document.querySelector("[data-fold-narrow]")?.removeAttribute("open");
}
document.querySelector(".desk-case .rows [aria-current]")?.scrollIntoView({ block: "nearest" });
show();
