// Proof of work by altcha, quietly; where it cannot run, the arithmetic question stays.

const ALGORITHM = "PBKDF2/SHA-256";
const base = new URL("./vendor/altcha/", import.meta.url);

// resolves to true once the form carries a solution, to false where the question has to be answered
export function prove(box, form) {
  const state = box.querySelector(".working");
  const ask = box.querySelector(".ask");
  if (!globalThis.crypto?.subtle || !globalThis.Worker) return Promise.resolve(false);
  const payload = document.createElement("input");
  Object.assign(payload, { type: "hidden", name: "altcha" });
  form.append(payload);
  const tell = (words) => {
    state.textContent = words;
    state.hidden = !words;
  };
  ask.hidden = true;
  tell("正在自动做安全验证，不用您操作。");
  return solve(box, payload)
    .then(() => {
      tell("安全验证已完成。");
      return true;
    })
    .catch(() => {
      tell("自动验证没有成功，请回答下面的题目。");
      ask.hidden = false;
      return false;
    });
}

async function solve(box, payload) {
  await import(new URL("altcha.min.js", base));
  globalThis.$altcha.algorithms.set(ALGORITHM, () => new Worker(new URL("pbkdf2.js", base)));
  const widget = document.createElement("altcha-widget");
  widget.hidden = true;
  await new Promise((done, fail) => {
    const limit = setTimeout(() => fail(new Error("slow")), 90_000);
    widget.addEventListener("load", () => widget.verify());
    widget.addEventListener("statechange", ({ detail }) => {
      if (detail.state === "verified") {
        clearTimeout(limit);
        payload.value = detail.payload;
        done();
      } else if (detail.state === "expired") {
        payload.value = "";
        widget.reset();
        widget.verify();
      } else if (detail.state === "error") {
        clearTimeout(limit);
        fail(new Error("altcha"));
      }
    });
    const settings = { auto: "off", display: "invisible", hideFooter: true, hideLogo: true, humanInteractionSignature: false };
    widget.setAttribute("challenge", box.dataset.challenge);
    widget.setAttribute("configuration", JSON.stringify({ ...settings, minDuration: 0, workers: 2 }));
    box.append(widget);
  });
}
