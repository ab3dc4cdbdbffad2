// The evidence log. It is on this device only, in memory; files are measured here and go nowhere.

import { button, h, word } from "./dom";
import { csv, printOnly, save } from "./files";
import type { Sheets } from "./sheets";
import { announce } from "./voice";

const FIELDS = ["address", "platform", "handle", "when", "zone", "said", "saw", "files"] as const;
const LONG = new Set(["said", "saw"]);
type Row = Record<(typeof FIELDS)[number], string>;

/** Whether files may be measured: not where somebody under 18 is in the picture, nor while that is not known. */
export interface LogRules {
  files: boolean;
}

export class EvidenceLog {
  private rows: Row[] = [];

  constructor(
    private readonly sheets: Sheets,
    private readonly now: () => Date,
    private readonly skewMinutes: () => number,
  ) {}

  /** Forget everything. */
  wipe(): void {
    this.rows = [];
  }

  /** Show the log over the chat. */
  open(rules: LogRules): void {
    const fields = FIELDS.filter((name) => name !== "files" && name !== "zone");
    const inputs = Object.fromEntries(fields.map((name) => [name, this.input(name)])) as Record<string, HTMLInputElement>;
    const entries = h("ol", { className: "rows" });
    const after = h("div", { className: "tools" });
    const measured = h("p", { className: "hashes", "aria-live": "polite" });
    const draw = (): void => {
      entries.replaceChildren(...this.rows.map((row, index) => this.entry(row, () => (this.rows.splice(index, 1), draw()))));
      after.hidden = !this.rows.length;
    };
    const form = h(
      "form",
      {
        autocomplete: "off",
        submit: (event: Event) => {
          event.preventDefault();
          const zone = new Date(inputs.when.value || this.now());
          const row = { zone: zoneOf(zone), files: measured.textContent } as Row;
          for (const name of fields) row[name] = inputs[name].value.trim();
          if (!fields.some((name) => name !== "when" && row[name]) && !row.files) return inputs.address.focus();
          this.rows.push(row);
          for (const name of fields) if (name !== "when") inputs[name].value = "";
          measured.textContent = "";
          draw();
          announce(word("log_added"));
          inputs.address.focus();
        },
      },
      ...fields.map((name) => h("label", {}, word(`log_${name}`), inputs[name])),
      ...(rules.files ? this.files(measured) : [h("p", { className: "notice" }, word("log_no_files"))]),
      h("button", { type: "submit" }, word("log_add")),
    );
    after.append(
      button(word("save_csv"), () => this.sheets.askDevice(() => save("notes.csv", "text/csv", csv(this.table())))),
      button(word("print"), () => this.sheets.askDevice(() => printOnly(h("ol", {}, ...this.rows.map((row) => this.entry(row)))))),
    );
    draw();
    const clock = this.skewMinutes();
    this.sheets.open(
      word("log_title"),
      h("p", {}, word("log_about")),
      ...(clock ? [h("p", { className: "notice" }, word("clock_wrong", { minutes: clock }))] : []),
      form,
      entries,
      after,
    );
  }

  private input(name: string): HTMLElement {
    if (name === "when") return h("input", { type: "datetime-local", value: localTime(this.now()) });
    if (LONG.has(name)) return h("textarea", { rows: 2, dir: "auto", spellcheck: false });
    return h("input", { dir: "auto", spellcheck: false, autocapitalize: "none" });
  }

  private files(measured: HTMLElement): HTMLElement[] {
    const input = h("input", {
      type: "file",
      multiple: true,
      change: async () => {
        measured.textContent = word("log_measuring");
        const found: string[] = [];
        for (const file of input.files ?? []) found.push(await fingerprint(file));
        measured.textContent = found.join("\n");
        input.value = "";
      },
    });
    return [h("label", {}, word("log_files"), input), h("p", { className: "about" }, word("log_files_about")), measured];
  }

  private table(): string[][] {
    return [FIELDS.map((name) => word(`log_${name}`)), ...this.rows.map((row) => FIELDS.map((name) => row[name]))];
  }

  private entry(row: Row, remove?: () => void): HTMLElement {
    const given = FIELDS.filter((name) => row[name]);
    const list = h("dl", {}, ...given.flatMap((name) => [h("dt", {}, word(`log_${name}`)), h("dd", { dir: "auto" }, row[name])]));
    return h("li", {}, list, ...(remove ? [button(word("log_remove"), remove, { className: "quiet" })] : []));
  }
}

/** A file's name and its SHA-256, or that it could not be read. The content stays on the device. */
async function fingerprint(file: File): Promise<string> {
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return `${file.name}: SHA-256 ${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  } catch {
    return `${file.name}: ${word("log_unread")}`;
  }
}

function localTime(date: Date): string {
  return new Date(+date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** The time zone of this device on that day: name and distance to UTC. */
function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `${Intl.DateTimeFormat().resolvedOptions().timeZone} UTC${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
