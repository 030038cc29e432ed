// A file that was chosen goes up at once and waits on the server: a page that comes back can never fill a file field in.

const MOST = 3;
const LARGEST = 10 * 1024 * 1024;

const words = (form, place, text) => {
  const box = form.querySelector(place);
  box.textContent = text;
  box.hidden = !text;
};

// what is certain to be refused is said before a slow line carries it
function refusal(form, files) {
  const large = files.find((one) => one.size > LARGEST);
  if (large) return `“${large.name}”超过 10 MB，没有加上。请压缩，或者换一个小一点的文件。`;
  const empty = files.find((one) => !one.size);
  if (empty) return `“${empty.name}”是空的，没有加上，请重新选择。`;
  const many = form.querySelectorAll(".attached > li").length + files.length > MOST;
  return many ? `最多带 ${MOST} 个附件，请先拿掉几个，或者少选几个。` : "";
}

export function upload(form) {
  const input = form.elements.files;
  const files = [...input.files];
  if (!files.length) return;
  form.querySelector("#files-wrong")?.remove();
  const message = refusal(form, files);
  words(form, "[data-files-trouble]", message);
  if (message) {
    input.value = "";
    return;
  }
  words(form, "[data-files-done]", "正在上传附件，请稍候。");
  form.uploading = carry(form, input, files);
}

async function carry(form, input, files) {
  const body = new FormData();
  for (const name of ["csrf_token", "src"]) if (form.elements[name]) body.set(name, form.elements[name].value);
  for (const one of form.querySelectorAll("[name^='attached-']")) body.set(one.name, one.value);
  for (const one of files) body.append("files", one);
  body.set("action", "attach");
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".attached");
    if (!fresh) throw new Error(answer.status);
    const list = form.querySelector(".attached");
    list.replaceChildren(...fresh.childNodes);
    list.hidden = fresh.hidden;
    input.value = "";
    const wrong = page.querySelector("#files-wrong")?.textContent ?? page.querySelector("#summary p")?.textContent ?? "";
    words(form, "[data-files-trouble]", wrong);
    words(form, "[data-files-done]", wrong ? "" : `附件已经传上来了，现在有 ${list.children.length} 个，提交意见时一起送出。`);
  } catch {
    words(form, "[data-files-trouble]", "附件没有传上去，可能是网络不通。文件还选着，提交时会再传一次。");
    words(form, "[data-files-done]", "");
  }
}
