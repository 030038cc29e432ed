// Comfort while writing, in place and on the opinion page: nothing typed is lost, the change is seen at once.

import * as basket from "./basket.js";
import { show } from "./redline.js";

const NUMBERS = /(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dXx])/;

export function help(form, slug, clause) {
  const field = form.elements.proposed_text;
  offerOriginal(field);
  const note = document.createElement("p");
  note.className = "hint";
  note.setAttribute("role", "status");
  field.closest(".field").parentElement.append(note);
  const changed = () => {
    const words = basket.typed(form);
    const all = Object.fromEntries(basket.PARTS.map((part) => [part, form.elements[part]?.value ?? ""]));
    if (words || field.value) basket.keepUnfinished(slug, clause(), all);
    else basket.dropUnfinished(slug, clause());
    redline(field);
    const text = basket.PARTS.slice(1).map((part) => form.elements[part].value).join("\n");
    const hint = NUMBERS.test(text) ? "文字里好像有手机号或者身份证号。如果不需要，请删去；公开时会遮住。" : "";
    if (note.textContent !== hint) note.textContent = hint;
  };
  form.addEventListener("input", changed);
  redline(field);
}

export function redline(field) {
  const box = field.parentElement.querySelector(".redline");
  const original = field.dataset.original;
  const seen = Boolean(original && field.value.trim() && field.value !== original);
  if (seen) show(box, original, field.value);
  box.hidden = !seen;
}

function offerOriginal(field) {
  if (field.parentElement.querySelector("[data-from]")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.dataset.from = "";
  button.textContent = "把原文抄下来改";
  button.hidden = !field.dataset.original;
  button.addEventListener("click", () => {
    if (!field.value.trim()) field.value = field.dataset.original;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.before(button);
}

export function say(form, message) {
  const box = form.querySelector(".wrong[role=alert]");
  box.textContent = message;
  box.hidden = !message;
}
