// Letters that ask for removal: filled in here from the server's templates. What is typed goes nowhere.

import type { Custom } from "./channel";
import { button, h, link, webAddress, word } from "./dom";
import { printOnly, reminder, save } from "./files";
import { blocked, Element, holds, inMonths, missing, refusal, Template, Values, written } from "./letter";
import type { Sheets } from "./sheets";
import { announce } from "./voice";

/** What was typed, by field; what somebody states or chooses is kept by letter, because its words differ. */
type Typed = Record<string, string>;

export class Letters {
  private typed: Typed = {};
  private kinds: Template[] = [];

  constructor(
    private readonly sheets: Sheets,
    private readonly now: () => Date,
  ) {}

  /** Take the templates of a message; whether there is one. */
  take(custom: Custom): boolean {
    const kinds = Array.isArray(custom.kinds) ? custom.kinds : [];
    this.kinds = kinds.filter((kind: any) => typeof kind?.title === "string" && Array.isArray(kind.elements) && Array.isArray(kind.body));
    return this.kinds.length > 0;
  }

  /** Forget everything. */
  wipe(): void {
    this.typed = {};
    this.kinds = [];
  }

  /** Show the letters over the chat. */
  open(): void {
    if (!this.kinds.length) return;
    const place = h("div");
    const show = (index: number): void => place.replaceChildren(...this.form(this.kinds[index]));
    const options = this.kinds.map((kind, index) => h("option", { value: String(index) }, kind.title));
    const select = h("select", { change: () => show(Number(select.value)) }, ...options);
    show(0);
    this.sheets.open(word("letters_title"), h("p", {}, word("letters_about")), h("label", {}, word("letters_kind"), select), place);
  }

  private form(kind: Template): Node[] {
    const gaps = h("ul", { id: "gaps" });
    const letter = h("div", { className: "letter", dir: "auto", lang: kind.language });
    const around = h("div", { className: "about" });
    const lacking = h("div", { className: "notice", role: "status" }, h("p", {}, word("letters_missing")), gaps);
    const tools = h("div", { className: "tools" });
    const result = h("div", {}, lacking, h("h3", {}, word("letters_preview")), letter, tools, around);
    const refused = h("p", { className: "notice", role: "status", hidden: true });
    const rows = kind.elements.map((element) => ({ element, row: this.field(kind, element, () => draw()) }));

    const draw = (): void => {
      const values = this.values(kind);
      for (const { element, row } of rows) row.hidden = !applies(element, values);
      const no = refusal(kind, values);
      refused.textContent = no;
      refused.hidden = !no;
      result.hidden = !!no;
      const needed = missing(kind, values);
      const names = needed.map((element) => element.label);
      if (names.join() !== Array.from(gaps.children, (entry) => entry.textContent).join()) {
        gaps.replaceChildren(...names.map((name) => h("li", {}, name)));
      }
      lacking.hidden = !names.length;
      const text = written(kind, values, this.now());
      letter.textContent = text.body;
      around.replaceChildren(...[...text.warnings, ...text.next].map((sentence) => h("p", { dir: "auto" }, sentence)));
    };

    tools.append(
      button(word("copy"), () => this.copy(letter)),
      button(word("save_text"), () => this.sheets.askDevice(() => save("notes.txt", "text/plain", letter.textContent!))),
      button(word("print_pdf"), () => this.sheets.askDevice(() => printOnly(letter.cloneNode(true)))),
    );
    if (kind.clock?.hours || kind.clock?.months) {
      tools.append(button(word("save_reminder"), () => this.sheets.askDevice(() => this.remind(kind))));
    }
    draw();
    return [h("p", { dir: "auto" }, kind.explanation ?? ""), ...rows.map(({ row }) => row), refused, result];
  }

  private field(kind: Template, element: Element, changed: () => void): HTMLElement {
    const key = this.key(kind, element);
    const take = (value: string): void => {
      this.typed[key] = value;
      changed();
    };
    const name = `${element.what}${element.required ? "" : ` (${word("optional")})`}`;
    const common = { dir: "auto", spellcheck: false, autocomplete: "off" };
    const input = (event: Event): void => take((event.target as HTMLInputElement).value);
    const value = this.typed[key] ?? "";
    let control: HTMLElement;
    if (element.kind === "consent") {
      control = h("input", { type: "checkbox", checked: value === kind.consent, change: (event: Event) => take((event.target as HTMLInputElement).checked ? kind.consent : "") });
      const statement = h("span", { className: "about", dir: "auto" }, element.statement);
      return h("label", { className: "consent" }, control, h("span", {}, name, " ", statement));
    }
    if (element.kind === "choice") {
      const options = element.options.map((option) => h("option", { value: option.value }, option.say));
      control = h("select", { change: input }, h("option", { value: "" }, word("choose")), ...options);
      (control as HTMLSelectElement).value = value;
    } else if (element.kind === "date") control = h("input", { type: "date", value, input });
    else if (element.kind === "signature") control = h("input", { ...common, value, input });
    else control = h("textarea", { ...common, rows: element.kind === "url_list" ? 3 : 1, value, input });
    return h("div", {}, h("label", { dir: "auto" }, name, control), ...sourceOf(element));
  }

  private key(kind: Template, element: Element): string {
    return element.kind === "consent" || element.kind === "choice" ? `${kind.id} ${element.id}` : element.id;
  }

  private values(kind: Template): Values {
    return Object.fromEntries(kind.elements.map((element) => [element.id, (this.typed[this.key(kind, element)] ?? "").trim()]));
  }

  private async copy(letter: HTMLElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(letter.textContent!);
      announce(word("copied"));
    } catch {
      (letter.getRootNode() as Document).getSelection?.()?.selectAllChildren(letter);
      announce(word("not_copied"));
    }
  }

  private remind(kind: Template): void {
    const { hours, months } = kind.clock!;
    const now = this.now();
    save("reminder.ics", "text/calendar", reminder(hours ? new Date(+now + hours * 3_600_000) : inMonths(now, months!), now));
  }
}

function applies(element: Element, values: Values): boolean {
  return holds(element.when, values) && !blocked(element.unless, values);
}

function sourceOf(element: Element): Node[] {
  const address = webAddress(element.source?.url);
  return address ? [h("span", { className: "about" }, link(address, element.source!.citation))] : [];
}
