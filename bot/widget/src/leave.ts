// Leaving fast: by link, by Escape twice or by Shift three times. It waits for nothing.

const WITHIN_MS = 2000;

/** Hide the page, open the neutral site in its place, then have everything erased. */
export function leave(address: string, erase: () => void): void {
  document.documentElement.style.setProperty("display", "none", "important");
  try {
    (window.top ?? window).location.replace(address);
  } catch {
    location.replace(address);
  }
  erase();
}

/** Watches for the keys to leave by, wherever on the page they are pressed, while `active`. Call what it returns to stop. */
export function watchKeys(active: () => boolean, left: () => void, pressed: (key: "Escape" | "Shift") => void): () => void {
  let last = "";
  let times = 0;
  let since = -Infinity;
  const listen = (event: KeyboardEvent): void => {
    const { key, timeStamp } = event;
    if (event.repeat || event.isComposing || !active()) return;
    times = key === last && timeStamp - since < WITHIN_MS ? times + 1 : 1;
    last = key;
    since = timeStamp;
    if (key === "Escape") {
      event.preventDefault(); // the browser would close a dialog by itself
      if (times > 1) left();
      else pressed(key);
    } else if (key === "Shift") {
      if (times > 2) left();
      else if (times > 1) pressed(key);
    }
  };
  document.addEventListener("keydown", listen, true);
  return () => document.removeEventListener("keydown", listen, true);
}
