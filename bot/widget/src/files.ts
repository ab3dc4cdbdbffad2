// Files and sheets that are made in the browser. Their names say nothing of what is in them.

import css from "./widget.css";
import { h, word } from "./dom";

/** Offer a text as a file. */
export function save(name: string, kind: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: `${kind};charset=utf-8` }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Rows as CSV. What a spreadsheet would run as a formula gets an apostrophe in front. */
export function csv(rows: string[][]): string {
  const cell = (text: string): string => `"${(/^[\s]*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A calendar entry at this time, with an alarm and a title that gives nothing away. */
export function reminder(at: Date, now: Date): string {
  const stamp = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, "");
  const title = word("reminder_title");
  const id = Array.from(crypto.getRandomValues(new Uint32Array(4))).join("");
  return [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//notes//EN", "BEGIN:VEVENT", `UID:${id}`, `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(at)}`, "DURATION:PT15M", `SUMMARY:${title}`, "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:PT0S",
    `DESCRIPTION:${title}`, "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
  ].join("\r\n");
}

/** Print only this, under a neutral title, and leave nothing of it on the page afterwards. */
export function printOnly(...content: Node[]): void {
  const host = h("div");
  const root = host.attachShadow({ mode: "open" });
  dress(root);
  root.append(h("div", { className: "sheet-page", lang: word("locale") }, h("h1", {}, word("sheet_title")), ...content));
  const hide = sheet("@media print{body>:not([data-sheet]){display:none!important}}@media screen{[data-sheet]{display:none!important}}");
  host.dataset.sheet = "";
  const title = document.title;
  const styles = document as Document & { adoptedStyleSheets: CSSStyleSheet[] };
  document.title = word("sheet_title");
  document.body.append(host);
  if (hide) styles.adoptedStyleSheets = [...styles.adoptedStyleSheets, hide];
  addEventListener(
    "afterprint",
    () => {
      document.title = title;
      host.remove();
      if (hide) styles.adoptedStyleSheets = styles.adoptedStyleSheets.filter((one) => one !== hide);
    },
    { once: true },
  );
  print();
}

let server = "";

/** Where the style sheet is as a file, for browsers that cannot make one. */
export function stylesAt(address: string): void {
  server = address;
}

/** Put the style sheet on a shadow root, without an inline style that a policy could forbid. */
export function dress(root: ShadowRoot): void {
  const made = sheet(css);
  if (made) root.adoptedStyleSheets = [made];
  else root.append(h("link", { rel: "stylesheet", href: `${server}/widget.css` }));
}

function sheet(text: string): CSSStyleSheet | null {
  try {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    return "adoptedStyleSheets" in document ? made : null;
  } catch {
    return null;
  }
}
