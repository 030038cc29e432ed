// What somebody has written and not sent yet, kept in this browser only: the basket and unfinished words.

const name = (slug, what) => `consult:${slug}:${what}`;

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // private window or full: the caller falls back to the server
  }
}

export const PARTS = ["stance", "text", "proposed_text", "reason"];
export const MOST = 50;

export const items = (slug) => read(name(slug, "basket"), []);

export function add(slug, item) {
  const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  return write(name(slug, "basket"), [...items(slug), { ...item, id }]);
}

export function remove(slug, ids) {
  const gone = new Set(ids);
  const left = items(slug).filter((one) => !gone.has(one.id));
  write(name(slug, "basket"), left.length ? left : null);
}

export const unfinished = (slug, clause) => read(name(slug, `draft:${clause}`), null);
export const keepUnfinished = (slug, clause, words) => write(name(slug, `draft:${clause}`), words);
export const dropUnfinished = (slug, clause) => write(name(slug, `draft:${clause}`), null);

// the opinion in a form, or null where it says nothing
export function typed(form) {
  const words = {};
  for (const part of PARTS) {
    const field = form.elements[part];
    words[part] = field ? field.value : "";
  }
  const original = form.elements.proposed_text?.dataset.original;
  if (original && same(words.proposed_text, original)) words.proposed_text = "";
  const says = words.stance === "support" || [words.text, words.proposed_text, words.reason].some((one) => one.trim());
  return says ? { ...words, stance: words.stance || (words.proposed_text.trim() ? "amend" : "other") } : null;
}

// why an opinion cannot be kept as it is, as the server would say; empty where it can
export function refusal(item, count) {
  if (!item) return "还没有写内容。请写下意见，或者写出您建议的文字。";
  if (count >= MOST) return `意见篮里最多放${MOST}条，请先提交。`;
  for (const [part, title] of [["text", "意见内容"], ["proposed_text", "建议的文字"], ["reason", "理由"]]) {
    const length = [...item[part]].length;
    if (length > 5000) return `${title}有${length}个字，最多5000个字，请精简或者分成几条。`;
  }
  if (item.stance !== "support" && !item.text.trim() && !item.proposed_text.trim())
    return "还没有写内容。请写下意见，或者写出您建议的文字。";
  return "";
}

export function fill(form, words) {
  for (const part of PARTS) if (words[part] && form.elements[part]) form.elements[part].value = words[part];
}

const same = (left, right) => left.replace(/\s+/g, "") === right.replace(/\s+/g, "");
