// On the opinion page: the browser's basket joins the form, sending survives a lost network, the receipt is handed over.

import * as basket from "./basket.js";
import { prove } from "./proof.js";
import { box as textFor } from "./phrase.js";
import { list } from "./review.js";
import { clear, edited, fill, help, preview, refusal, refuse, say, typed, unfinished, waiting } from "./writing.js";

const main = document.querySelector("main");
let sent = null; // what of this browser's own is inside the sending under way: ids of the basket, the clause in the form

function start() {
  const form = main.querySelector("#opinion");
  if (form) opinion(form);
  const receipt = main.querySelector("[data-sent]");
  if (receipt) handOver(receipt);
  const kept = main.querySelector("[data-kept]");
  if (kept) rescue(kept);
}

function opinion(form) {
  const { slug } = form.dataset;
  const clause = () => form.elements.clause.value;
  help(form, slug, clause);
  const before = waiting(slug, clause());
  if (before && !typed(form)) fill(form, before);
  const acts = {
    edit: (item) => again(form, slug, item),
    remove(item) {
      if (form.elements.editing.value === item.id) form.elements.editing.value = "";
      basket.remove(slug, [item.id]);
      list(form, slug, acts, item);
      form.querySelector("#basket .removed button").focus();
    },
    restore(item) {
      basket.put(slug, item);
      form.refresh();
      form.querySelector(`#basket [data-own="${item.id}"] button`).focus();
    },
  };
  form.refresh = () => list(form, slug, acts);
  form.refresh();
  form.dataset.at = clause();
  const box = form.querySelector("#proof");
  const proof = box ? prove(box, form) : Promise.resolve(true);
  form.querySelector("[data-upload]").hidden = true; // chosen is uploaded
  form.elements.files.addEventListener("change", async () => (await import("./attach.js")).upload(form));
  form.querySelector("[data-switch]").hidden = true;
  form.elements.clause.addEventListener("change", async () => {
    const from = form.dataset.at;
    form.dataset.at = clause();
    await turn(form, slug, from, clause());
    form.refresh();
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (["remove", "edit"].includes(button?.name) || ["attach", "alone", "restore", "switch"].includes(button?.value)) return;
    if (button?.value === "keep") keep(event, form, slug);
    else send(event, form, slug, proof);
  });
  main.querySelector("#summary")?.focus();
}

// another clause: words go along, but an edited clause text, and words where others were begun, wait for their clause
async function turn(form, slug, from, to) {
  const before = waiting(slug, to);
  const stays = edited(form) || form.elements.editing.value || (before && typed(form));
  const words = unfinished(form);
  if (stays) {
    basket.keepUnfinished(slug, from, words);
    clear(form);
    const name = [...form.elements.clause.options].find((one) => one.value === from)?.dataset.name ?? "全文";
    told(form, `您对${name}写了一半的内容已经存好，选回它就能接着写。`);
  } else {
    basket.dropUnfinished(slug, from);
    told(form, "");
  }
  await quote(form, slug, to);
  if (before && !typed(form)) fill(form, before);
  else if (!stays) form.dispatchEvent(new Event("input"));
}

function told(form, words) {
  let line = form.querySelector("[data-told]");
  if (!line) {
    line = document.createElement("p");
    line.className = "hint";
    line.dataset.told = "";
    line.setAttribute("role", "status");
    ("stays" in form.dataset ? form.querySelector(".quoted") : form.elements.clause).after(line);
  }
  line.textContent = words;
}

