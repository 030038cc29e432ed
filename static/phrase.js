// An edited clause as the usual phrase of a 修改建议; the same as consult/drafts/edits.py and suggestion.py, step by step.

const MOST_COMPARED = 2_250_000; // pairs of tokens compared one by one after equal ends are set aside
const NEAR = 2; // changes with so few tokens between them are one change
const MOST_CHARACTERS = 5000;
const MOST_PLACES = 5;
const TOKEN = /[0-9A-Za-z]+(?:\.[0-9]+)*|./gsu;
const NAME = "(?:“[^“”\\n]{1,80}”一段|[^“”。，：\\n]{1,80}?)";
const UNIT = "部分|编|章|节|条|款|项|目|点|段";
const ONLY_NAME = new RegExp(`^${NAME}$`, "u");
const WHOLE = new RegExp(`^建议将${NAME}修改为：“(.*)”。$`, "su");
const ADDED = new RegExp(`^建议在${NAME}之后增加一(?:${UNIT}|个附件)：“(.*)”。$`, "su");
const GONE = new RegExp(`^建议删除${NAME}。$`, "u");
const FIRST = new RegExp(`^建议(将|删除|在)${NAME}中的“`, "u");
const NEXT = /”(?:。$|，并?(将|删除|在)“)/gu;
const CITED = new RegExp(`第[^第“”]{1,12}?(${UNIT})|附件`, "gu");
const HAN = /^[\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}]$/u;
const NUMERAL = /^[〇零一二三四五六七八九十百千万亿两0-9]/u;
const STOP = /^[，。；：、！？,.;:!?（）()《》“”‘’〔〕—…\n\u3000 ]$/u;
const BLANK = /[ \t\n\r\u3000\u00a0]/g;
const ENDS = /^[ \t\n\r\u3000\u00a0]+|[ \t\n\r\u3000\u00a0]+$/g;

export const tokens = (text) => text.match(TOKEN) ?? [];
export const same = (left, right) => left.replace(BLANK, "") === right.replace(BLANK, "");
const count = (text) => [...text].length;
const words = (list, start, end) => list.slice(start, end).join("");

// what is stored for a clause's box; empty where the clause stands in it as it was
export function propose(name, text, raw, stance = "") {
  const typed = raw.replace(/\r\n?/g, "\n");
  const edited = typed.replace(ENDS, "");
  if (!edited || same(edited, text)) return stance === "delete" ? gone(name) : "";
  const made = phrase(name, text, edited, stance);
  return made === edited ? typed : made;
}

export function phrase(name, text, edited, stance = "") {
  if (edited === text || !edited) return stance === "delete" || !edited ? gone(name) : "";
  if (stance === "add" && text && edited.startsWith(text + "\n"))
    return added(name, edited.slice(text.length).replace(/^\n+/, "")) || edited;
  const [old, fresh] = [tokens(text), tokens(edited)];
  const [found, kept] = edits(old, fresh);
  const much = 2 * found.reduce((sum, one) => sum + one.end - one.start, 0) > old.length;
  const kin = 5 * kept >= old.length + fresh.length || (kept >= 8 && 3 * kept >= 2 * fresh.length);
  if (!old.length || (much && !kin)) return stance === "add" ? added(name, edited) : edited;
  const whole = `建议将${said(name)}修改为：“${edited}”。`;
  if (much || found.length > MOST_PLACES) return whole;
  const short = sentence(said(name), text, old, fresh, found);
  return count(short) <= MOST_CHARACTERS && apply(short, text) === edited ? short : whole;
}

// the clause as the phrase wants it; null where it is no such phrase or does not fit the clause
export function apply(made, text) {
  if (GONE.test(made)) return "";
  const whole = WHOLE.exec(made);
  if (whole) return whole[1];
  let out = "";
  let at = 0;
  const found = places(made, text);
  for (const [start, end, fresh] of found) {
    if (start < at) return null;
    out += text.slice(at, start) + fresh;
    at = end;
  }
  return found.length ? out + text.slice(at) : null;
}

// what stands in the box of a clause when a proposal is written on
export function box(proposed, text) {
  const added = ADDED.exec(proposed);
  if (added) return added[1];
  return apply(proposed, text) || (!proposed || GONE.test(proposed) ? text : proposed);
}

