// On the opinion page: the browser's basket joins the form, sending survives a lost network, the receipt is handed over.

import * as basket from "./basket.js";
import { prove } from "./proof.js";
import { help, redline, say } from "./writing.js";

const main = document.querySelector("main");
let sentIds = null; // ids of the browser's items inside the sending under way

function start() {
  const form = main.querySelector("#opinion");
  if (form) opinion(form);
  const sent = main.querySelector("[data-sent]");
  if (sent) handOver(sent);
  const kept = main.querySelector("[data-kept]");
  if (kept) rescue(kept);
}

function opinion(form) {
  const { slug } = form.dataset;
  const clause = () => form.elements.clause.value;
  const before = basket.unfinished(slug, clause());
  if (before && !basket.typed(form)) basket.fill(form, before);
  help(form, slug, clause);
  list(form, slug);
  const box = form.querySelector("#proof");
  const proof = box ? prove(box, form) : Promise.resolve(true);
  let last = clause();
  form.elements.clause.addEventListener("change", async () => {
    basket.dropUnfinished(slug, last);
    last = clause();
    form.dispatchEvent(new Event("input"));
    await quote(form, slug, last);
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "remove") return;
    if (button?.value === "keep") keep(event, form, slug, clause());
    else send(event, form, slug, proof);
  });
  main.querySelector("#summary")?.focus();
}

async function quote(form, slug, key) {
  try {
    const answer = await fetch(`/c/${slug}/opinion?clause=${encodeURIComponent(key)}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    form.querySelector(".quoted").replaceChildren(...page.querySelector(".quoted").childNodes);
    const original = page.querySelector("#proposed_text").dataset.original;
    const field = form.elements.proposed_text;
    if (original) field.dataset.original = original;
    else delete field.dataset.original;
    field.parentElement.querySelector("[data-from]").hidden = !original;
    redline(field);
  } catch {
    form.querySelector(".quoted").replaceChildren(); // without network the form works as before
  }
}

function keep(event, form, slug, clause) {
  const item = basket.typed(form);
  const message = basket.refusal(item, basket.items(slug).length);
  if (message) {
    event.preventDefault();
    say(form, message);
    form.elements.text.focus();
    return;
  }
  const name = form.elements.clause.selectedOptions[0];
  if (!basket.add(slug, { ...item, clause, name: clause ? name.dataset.name : "全文" })) return;
  event.preventDefault();
  basket.dropUnfinished(slug, clause);
  location.href = main.querySelector(".back a").href.replace(/#.*/, "") + (clause ? `#${clause}` : "");
}

// the browser's own basket is the truth: what the server sent back of it is shown from here
function list(form, slug) {
  const kept = basket.items(slug);
  const place = form.querySelector("ul.kept");
  if (kept.length) place.querySelectorAll("[data-carried]").forEach((one) => one.remove());
  place.querySelectorAll("[data-own]").forEach((one) => one.remove());
  kept.forEach((item, index) => place.append(entry(item, index + 1, () => {
    basket.remove(slug, [item.id]);
    list(form, slug);
    form.querySelector("#part2").setAttribute("tabindex", "-1");
    form.querySelector("#part2").focus();
  })));
  const count = place.children.length;
  form.querySelector("[data-count]").textContent = count;
  form.querySelector("[data-empty]").hidden = count > 0;
}

function entry(item, number, drop) {
  const row = document.createElement("li");
  row.dataset.own = item.id;
  const box = document.createElement("div");
  box.className = "said";
  const line = (kind, text) => {
    const p = document.createElement("p");
    p.className = kind;
    p.textContent = text;
    box.append(p);
  };
  line("where", item.name || "全文");
  if (item.text) line("words", item.text);
  if (item.proposed_text) line("sub", "建议改成"), line("words", item.proposed_text);
  if (item.reason) line("sub", "理由"), line("words", item.reason);
  if (!item.text && !item.proposed_text) line("words", "支持");
  row.append(box);
  for (const part of ["clause", ...basket.PARTS]) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: `item-${number}-${part}`, value: item[part] ?? "" });
    row.append(input);
  }
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "link", textContent: "拿掉" });
  button.setAttribute("aria-label", `拿掉第 ${number} 条，${item.name || "全文"}`);
  button.addEventListener("click", drop);
  row.append(button);
  return row;
}

let sending = false;

async function send(event, form, slug, proof) {
  event.preventDefault();
  if (sending) return; // a second click while the first is under way
  sending = true;
  const button = form.querySelector(".button.big");
  const words = button.textContent;
  button.textContent = "正在提交，请稍候";
  button.setAttribute("aria-disabled", "true");
  say(form, "");
  try {
    if (!(await proof) && !form.elements.answer.value.trim()) {
      say(form, "请回答上面的算术题，再提交。");
      form.elements.answer.focus();
      return;
    }
    const body = new FormData(form);
    body.set("action", "send");
    sentIds = basket.items(slug).map((one) => one.id);
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("main :is(#opinion, [data-sent], #kept)")) swap(page);
    else say(form, page.querySelector("main .lead")?.textContent ?? "系统暂时不能受理，内容都还在，请过一两分钟再试。");
  } catch {
    say(form, "网络不通，还没有提交成功。您写的内容都在，已经保存在这台设备上；网络恢复后请再点一次“提交”，不会重复登记。");
  } finally {
    sending = false;
    button.textContent = words;
    button.removeAttribute("aria-disabled");
  }
}

// the answer takes the place of the page; the address stays, so that no code is ever in one
function swap(page) {
  const fresh = page.querySelector("main");
  document.title = page.title;
  main.className = fresh.className;
  main.replaceChildren(...fresh.childNodes);
  scrollTo(0, 0);
  start();
  (main.querySelector("#summary") ?? main.querySelector("h1")).focus();
}

function handOver(sent) {
  const slug = sent.dataset.sent;
  basket.remove(slug, sentIds ?? basket.items(slug).map((one) => one.id));
  for (const key of Object.keys(localStorage)) if (key.startsWith(`consult:${slug}:draft:`)) localStorage.removeItem(key);
  const copy = sent.querySelector("[data-copy-code]");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.copyCode);
    sent.querySelector("[data-copied]").textContent = "已经复制，请粘贴到安全的地方保存。";
  });
  const print = sent.querySelector("[data-print]");
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

// the period is over: whatever this browser still holds is shown for copying
function rescue(box) {
  const area = box.querySelector("textarea");
  const own = basket.items(box.dataset.slug).map((one) =>
    [`【${one.name || "全文"}】`, one.text, one.proposed_text && `建议改成：${one.proposed_text}`, one.reason && `理由：${one.reason}`]
      .filter(Boolean)
      .join("\n"),
  );
  if (!area.value && own.length) area.value = own.join("\n\n");
  box.hidden = !area.value;
}

start();
