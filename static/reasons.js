// Picking a reason of the library without loading the page again: it joins what was typed, nothing is lost.

for (const button of document.querySelectorAll("[data-reason]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const form = button.form;
    const field = form.elements.reason;
    const typed = field.value.trim();
    if (!typed.includes(button.dataset.reason)) field.value = [typed, button.dataset.reason].filter(Boolean).join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const chosen = form.querySelector("[name=outcome]:checked");
    const fitting = form.querySelector(`[name=outcome][value="${button.dataset.for}"]`);
    if (!chosen && fitting) {
      fitting.checked = true;
      fitting.dispatchEvent(new Event("change", { bubbles: true }));
    }
    field.focus();
  });
}