// compared twice, what is equal found late and found early; the simpler result is taken
export function edits(old, fresh) {
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  let part = tail;
  while (part && !STOP.test(old[old.length - part])) part--;
  const [late, kept] = between(old, fresh, head, tail, false);
  if ((old.length - head - part) * (fresh.length - head - part) > MOST_COMPARED) return [late, kept];
  const [early] = between(old, fresh, head, part, true);
  const [a, b] = [effort(early), effort(late)];
  return [a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]) ? early : late, kept];
}

// what a reader has to follow: how much is replaced, then how many places there are
const effort = (found) => [found.filter((one) => one.start < one.end && one.newStart < one.newEnd).length, found.length];

function between(old, fresh, head, tail, early) {
  const [stop, newStop] = [old.length - tail, fresh.length - tail];
  const left = old.slice(head, stop);
  const right = fresh.slice(head, newStop);
  const found = [];
  let [i, j] = [head, head];
  const pairs = left.length * right.length > MOST_COMPARED ? [] : early ? mirrored(left, right) : common(left, right);
  for (const [end, newEnd] of [...pairs.map(([a, b]) => [head + a, head + b]), [stop, newStop]]) {
    if (end > i || newEnd > j) join(found, { start: i, end, newStart: j, newEnd });
    [i, j] = [end + 1, newEnd + 1];
  }
  return [found, head + tail + pairs.length];
}

const mirrored = (left, right) =>
  common([...left].reverse(), [...right].reverse()).reverse().map(([i, j]) => [left.length - 1 - i, right.length - 1 - j]);

function join(found, one) {
  const last = found[found.length - 1];
  if (last && one.start - last.end <= NEAR) Object.assign(last, { end: one.end, newEnd: one.newEnd });
  else found.push(one);
}

// longest common subsequence, read back from the end of its table
function common(a, b) {
  const wide = b.length + 1;
  const table = new Uint16Array((a.length + 1) * wide);
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      table[i * wide + j] =
        a[i - 1] === b[j - 1] ? table[(i - 1) * wide + j - 1] + 1 : Math.max(table[(i - 1) * wide + j], table[i * wide + j - 1]);
  const pairs = [];
  let [i, j] = [a.length, b.length];
  while (i && j) {
    if (a[i - 1] === b[j - 1]) pairs.push([--i, --j]);
    else if (table[(i - 1) * wide + j] >= table[i * wide + j - 1]) i--;
    else j--;
  }
  return pairs.reverse();
}

// a redline: pieces of kind "", "del" and "ins"
export function parts(text, edited) {
  const [old, fresh] = [tokens(text), tokens(edited)];
  const found = [];
  let at = 0;
  for (const one of edits(old, fresh)[0]) {
    found.push(["", words(old, at, one.start)], ["del", words(old, one.start, one.end)], ["ins", words(fresh, one.newStart, one.newEnd)]);
    at = one.end;
  }
  found.push(["", words(old, at)]);
  return found.filter((one) => one[1]);
}

function said(name) {
  if (ONLY_NAME.test(name)) return name;
  return name.startsWith("“") && ONLY_NAME.test(`${name}一段`) ? `${name}一段` : "这一段";
}

const gone = (name) => `建议删除${said(name)}。`;

function added(name, edited) {
  const cited = [...said(name).matchAll(CITED)].map((one) => one[1] ?? "个附件");
  return edited && `建议在${said(name)}之后增加一${cited.pop() ?? "段"}：“${edited}”。`;
}

function sentence(name, text, old, fresh, found) {
  const acts = regions(text, old, fresh, found).map(([start, end], number) => {
    const whose = number ? "" : `${name}中的`;
    const away = words(old, start, end);
    const come = becomes(fresh, found, start, end).join("");
    const side = !away && beside(text, old, start);
    if (side) return `在${whose}“${words(old, ...side)}”${side[1] === start ? "后" : "前"}增加“${come}”`;
    return come ? `将${whose}“${away}”修改为“${come}”` : `删除${whose}“${away}”`;
  });
  const last = acts.length > 1 ? `，并${acts.pop()}` : "";
  return `建议${acts.join("，")}${last}。`;
}

