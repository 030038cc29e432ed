// The list of files keeps itself up to date while something is being made. Without it a reload does.

const EVERY = 2000; // ms
const section = document.querySelector("[data-files]");

function keepUp(box) {
  const list = box.querySelector("[data-files-list]");
  const said = box.querySelector("[data-files-said]");
  const busy = () => list.querySelector("[data-busy]");
  const ready = () => list.querySelectorAll("form").length;
  const hint = () => list.querySelector("[data-files-wait]")?.remove();

  function put(html) {
    const before = ready();
    const held = list.contains(document.activeElement) ? document.activeElement.closest("tr")?.id : "";
    const open = [...list.querySelectorAll("details[open]")].map((one) => one.closest("tr").id);
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    for (const id of open) list.querySelector(`#${id} details`)?.setAttribute("open", "");
    if (held) list.querySelector(`#${held} :is(button, summary)`)?.focus();
    hint();
    if (ready() > before) said.textContent = "文件做好了，可以下载。";
  }

  async function look() {
    try {
      const answer = await fetch(box.dataset.files, { headers: { Accept: "text/html" }, redirect: "error" });
      if (answer.ok) put(await answer.text());
    } catch {
      // asked again with the next turn
    }
    if (busy()) setTimeout(look, EVERY);
  }

  if (busy()) {
    hint();
    setTimeout(look, EVERY);
  }
}

if (section) keepUp(section);
