// Keyboard comfort for reviewers. Every page works without it; each single key can be turned off (WCAG 2.1.4).

const KEPT = "consult-desk-keys";
const help = document.querySelector("[data-keys]");
const search = document.querySelector("[data-key-search]");
const form = document.querySelector("[data-decide]");
const pick = document.querySelector("[data-pick]");
const links = [...document.querySelectorAll("[data-row]")];
const ticks = [...document.querySelectorAll("[data-tick]")];

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

// where the list stands: the row with the focus, else the case that is open, else before the first
function position() {
  const row = document.activeElement?.closest("li, tr");
  const focused = links.findIndex((link) => link === document.activeElement || (row && row.contains(link)));
  return focused >= 0 ? focused : links.findIndex((link) => link.hasAttribute("aria-current"));
}

function move(step) {
  const next = links[position() + step];
  if (!next) {
    const more = step > 0 ? document.querySelector("[data-rows-next]") : null;
    if (more && links.length) location.assign(more.href);
    return;
  }
  if (document.querySelector(".desk-case")) {
    location.assign(next.href);
  } else {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function choose(number) {
  const radio = form?.querySelector(`[data-outcome="${number}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
  return true;
}

function decide() {
  const button = form?.querySelector("[data-key-decide]");
  if (!button) return false;
  form.requestSubmit(button);
  return true;
}

function focus(selector) {
  const found = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
  if (!found) return false;
  found.focus();
  found.scrollIntoView({ block: "nearest" });
  return true;
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (!link) return false;
  location.assign(link.href);
  return true;
}

// ---- ticking rows

const all = document.querySelector("[data-pick-all]");
const picked = document.querySelector("[data-picked]");
const scope = pick?.querySelector("[data-scope]");

function count() {
  const number = ticks.filter((one) => one.checked).length;
  if (picked) {
    picked.hidden = number === 0;
    picked.textContent = `已勾选 ${number} 组`;
  }
  if (all) {
    const box = all.querySelector("input");
    box.checked = number > 0 && number === ticks.length;
    box.indeterminate = number > 0 && number < ticks.length;
  }
  for (const one of ticks) one.closest("li, tr").classList.toggle("ticked", one.checked);
}

function tickAll(value) {
  for (const one of ticks) one.checked = value;
  if (scope) scope.value = "ticked";
  count();
}

function tick() {
  const at = links[position()]?.closest("li, tr")?.querySelector("[data-tick]");
  if (!at) return false;
  at.checked = !at.checked;
  if (scope) scope.value = "ticked";
  count();
  return true;
}

if (ticks.length) {
  if (all) all.hidden = false;
  all?.addEventListener("change", (event) => tickAll(event.target.checked));
  for (const one of ticks) one.addEventListener("change", count);
  addEventListener("pageshow", count);
  count();
}

// ---- keys

let went = 0; // when g was pressed: l within a second goes to the list

function togglesHelp() {
  if (!help) return false;
  help.open = !help.open;
  if (help.open) {
    help.querySelector("summary").focus();
    help.scrollIntoView({ block: "nearest" });
  }
  return true;
}

const KEYS = {
  j: () => move(1) ?? true,
  k: () => move(-1) ?? true,
  "/": () => focus("[data-key-search]"),
  r: () => focus("[data-decide] [name=reason]"),
  a: () => focus("[data-key-assign]"),
  n: () => focus("[data-key-note]"),
  e: () => focus("[data-key-seen]"),
  d: decide,
  x: tick,
  X: () => ticks.length > 0 && (tickAll(!ticks.every((one) => one.checked)), true),
  b: () => pick?.matches("#pick") && (pick.requestSubmit(), true),
  u: () => focus("[data-key-undo]") || follow("[data-key-bulks]"),
  g: () => ((went = Date.now()), true),
  l: () => Date.now() - went < 1500 && follow("[data-key-list]"),
  "?": togglesHelp,
};

document.addEventListener("keydown", (event) => {
  if (!on || event.isComposing || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    if (event.key === "Enter" && !event.shiftKey && decide()) event.preventDefault();
    return;
  }
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = KEYS[event.key] ?? (event.key >= "1" && event.key <= "8" ? () => choose(event.key) : null);
  if (act && act()) event.preventDefault();
});

help?.querySelector("[data-keys-switch]").addEventListener("click", () => {
  on = !on;
  remember(on);
  show();
});

// ---- the filters are folded on a narrow screen, open on a wide one
if (matchMedia("(min-width: 48.01rem)").matches) {
  document.querySelector("[data-fold-wide]")?.setAttribute("open", "");
}
document.querySelector(".desk-case .rows [aria-current]")?.scrollIntoView({ block: "nearest" });
show();
