// 大字 at once: the page is not loaded again, so nothing typed or shown is lost; the cookie tells the next page.

const root = document.documentElement;
const box = document.querySelector("#size");
const own = "max-age=31536000; path=/; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
const kept = () => /(?:^|; )display=large(?:;|$)/.test(document.cookie);
const began = kept(); // what the stylesheet of this page says

function keep(large) {
  document.cookie = large ? `display=large; ${own}` : `display=; max-age=0; path=/; samesite=lax`;
}

function show(large) {
  const place = document.elementFromPoint(innerWidth / 2, innerHeight / 3)?.closest("main *");
  const before = place?.getBoundingClientRect().top;
  root.classList.toggle("large", large);
  root.classList.toggle("plain", !large);
  if (place) scrollBy({ top: place.getBoundingClientRect().top - before, behavior: "instant" });
}

document.querySelector(".size")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const large = link.classList.contains("to-large");
  keep(large);
  show(large);
  link.parentElement.querySelector(large ? ".to-plain" : ".to-large").focus(); // says what is so now
});
box?.addEventListener("change", () => keep(box.checked !== began));
addEventListener("pageshow", (event) => event.persisted && !box && show(kept())); // back from another page
