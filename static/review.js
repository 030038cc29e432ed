// The basket on the opinion page: every opinion with its clause, to be changed, taken out, and put back.

import * as basket from "./basket.js";
import { apply } from "./phrase.js";
import { show } from "./redline.js";
import { hint } from "./writing.js";

const PARTS = ["clause", "stance", "text", "proposed_text", "reason", "mark"];
const SHOWN = 140; // characters of a clause that is only quoted

const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

// the browser's own basket is the truth: what the server sent back of it is shown from here
export function list(form, slug, act, removed = null) {
  const kept = basket.items(slug);
  const place = form.querySelector("#basket ul.kept");
  if (kept.length) place.querySelectorAll("[data-carried]").forEach((one) => one.remove());
  place.querySelectorAll("[data-own]").forEach((one) => one.remove());
  kept.forEach((item, index) => place.append(entry(form, item, index + 1, act)));
  const count = place.children.length;
  if (removed) place.append(undo(removed, act));
  const order = [...form.elements.clause.options].map((one) => one.value);
  const at = (row) => (row.dataset.clause ? order.indexOf(row.dataset.clause) : order.length); // the whole draft last
  place.append(...[...place.children].sort((a, b) => at(a) - at(b)));
  form.querySelector("[data-count]").textContent = count;
  form.querySelector("[data-empty]").hidden = count > 0;
  begun(form, slug);
}

function entry(form, item, number, act) {
  const option = [...form.elements.clause.options].find((one) => one.value === item.clause);
  const place = item.name || "全文";
  const row = make("li");
  Object.assign(row.dataset, { own: item.id, clause: item.clause });
  row.append(said(item, option ? place : `${place}（新的版本里已经删去）`));
  if (item.mark && option?.dataset.mark && option.dataset.mark !== item.mark)
    row.append(make("p", "told", "您写完以后，这一条的条文更正过。请看看写的还合适不合适。"));
  if (hint(item)) row.append(make("p", "hint", hint(item)));
  const writing = form.elements.editing.value === item.id;
  if (!writing) for (const part of PARTS) row.append(hidden(`item-${number}-${part}`, item[part] ?? ""));
  const acts = make("p", "again");
  if (writing) acts.append(make("span", "muted", "正在上面修改"));
  else acts.append(button("改一改", `改一改第 ${number} 条，${place}`, () => act.edit(item)));
  acts.append(" ", button("拿掉", `拿掉第 ${number} 条，${place}`, () => act.remove(item)));
  row.append(acts);
  return row;
}

function said(item, place) {
  const box = make("div", "said");
  const where = make("p", "where", place);
  const stance = document.querySelector(`input[name=stance][value="${item.stance}"] + span`);
  if (stance) where.append(" ", make("span", "chip", stance.textContent));
  box.append(where);
  const after = item.original ? apply(item.proposed_text, item.original) : null;
  if (item.original) {
    const quote = make("blockquote", "quote was");
    const cut = [...item.original];
    if (after !== null) show(quote, item.original, after);
    else quote.textContent = cut.length > SHOWN ? `${cut.slice(0, SHOWN).join("")}…` : item.original;
    box.append(quote);
  }
  if (item.text) box.append(make("p", "words", item.text));
  if (item.proposed_text) box.append(make("p", "sub", "修改建议"), make("p", "words", item.proposed_text));
  if (item.reason) box.append(make("p", "sub", "理由"), make("p", "words", item.reason));
  return box;
}

function undo(item, act) {
  const row = make("li", "removed");
  Object.assign(row.dataset, { own: item.id, clause: item.clause });
  const words = make("p", "", `已经拿掉：${item.name || "全文"}。`);
  words.append(" ", button("放回去", `放回去，${item.name || "全文"}`, () => act.restore(item)));
  row.append(words);
  return row;
}

// opinions that were begun on other clauses and lie neither in the basket nor in the form
function begun(form, slug) {
  form.querySelector("[data-begun]")?.remove();
  const here = form.elements.clause;
  const others = [...here.options].filter((one) => one.value !== here.value && basket.begun(slug).includes(one.value));
  if (!others.length) return;
  const line = make("p", "muted", "还有写了一半的，接着写：");
  line.dataset.begun = "";
  for (const one of others) {
    const name = one.dataset.name || "全文";
    line.append(" ", button(name, `接着写对${name}的意见`, () => {
      here.value = one.value;
      here.dispatchEvent(new Event("change"));
      here.focus();
    }));
  }
  form.querySelector("#basket").append(line);
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

function button(words, label, act) {
  const one = Object.assign(make("button", "link", words), { type: "button" });
  one.setAttribute("aria-label", label);
  one.addEventListener("click", act);
  return one;
}
