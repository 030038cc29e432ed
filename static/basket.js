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

export const items = (slug) => read(name(slug, "basket"), []);

// a new opinion, or the new words of the one with this id
export function put(slug, item) {
  const kept = items(slug);
  const place = kept.findIndex((one) => one.id === item.id);
  const id = item.id || `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  kept.splice(place < 0 ? kept.length : place, place < 0 ? 0 : 1, { ...item, id });
  return write(name(slug, "basket"), kept);
}

export function remove(slug, ids) {
  const left = items(slug).filter((one) => !ids.includes(one.id));
  write(name(slug, "basket"), left.length ? left : null);
}

export const unfinished = (slug, clause) => read(name(slug, `draft:${clause}`), null);
export const keepUnfinished = (slug, clause, words) => write(name(slug, `draft:${clause}`), words);
export const dropUnfinished = (slug, clause) => write(name(slug, `draft:${clause}`), null);

// the clauses on which something was begun and is not in the basket yet
export function begun(slug) {
  const start = name(slug, "draft:");
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  } catch {
    return [];
  }
}
