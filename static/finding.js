// 在草案里查找, in place: every clause that holds all the words is marked, next and previous, Escape goes back.

let finder = null;

// half-width small letters, as long as the text itself, so that places in it stay true
const folded = (text) =>
  [...text].map((one) => {
    const plain = one.normalize("NFKC").toLowerCase();
    return plain.length === one.length ? plain : one;
  }).join("");

export function open(link, text, form) {
  finder ??= make(link, text, form);
  finder.again();
}

function make(link, text, form) {
  form.insertAdjacentHTML(
    "beforeend",
    `<p role="status"></p><button class="link" data-step="-1" type="button">上一处</button><button class="link" data-step="1" type="button">下一处</button><button class="link" data-close type="button">关闭</button>`,
  );
  const input = form.querySelector("input");
  const said = form.querySelector("[role=status]");
  let hits = [];
  let at = -1;
  let waiting = 0;

  function clear() {
    for (const mark of text.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
    text.normalize();
    hits = [];
    at = -1;
  }

  function look() {
    clear();
    const words = [...new Set(folded(input.value).split(/\s+/).filter(Boolean))].slice(0, 8);
    if (words.length) {
      for (const clause of text.querySelectorAll(".cl")) {
        const line = clause.querySelector(":scope > p, :scope > :is(h2, h3)");
        if (line && words.every((word) => folded(line.textContent).includes(word))) hits.push({ clause, line });
      }
      for (const { line } of hits) mark(line, words);
    }
    if (hits.length) step(1, false);
    else said.textContent = words.length ? "没有找到，换个说法试试" : "";
    for (const button of form.querySelectorAll("[data-step]")) button.disabled = hits.length < 2;
  }

  function step(by, move = true) {
    if (!hits.length) return;
    hits[at]?.clause.classList.remove("here");
    at = (at + by + hits.length) % hits.length;
    const { clause } = hits[at];
    clause.classList.add("here");
    clause.scrollIntoView({ block: "center", behavior: move && matchMedia("(prefers-reduced-motion: no-preference)").matches ? "smooth" : "instant" });
    said.textContent = `第 ${at + 1} 处，共 ${hits.length} 处`;
  }

  function close() {
    hits[at]?.clause.classList.remove("here");
    clear();
    form.hidden = true;
    link.hidden = false;
    link.focus();
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 200); // not for every letter of a word being typed
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (at < 0) look();
    else step(1);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.shiftKey) step(-1), event.preventDefault();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.step) step(Number(button.dataset.step));
    if (button && "close" in button.dataset) close();
  });
  return {
    again() {
      if (input.value) look();
    },
  };
}

// wrap every occurrence inside a line; labels are links of their own and are left as they are
function mark(line, words) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const text = folded(node.data);
    const spans = [];
    for (const word of words)
      for (let from = text.indexOf(word); from >= 0; from = text.indexOf(word, from + word.length)) spans.push([from, from + word.length]);
    spans.sort((one, other) => other[0] - one[0]);
    let edge = Infinity;
    for (const [from, to] of spans) {
      const end = Math.min(to, edge);
      if (end <= from) continue;
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, end);
      range.surroundContents(document.createElement("mark"));
      edge = from;
    }
  }
}
