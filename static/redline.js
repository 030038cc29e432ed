// The clause beside the words somebody proposes: what goes is struck out, what comes is underlined.

import { parts } from "./phrase.js";

export function show(box, before, after) {
  box.replaceChildren(
    ...parts(before, after).map(([kind, text]) => {
      if (!kind) return document.createTextNode(text);
      const mark = document.createElement(kind);
      mark.textContent = text;
      return mark;
    }),
  );
}