async function quote(form, slug, key) {
  const field = form.elements.edited;
  const was = field.value;
  const set = (value) => {
    if (field.value === was) field.value = value; // else somebody began to type meanwhile
  };
  try {
    const answer = await fetch(`/c/${slug}/opinion?clause=${encodeURIComponent(key)}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (key !== form.elements.clause.value) return; // chosen again meanwhile
    form.querySelector(".quoted").replaceChildren(...page.querySelector(".quoted").childNodes);
    const fresh = page.querySelector("#edited");
    for (const part of [".box label", "#edited-hint"]) form.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
    Object.assign(field.dataset, { whose: fresh.dataset.whose });
    if (fresh.dataset.original === undefined) delete field.dataset.original;
    else field.dataset.original = fresh.dataset.original;
    set(fresh.value);
    field.rows = fresh.rows;
    form.elements.edited_of.value = page.querySelector("[name=edited_of]").value;
  } catch {
    form.querySelector(".quoted").replaceChildren(); // without network the words are typed without the clause beside them
    delete field.dataset.original;
    set("");
    form.elements.edited_of.value = "";
  }
  preview(form);
}

// an opinion of the basket comes back into the form, and stays in the basket until its new words take its place
async function again(form, slug, item) {
  const here = form.elements.clause;
  if (typed(form)) {
    if (here.value !== item.clause && !form.elements.editing.value) basket.keepUnfinished(slug, here.value, unfinished(form));
    else if (basket.put(slug, itemOf(form))) basket.dropUnfinished(slug, here.value);
    else return;
  }
  clear(form);
  here.value = item.clause;
  if (here.value !== item.clause) here.value = "";
  form.dataset.at = here.value;
  await quote(form, slug, here.value);
  const { original } = form.elements.edited.dataset;
  fill(form, {
    ...item, editing: item.id, edited: original === undefined ? item.proposed_text : textFor(item.proposed_text, original), proposed_text: "",
  });
  form.refresh();
  told(form, `正在改您对${item.name || "全文"}写的意见，改好以后放回意见篮，或者直接提交。`);
  ("stays" in form.dataset ? form.elements.text : here).focus();
}

function itemOf(form) {
  const option = form.elements.clause.selectedOptions[0];
  return { ...typed(form), id: form.elements.editing.value, clause: option.value, name: option.dataset.name ?? "全文" };
}

function keep(event, form, slug) {
  const own = basket.items(slug);
  const id = form.elements.editing.value;
  const mine = own.some((one) => one.id === id);
  if (id && !mine) return; // it lies in the basket on the server
  const wrong = refusal(typed(form), own.length - (mine ? 1 : 0));
  if (wrong) {
    event.preventDefault();
    return refuse(form, wrong);
  }
  const item = itemOf(form);
  if (!basket.put(slug, item)) return;
  event.preventDefault();
  basket.dropUnfinished(slug, item.clause);
  if (!mine && !("stays" in form.dataset)) {
    location.href = main.querySelector(".back a").href.replace(/#.*/, "") + (item.clause ? `#${item.clause}` : "");
    return;
  }
  clear(form);
  form.refresh();
  told(form, mine ? "" : "已经放进意见篮，可以再写一条，或者到下面提交。"); // a question has no other place to go back to
  (mine ? form.querySelector(`#basket [data-own="${id}"] button`) : form.elements.text).focus();
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
    await form.uploading;
    if (form.elements.editing.value && !typed(form)) form.elements.editing.value = ""; // emptied: what lies in the basket is sent
    form.refresh();
    const body = new FormData(form);
    body.set("action", "send");
    sent = { ids: basket.items(slug).map((one) => one.id), clause: form.elements.clause.value };
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

function handOver(page) {
  const slug = page.dataset.sent;
  if (sent) {
    basket.remove(slug, sent.ids); // a receipt that is loaded again takes nothing out of the basket
    basket.dropUnfinished(slug, sent.clause);
  }
  const more = page.querySelector("[data-more]");
  if (more) more.hidden = !basket.begun(slug).length;
  const copy = page.querySelector("[data-copy-code]");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.copyCode);
    page.querySelector("[data-copied]").textContent = "已经复制，请粘贴到安全的地方保存。";
  });
  const print = page.querySelector("[data-print]");
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

// the period is over: whatever this browser still holds is shown for copying
function rescue(box) {
  const area = box.querySelector("textarea");
  const own = basket.items(box.dataset.slug).map((one) =>
    [`【${one.name || "全文"}】`, one.text, one.proposed_text && `修改建议：${one.proposed_text}`, one.reason && `理由：${one.reason}`]
      .filter(Boolean)
      .join("\n"),
  );
  if (!area.value && own.length) area.value = own.join("\n\n");
  box.hidden = !area.value;
}

start();
