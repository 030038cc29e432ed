// Comfort for a unit's pages: the draft saves itself, a code from the address is filled in, texts are copied.
// Everything works without it.

const PAUSE = 3000; // ms after the last keystroke
const form = document.querySelector("form[data-autosave]");

function keepDraft(page) {
  const told = page.querySelector("[data-saved]");
  let timer = 0;
  let running = false;
  let dirty = false;
  let stopped = false;

  const say = (words) => {
    told.textContent = words;
  };

  const written = () => {
    const data = new FormData(page);
    data.delete("seal_file"); // a file waits for a button: it is sent once
    data.delete("theirs");
    data.set("do", "auto");
    return data;
  };

  async function save() {
    if (running || stopped || !dirty) return;
    running = true;
    dirty = false;
    try {
      const answer = await fetch(page.action, { method: "POST", body: written(), redirect: "manual" });
      const facts = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
      if (answer.ok && facts) {
        page.elements.edition.value = facts.edition;
        page.elements.seen.value = facts.seen;
        say(`已自动保存 ${facts.at}${facts.joined ? "；同事也在写，他的内容已合在一起，刷新页面可以看到" : ""}`);
      } else if (answer.status === 409) {
        stopped = true;
        say("同事刚刚改了同样的地方。请点“保存草稿”，两种写法会并排列出来。");
      } else if (facts?.message) {
        say(facts.message);
      } else {
        stopped = true;
        say("没有保存上，可能已经退出登录。您写的内容还在这一页，请点“保存草稿”。");
      }
    } catch {
      dirty = true;
      say("网络不通，还没有保存，稍后再试。您写的内容还在这一页。");
      timer = setTimeout(save, 4 * PAUSE);
    }
    running = false;
    if (dirty && !stopped) later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  const changed = (event) => {
    if (event.target.type === "file" || event.target.name === "theirs") return;
    dirty = true;
    if (!stopped) later();
  };
  page.addEventListener("input", changed);
  page.addEventListener("change", changed);
  page.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

if (form) keepDraft(form);

const code = document.querySelector("[data-code]");
if (code && !code.value && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
  history.replaceState(null, "", location.pathname); // the code stays out of the history
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    button.textContent = "已复制";
  });
}
