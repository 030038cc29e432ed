// The import page by keyboard, without reloading: keys count only while a row of the list has the focus
// (WCAG 2.1.4). Every press is the same form that works without this script.

const form = document.querySelector("#mend");
const help = document.querySelector("[data-mend-help]");
const said = document.querySelector("#mend-said");
const REPLACED = ["mend-state", "mend-tools", "mend-area"];
const KEYS = {
  m: "merge:#", "[": "shallower:#", "]": "deeper:#", "{": "shallower:#:run", "}": "deeper:#:run", c: "kind:#:clause",
  p: "kind:#:paragraph", h: "kind:#:title", f: "kind:#:furniture", n: "document:#", s: "open:#:split", l: "open:#:label",
  u: "undo", r: "redo",
};
let queue = Promise.resolve(); // presses are done one after the other, each on what the one before it left

const rows = () => [...form.querySelectorAll("[data-at]:not(textarea)")];

function go(row) {
  if (!row) return;
  form.querySelectorAll('[data-at][tabindex="0"]').forEach((one) => one.setAttribute("tabindex", "-1"));
  row.setAttribute("tabindex", "0");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(from, by, wanted = () => true) {
  const all = rows();
  for (let at = all.indexOf(from) + by; at >= 0 && at < all.length; at += by) {
    if (wanted(all[at])) return go(all[at]);
  }
}

function say(text, trouble = false) {
  said.textContent = text;
  said.classList.toggle("trouble", trouble);
}

function show(page, menu) {
  const state = page.querySelector("#mend-state");
  if (!state) return location.reload(); // logged out, or the import is gone: the server says which
  for (const id of REPLACED) document.getElementById(id).replaceWith(page.getElementById(id));
  say(state.dataset.trouble || page.querySelector("#mend-said").textContent, state.dataset.trouble !== "");
  settle(state.dataset.row, state.dataset.panel, menu);
}

// the focus goes where the server says one is now; the menu stays open only for those who use it
function settle(number, panel, menu) {
  const row = document.getElementById(`p${number}`) ?? rows()[0];
  if (!menu) row?.querySelector(".mend-menu")?.removeAttribute("open");
  go(row);
  const caret = form.querySelector("[data-caret]");
  if (caret) {
    caret.hidden = false;
    const area = caret.querySelector("textarea");
    area.focus();
    area.setSelectionRange(0, 0);
    row.scrollIntoView({ block: "nearest" });
  } else if (panel) {
    form.querySelector("[data-first]")?.focus();
  }
}

async function send(act, menu) {
  const data = new URLSearchParams(new FormData(form));
  data.set("act", act);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), menu);
  } catch {
    say("这一步没有保存上，请检查网络再试。", true);
  }
}

// what # stands for is asked when its turn comes: the press before it may have moved the focus
function press(act, menu = false) {
  queue = queue.then(() => {
    const row = document.activeElement?.closest("[data-at]");
    if (!act.includes("#") || row) return send(act.replace("#", row?.dataset.at), menu);
  });
}

function split(area) {
  const offset = [...area.value.slice(0, area.selectionStart)].length; // the server counts whole characters
  press(`split:${area.dataset.at}:${offset}`);
}

function onRow(event, row) {
  const act = KEYS[event.key];
  if (act) press(act);
  else if (event.key === "j" || event.key === "ArrowDown") queue = queue.then(() => step(document.activeElement, 1));
  else if (event.key === "k" || event.key === "ArrowUp") queue = queue.then(() => step(document.activeElement, -1));
  else if (event.key === "w") queue = queue.then(() => step(document.activeElement, 1, (one) => one.matches(".doubtful")));
  else if (event.key === "a") row.querySelector("[data-accept]")?.click();
  else if (event.key === "?") help.open = !help.open;
  else if (event.key === "Enter") {
    const menu = row.querySelector(".mend-menu");
    menu.open = true;
    menu.querySelector("button").focus();
  } else return;
  event.preventDefault();
}

form.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.id === "caret") {
    if (event.key === "Enter") {
      event.preventDefault();
      split(event.target);
    } else if (event.key === "Escape") press(`close:${event.target.dataset.at}`);
    return;
  }
  const row = event.target.closest("[data-at]");
  if (!row) return;
  if (event.target === row) return onRow(event, row);
  if (event.key === "Escape") {
    row.querySelector(".mend-menu")?.removeAttribute("open");
    const close = row.querySelector("[data-close]");
    if (close) close.click();
    else go(row);
  }
});

// the text in the splitting field is there to be pointed at, not to be changed
form.addEventListener("beforeinput", (event) => {
  if (event.target.id === "caret") event.preventDefault();
});

form.addEventListener("submit", (event) => {
  const act = event.submitter?.value;
  if (!act) return;
  event.preventDefault();
  press(act, event.submitter.closest(".mend-acts") !== null);
});

form.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-at]:not([tabindex='0'])")) go(event.target);
});

help.hidden = false;
const begun = document.querySelector("#mend-state").dataset;
if (begun.row !== "") settle(begun.row, begun.panel, true);
else rows()[0]?.setAttribute("tabindex", "0");
