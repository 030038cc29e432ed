// On the draft: the form opens under its clause, the outline follows, a bar leads to what was collected.

import * as basket from "./basket.js";

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
  // the three columns stand where the page has room for them: measured, for large type needs more
  const wide = () => getComputedStyle(desk).getPropertyValue("--columns").trim() === "3";
  let was = null;
  new ResizeObserver(() => {
    if (wide() !== was) outline.open = was = wide();
  }).observe(desk);
  outline.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide()) outline.open = false;
  });
  const links = new Map([...outline.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const place = document.createElement("span");
  place.className = "place-now";
  outline.querySelector("summary").append(place);
  let here = null;
  const watch = new IntersectionObserver(
    (seen) => {
      for (const one of seen) {
        const link = one.isIntersecting && links.get(one.target.id);
        if (!link || link === here) continue;
        here?.removeAttribute("aria-current");
        link.setAttribute("aria-current", "true");
        place.textContent = link.textContent.split(" ")[0];
        if (wide()) within(outline.parentElement, link);
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

// the outline's own scroll follows; the page's stays
function within(box, link) {
  const [outer, inner] = [box.getBoundingClientRect(), link.getBoundingClientRect()];
  if (inner.top < outer.top + 40 || inner.bottom > outer.bottom - 40) box.scrollTop += inner.top - outer.top - outer.height / 2;
}

// what writes comes with the first form, the reader's first page does without
async function openUnder(link) {
  try {
    await (await import("./writing.js")).openUnder(link, slug, bar);
  } catch {
    location.href = link.href; // closed meanwhile, or no network: the page itself says so
  }
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
  box.querySelector(".muted").textContent = kept.length ? "，还没有提交" : "";
  const link = box.querySelector("a");
  link.href = `${address("")}#basket`;
  link.textContent = "核对并提交";
  box.querySelector("[role=status]").textContent = said;
  const written = new Set(kept.map((one) => one.clause));
  for (const one of desk.querySelectorAll(".say")) {
    const has = written.has(new URL(one.href).searchParams.get("clause"));
    one.classList.toggle("has", has);
    one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/，已写$/, "") + (has ? "，已写" : ""));
  }
}

openOutline();
desk.querySelector("[data-find]").addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.currentTarget;
  event.preventDefault();
  const form = finderBy(link);
  try {
    (await import("./finding.js")).open(link, desk.querySelector(".text"), form);
  } catch {
    location.href = link.href; // without the script the page of its own
  }
});

// the field stands there at once: what is typed while the script is still on its way is not lost
function finderBy(link) {
  let form = desk.querySelector(".finder");
  if (!form) {
    form = document.createElement("form");
    form.className = "finder";
    form.setAttribute("role", "search");
    form.innerHTML =
      '<label class="vh" for="finder">在草案里查找</label><input id="finder" type="search" maxlength="60" placeholder="要找的词" autocomplete="off" enterkeyhint="search">';
    form.addEventListener("submit", (event) => event.preventDefault());
    link.after(form);
  }
  form.hidden = false;
  link.hidden = true;
  form.elements[0].focus();
  form.elements[0].select();
  return form;
}

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
