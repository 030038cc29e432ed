// Writing an opinion, in place and on the opinion page: nothing typed is lost, the change is seen at once.

import * as basket from "./basket.js";
import { apply, propose, same } from "./phrase.js";
import { show } from "./redline.js";

export const MOST = 50;
const LONGEST = 5000;
const NUMBERS = /(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dXx])/;
const NOTHING = "还没有写内容。请写下意见，或者写出您建议的文字。";
const REMARK = "这里写的不像是改这一条的文字，会照您写的原样提交。";
const EMPTY = "框里空着，就没有修改建议。要删去整条，请在上面选“建议删除”。";

// what to mind about personal numbers; never a reason to refuse
export const hint = (item) =>
  NUMBERS.test([item.text, item.proposed_text, item.reason].join("\n"))
    ? "文字里好像有手机号或者身份证号。如果不需要，请改一改，删去它；公开时会遮住。"
    : "";

// whether the box holds anything but the clause's own words
export function edited(form) {
  const { value, dataset } = form.elements.edited;
  return Boolean(value.trim()) && !(dataset.original !== undefined && same(value, dataset.original));
}

// the opinion in a form, or null where it says nothing
export function typed(form) {
  const { stance, text, reason, edited: field, edited_of: of } = form.elements;
  const { whose, original } = field.dataset;
  const made = original === undefined ? (field.value.trim() ? field.value : "") : propose(whose, original, field.value, stance.value);
  const words = { stance: stance.value, text: text.value, proposed_text: made, reason: reason.value };
  const says = words.stance === "support" || [words.text, made, words.reason].some((one) => one.trim());
  if (!says) return null;
  words.stance ||= made.trim() ? "amend" : "other";
  return { ...words, mark: of.value.split(".").pop(), original: original ?? "" };
}

// why an opinion cannot be kept as it is, as the server would say, and at which field; null where it can
export function refusal(item, count) {
  if (!item) return [NOTHING, "text"];
  if (count >= MOST) return [`意见篮里最多放${MOST}条，请先提交。`, "text"];
  for (const [part, title] of [["text", "意见内容"], ["proposed_text", "修改建议"], ["reason", "理由"]]) {
    const length = [...item[part]].length;
    if (length > LONGEST) return [`${title}有${length}个字，最多${LONGEST}个字，请精简或者分成几条。`, part === "proposed_text" ? "edited" : part];
  }
  if (item.stance !== "support" && !item.text.trim() && !item.proposed_text.trim()) return [NOTHING, "text"];
  return null;
}

export function refuse(form, [message, field]) {
  say(form, message);
  form.elements[field].focus();
}

export function say(form, message) {
  const box = form.querySelector("[data-trouble]");
  box.textContent = message;
  box.hidden = !message;
}

// everything typed, as it is kept while the opinion is unfinished
export function unfinished(form) {
  const { stance, text, reason, edited: field, editing } = form.elements;
  return { stance: stance.value, text: text.value, reason: reason.value, edited: edited(form) ? field.value : "", editing: editing.value };
}

// what was begun on a clause; null where nothing was
export function waiting(slug, clause) {
  const words = basket.unfinished(slug, clause);
  const editing = basket.items(slug).some((one) => one.id === words?.editing) ? words.editing : "";
  return words && { ...words, editing };
}

export function fill(form, words) {
  for (const part of ["stance", "text", "reason", "editing"]) if (words[part]) form.elements[part].value = words[part];
  const box = words.edited || words.proposed_text;
  if (box) form.elements.edited.value = box;
  form.dispatchEvent(new Event("input"));
}

export function clear(form) {
  for (const one of form.elements.stance) one.checked = false;
  for (const part of ["text", "reason", "editing"]) form.elements[part].value = "";
  form.elements.edited.value = form.elements.edited.dataset.original ?? "";
  preview(form);
}

export function help(form, slug, clause) {
  const note = document.createElement("p");
  note.className = "hint";
  note.setAttribute("role", "status");
  form.elements.reason.closest(".field").append(note);
  form.addEventListener("input", (event) => {
    if (event.target.name === "clause") return; // the words belong to the clause that was chosen before
    say(form, ""); // what was refused is being mended
    if (event.target.name === "stance") newText(form);
    const words = unfinished(form);
    if (typed(form) || words.edited) basket.keepUnfinished(slug, clause(), words);
    else basket.dropUnfinished(slug, clause());
    preview(form);
    const message = hint({ ...words, proposed_text: words.edited });
    if (note.textContent !== message) note.textContent = message;
  });
  preview(form);
}

// a new clause is written into an empty box; the clause's own words come back when the mind is changed
function newText(form) {
  const { stance, edited: field } = form.elements;
  const { original } = field.dataset;
  if (original === undefined) return;
  if (stance.value === "add" && same(field.value, original)) field.value = "";
  else if (stance.value !== "add" && !field.value.trim()) field.value = original;
}

export function preview(form) {
  const { stance, edited: field } = form.elements;
  const { whose, original } = field.dataset;
  const made = original === undefined ? "" : propose(whose, original, field.value, stance.value);
  const after = made && apply(made, original);
  const change = form.querySelector(".change");
  change.hidden = typeof after !== "string" || !made;
  if (!change.hidden) show(change.querySelector(".redline"), original, after);
  const [title, words] = form.querySelectorAll(".phrased > span");
  const remark = made && made === field.value;
  const empty = original !== undefined && !field.value.trim() && !["add", "delete"].includes(stance.value);
  title.hidden = !made || remark;
  words.textContent = remark ? REMARK : empty ? EMPTY : made;
  words.parentElement.hidden = !words.textContent;
}

let open = null; // the one form in place: { form, link }

function close(back = true) {
  if (!open) return;
  open.form.closest(".place").remove();
  open.link.closest(".cl")?.classList.remove("writing");
  open.link.setAttribute("aria-expanded", "false");
  if (back) open.link.focus();
  open = null;
}

// the form opens under its clause; `done` is told what was put into the basket
export async function openUnder(link, slug, done) {
  if (open?.link === link) return close();
  const url = new URL(link.href);
  const clause = url.searchParams.get("clause") ?? "";
  url.searchParams.set("fragment", "1");
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  close(false);
  const place = document.createElement("div");
  place.className = "place";
  place.append(page.querySelector("form"));
  const under = link.closest(".cl") ?? link.closest(".now") ?? link;
  under.after(place);
  under.classList.add("writing");
  const form = place.querySelector("form");
  open = { form, link };
  link.setAttribute("aria-expanded", "true");
  help(form, slug, () => clause);
  const before = waiting(slug, clause);
  if (before) fill(form, before);
  form.addEventListener("submit", (event) => keep(event, form, slug, clause, done));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !typed(form)) close(); // with words in it the form stays
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => close());
  form.elements.stance[0].focus();
}

function keep(event, form, slug, clause, done) {
  const item = typed(form);
  const id = form.elements.editing.value;
  const wrong = refusal(item, basket.items(slug).length - (id ? 1 : 0));
  if (wrong) {
    event.preventDefault();
    return refuse(form, wrong);
  }
  if (!basket.put(slug, { ...item, id, clause, name: form.dataset.name })) return; // no room here: the server keeps it
  event.preventDefault();
  basket.dropUnfinished(slug, clause);
  close();
  done(`已放进意见篮：${form.dataset.name}。${hint(item)}`);
}
