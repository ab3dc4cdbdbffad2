// The words of the page, which the server wrote into it, and the voice that screen readers hear.

const words = new Map(
  Array.from(document.getElementById("words").content.children, (entry) => [entry.dataset.word, entry.textContent]),
);
const voices = [document.getElementById("voice-a"), document.getElementById("voice-b")];

/** A sentence of the page with its placeholders filled. */
export function word(name, values = {}) {
  return (words.get(name) ?? "").replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

/** Have a text read aloud, after what is being read. The two regions take turns, so that a repeat is heard. */
export function announce(text) {
  voices.reverse();
  voices[0].textContent = "";
  voices[1].textContent = text;
}

/** An element with properties and children; texts become text nodes, so nothing in them is ever markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
