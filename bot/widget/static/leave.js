// Leaving fast. It needs nothing of the chat to work, and waits for nothing.

import { endWhileLeaving } from "./channel.js";
import { announce, word } from "./words.js";

const TWICE_WITHIN_MS = 2000;
const exit = document.getElementById("exit");
const hint = document.getElementById("exit-hint");
const usualHint = hint.textContent;
let escapedAt = -Infinity;

/** Hide the page, go to the neutral site without a way back, and have the conversation erased. */
export function leave() {
  document.documentElement.hidden = true;
  location.replace(exit.href);
  endWhileLeaving();
  document.body.replaceChildren();
}

exit.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    if (event.timeStamp - escapedAt < TWICE_WITHIN_MS) return leave();
    escapedAt = event.timeStamp;
    hint.textContent = word("escape_again");
    hint.classList.add("pressed");
    announce(word("escape_again"));
    setTimeout(() => {
      if (event.timeStamp !== escapedAt) return;
      hint.textContent = usualHint;
      hint.classList.remove("pressed");
    }, TWICE_WITHIN_MS);
  },
  true,
);
