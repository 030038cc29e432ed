// The button of the poster: printing is the browser's, so without JavaScript there is none.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => window.print());