// the stretches of the clause that are quoted, widened until each is a whole and stands there once
function regions(text, old, fresh, found) {
  let all = found.map((one) => [one.start, one.end]);
  for (;;) {
    const grown = [];
    for (const [from, to] of all) {
      let [start, end] = widen(text, old, becomes(fresh, found, from, to), from, to);
      while (grown.length && start <= grown[grown.length - 1][1]) {
        const before = grown.pop();
        [start, end] = [Math.min(start, before[0]), Math.max(end, before[1])];
      }
      grown.push([start, end]);
    }
    if (JSON.stringify(grown) === JSON.stringify(all)) return grown;
    all = grown;
  }
}

function becomes(fresh, found, start, end) {
  let [before, until] = [0, 0];
  for (const one of found) {
    const longer = one.newEnd - one.newStart - one.end + one.start;
    if (one.end < start) before += longer;
    if (one.end <= end) until += longer;
  }
  return fresh.slice(start + before, end + until);
}

function widen(text, old, come, start, end) {
  const han = (at) => HAN.test(old[at]);
  const runs = (at) => !STOP.test(old[at]);
  [start, end] = number(old, come, start, end);
  if (end - start === 1 && come.length && han(start)) {
    if (start && han(start - 1)) start--;
    else if (end < old.length && han(end)) end++;
  }
  if (start === end && !beside(text, old, start)) [start, end] = [Math.max(0, start - 1), Math.min(old.length, end + 1)];
  while (start < end && !once(text, words(old, start, end))) {
    if (start && runs(start - 1)) start--;
    else if (end < old.length && runs(end)) end++;
    else if (start) start--;
    else end++;
  }
  return [start, end];
}

// a number is quoted whole and with what it counts: 四 becomes 四十米
function number(old, come, start, end) {
  const numeral = (token) => token !== undefined && NUMERAL.test(token);
  const away = old.slice(start, end);
  if (numeral(away[0]) || numeral(come[0])) while (start && numeral(old[start - 1])) start--;
  if (numeral(away[away.length - 1]) || numeral(come[come.length - 1])) {
    while (end < old.length && numeral(old[end])) end++;
    if (end < old.length && HAN.test(old[end])) end++;
  }
  return [start, end];
}

// the words after which something comes in at `at`, or before which; null where none stand there once
function beside(text, old, at) {
  if (at) {
    let start = at - 1;
    while (start && at - start < 12 && !STOP.test(old[start - 1])) start--;
    if (start && !STOP.test(old[start - 1])) start = at - 6;
    while (start && !once(text, words(old, start, at))) start--;
    if (once(text, words(old, start, at))) return [start, at];
  }
  for (let end = Math.min(at + 6, old.length); end <= old.length; end++)
    if (end > at && once(text, words(old, at, end))) return [at, end];
  return null;
}

function once(text, part) {
  const first = text.indexOf(part);
  return first >= 0 && text.indexOf(part, first + 1) < 0;
}

function places(made, text) {
  const opening = FIRST.exec(made);
  let [verb, at] = opening ? [opening[1], opening[0].length] : ["", 0];
  const found = [];
  while (verb) {
    NEXT.lastIndex = at;
    const closing = NEXT.exec(made);
    const next = closing && place(verb, made.slice(at, closing.index), text);
    if (!next) return [];
    found.push(next);
    [verb, at] = [closing[1] ?? "", NEXT.lastIndex];
  }
  return found;
}

const CUTS = { 将: ["”修改为“"], 在: ["”后增加“", "”前增加“"] };

function place(verb, whole, text) {
  const cuts = CUTS[verb];
  const cut = cuts?.filter((one) => whole.includes(one)).sort((a, b) => whole.indexOf(a) - whole.indexOf(b))[0];
  if (cuts && !cut) return null;
  const middle = cut ? whole.indexOf(cut) : whole.length;
  const quoted = whole.slice(0, middle);
  if (!quoted || !once(text, quoted)) return null;
  const start = text.indexOf(quoted);
  const end = start + quoted.length;
  const fresh = cut ? whole.slice(middle + cut.length) : "";
  if (verb !== "在") return [start, end, fresh];
  return cut.includes("后") ? [end, end, fresh] : [start, start, fresh];
}
