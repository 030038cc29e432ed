// The clause beside the words somebody proposes: what goes is struck out, what comes is underlined.

const MOST = 1500; // characters that are compared one by one after equal ends are set aside

export function pieces(before, after) {
  const a = [...before];
  const b = [...after];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  const middle =
    left.length * right.length > MOST * MOST
      ? [["del", left.join("")], ["ins", right.join("")]]
      : compared(left, right);
  return joined([["", a.slice(0, start).join("")], ...middle, ["", a.slice(a.length - end).join("")]]);
}

// longest common subsequence, read back from its table
function compared(a, b) {
  const wide = b.length + 1;
  const table = new Uint16Array((a.length + 1) * wide);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * wide + j] =
        a[i] === b[j] ? table[(i + 1) * wide + j + 1] + 1 : Math.max(table[(i + 1) * wide + j], table[i * wide + j + 1]);
  const found = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push(["", a[i++]]);
      j++;
    } else if (i < a.length && (j >= b.length || table[(i + 1) * wide + j] >= table[i * wide + j + 1])) found.push(["del", a[i++]]);
    else found.push(["ins", b[j++]]);
  }
  return found;
}

function joined(parts) {
  const found = [];
  for (const [kind, text] of parts) {
    if (!text) continue;
    const last = found[found.length - 1];
    if (last && last[0] === kind) last[1] += text;
    else found.push([kind, text]);
  }
  return found;
}

export function show(box, before, after) {
  box.replaceChildren(
    ...pieces(before, after).map(([kind, text]) => {
      if (!kind) return document.createTextNode(text);
      const mark = document.createElement(kind);
      mark.textContent = text;
      return mark;
    }),
  );
}
