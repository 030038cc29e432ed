// On the draft: the form opens under its clause, the outline follows, a bar leads to what was collected.

import * as basket from "./basket.js";
import { help, say } from "./writing.js";

const desk = document.querySelector(".desk");
const { slug, opinion, src } = desk.dataset;
const address = (clause) => {
  const query = new URLSearchParams();
  if (clause) query.set("clause", clause);
  if (src) query.set("src", src);
  return query.size ? `${opinion}?${query}` : opinion;
};

function openOutline() {
  const outline = desk.querySelector(".outline details");
  const wide = matchMedia("(min-width: 68rem)");
  const set = () => (outline.open = wide.matches);
  wide.addEventListener("change", set);
  set();
  outline.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide.matches) outline.open = false;
  });
  const links = new Map([...outline.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  let here = null;
  const watch = new IntersectionObserver(
    (seen) => {
      for (const one of seen) {
        const link = one.isIntersecting && links.get(one.target.id);
        if (!link || link === here) continue;
        here?.removeAttribute("aria-current");
        link.setAttribute("aria-current", "true");
        here = link;
      }
    },
    { rootMargin: "-10% 0px -80% 0px" },
  );
  for (const key of links.keys()) {
    const clause = document.getElementById(key);
    if (clause) watch.observe(clause);
  }
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

async function openUnder(link) {
  if (open?.link === link) return close();
  const url = new URL(link.href);
  const clause = url.searchParams.get("clause") ?? "";
  url.searchParams.set("fragment", "1");
  let answer;
  try {
    answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
  } catch {
    location.href = link.href; // closed meanwhile, or no network: the page itself says so
    return;
  }
  close(false);
  const place = document.createElement("div");
  place.className = "place";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.append(page.querySelector("form"));
  const under = link.closest(".cl") ?? link.closest(".now") ?? link;
  under.after(place);
  under.classList.add("writing");
  const form = place.querySelector("form");
  open = { form, link };
  link.setAttribute("aria-expanded", "true");
  const before = basket.unfinished(slug, clause);
  if (before) basket.fill(form, before);
  help(form, slug, () => clause);
  form.addEventListener("submit", (event) => keep(event, form, clause));
  form.querySelector("[data-cancel]").addEventListener("click", () => close());
  form.elements.text.focus();
}

function keep(event, form, clause) {
  const item = basket.typed(form);
  const message = basket.refusal(item, basket.items(slug).length);
  if (message) {
    event.preventDefault();
    say(form, message);
    form.elements.text.focus();
    return;
  }
  if (!basket.add(slug, { ...item, clause, name: form.dataset.name })) return; // no room here: the server keeps it
  event.preventDefault();
  basket.dropUnfinished(slug, clause);
  close();
  bar(`已放进意见篮：${form.dataset.name}。`);
}

function bar(said = "") {
  const kept = basket.items(slug);
  let box = document.querySelector(".basket-bar");
  if (!box) {
    box = document.createElement("aside");
    box.className = "basket-bar";
    box.setAttribute("aria-label", "意见篮");
    box.innerHTML =
      '<div class="wide"><p>意见篮里有 <b></b> 条<span class="muted"></span></p><a class="button"></a><p class="vh" role="status"></p></div>';
    document.querySelector("main").after(box);
  }
  box.hidden = kept.length === 0;
  box.querySelector("b").textContent = kept.length;
  box.querySelector(".muted").textContent = kept.length ? `，保存在这台设备上` : "";
  const link = box.querySelector("a");
  link.href = `${address("")}#basket`;
  link.textContent = "核对并提交";
  box.querySelector("[role=status]").textContent = said;
  const written = new Set(kept.map((one) => one.clause));
  for (const one of desk.querySelectorAll(".say")) {
    const has = written.has(new URL(one.href).searchParams.get("clause"));
    one.classList.toggle("has", has);
  }
}

openOutline();
if ("open" in desk.dataset) {
  desk.addEventListener("click", (event) => {
    const link = event.target.closest(".say, [data-whole]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    openUnder(link);
  });
  addEventListener("storage", () => bar());
  addEventListener("pageshow", () => bar());
  bar();
}
