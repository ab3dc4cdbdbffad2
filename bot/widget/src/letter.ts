// A letter from a template and what was typed, by the same rules as on the server.

export type Values = Record<string, string>;
export type Conditions = Record<string, string[]>;

export interface Element {
  id: string;
  kind: "text" | "url_list" | "date" | "choice" | "consent" | "signature";
  label: string;
  what: string;
  required: boolean;
  when?: Conditions;
  unless?: Conditions;
  either?: string[];
  options: { value: string; say: string; letter: string }[];
  statement: string;
  source?: { citation: string; url: string } | null;
}

interface Block {
  text: string;
  group?: string;
  when?: Conditions;
  unless?: Conditions;
}

/** A kind of letter as the server sends it. `context` fills the placeholders that no field fills. */
export interface Template {
  id: string;
  title: string;
  language: string;
  receiver: string;
  explanation?: string;
  elements: Element[];
  body: Block[];
  warnings?: Block[];
  next_steps?: Block[];
  clock?: { hours?: number; months?: number } | null;
  refusals?: { when: Conditions; say: string }[];
  consent: string;
  words?: { gap: string; not_stated: string };
  context?: Values;
}

/** Whether every condition is met. */
export function holds(conditions: Conditions | undefined, values: Values): boolean {
  return Object.entries(conditions ?? {}).every(([name, accepted]) => accepted.includes(values[name] ?? ""));
}

/** Whether any condition is met. */
export function blocked(conditions: Conditions | undefined, values: Values): boolean {
  return Object.entries(conditions ?? {}).some(([name, accepted]) => accepted.includes(values[name] ?? ""));
}

/** What must be said but is not, in the order of the template. */
export function missing(kind: Template, values: Values): Element[] {
  return kind.elements.filter((element) => {
    if (!element.required || !holds(element.when, values) || blocked(element.unless, values)) return false;
    const others = kind.elements.filter((other) => element.either?.includes(other.id));
    return ![element, ...others].some((one) => given(kind, one, values[one.id] ?? ""));
  });
}

/** Why this letter would be untrue, empty where it would not. */
export function refusal(kind: Template, values: Values): string {
  return kind.refusals?.find((one) => holds(one.when, values))?.say ?? "";
}

/** The letter, and what to know before and after sending it. What is missing leaves gaps that can be seen. */
export function written(kind: Template, values: Values, now: Date): { body: string; warnings: string[]; next: string[] } {
  const computed: Values = { today: longDate(now, kind.language), ...limits(kind, now), ...kind.context };
  computed.recipient = values.recipient || computed.recipient || kind.receiver;
  const gaps = new Set(missing(kind, values).map((element) => element.id));
  const known = { ...computed, ...values };
  const part = (name: string): string => {
    const element = kind.elements.find((one) => one.id === name);
    if (name in computed || !element) return computed[name] ?? "";
    const text = values[name] ? said(kind, element, values[name]) : "";
    if (!gaps.has(name)) return text;
    const gap = (kind.words?.[element.kind === "consent" ? "not_stated" : "gap"] ?? "[{label}]").replace("{label}", () => element.label);
    return text ? `${text}\n${gap}` : gap;
  };
  const filled = (blocks: Block[] = []): string[] => {
    const paragraphs: string[] = [];
    let before = "";
    for (const { text, when, unless, group = "" } of blocks) {
      const places = [...text.matchAll(/\{(\w+)\}/g)];
      if (!holds(when, known) || blocked(unless, known) || !places.every(([, name]) => part(name))) continue;
      const paragraph = text.replace(/\{(\w+)\}/g, (_, name) => part(name));
      if (group && group === before) paragraphs[paragraphs.length - 1] += `\n${paragraph}`;
      else paragraphs.push(paragraph);
      before = group;
    }
    return paragraphs;
  };
  return { body: filled(kind.body).join("\n\n"), warnings: filled(kind.warnings), next: filled(kind.next_steps) };
}

/** The time that the law gives, in words, and its last day: as many days as its hours begin. */
function limits({ clock, language }: Template, now: Date): Values {
  if (!clock?.hours && !clock?.months) return {};
  const end = clock.hours ? new Date(+now + Math.ceil(clock.hours / 24) * 86_400_000) : inMonths(now, clock.months!);
  const unit = clock.hours ? "hour" : "month";
  const limit = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(clock.hours ?? clock.months!);
  return { limit, due: longDate(end, language) };
}

/** The same day some months later, or the last day of that month. */
export function inMonths(from: Date, months: number): Date {
  const day = new Date(from);
  day.setMonth(day.getMonth() + months);
  if (day.getDate() !== from.getDate()) day.setDate(0);
  return day;
}

/** Whether a field holds what its kind asks for. */
function given(kind: Template, element: Element, value: string): boolean {
  switch (element.kind) {
    case "consent":
      return value === kind.consent;
    case "choice":
      return element.options.some((option) => option.value === value);
    case "date":
      return day(value) !== null;
    case "url_list":
      return links(value).some(isLink);
    default:
      return /[\p{L}\p{N}_]/u.test(value);
  }
}

function said(kind: Template, element: Element, value: string): string {
  switch (element.kind) {
    case "consent":
      return value === kind.consent ? element.statement : "";
    case "choice":
      return element.options.find((option) => option.value === value)?.letter ?? "";
    case "url_list":
      return links(value).map((address, index) => `  ${index + 1}. ${address}`).join("\n");
    case "date": {
      const date = day(value);
      return date ? longDate(date, kind.language) : value;
    }
    default:
      return value;
  }
}

const links = (value: string): string[] => value.split(/\s+/).filter(Boolean);

function isLink(text: string): boolean {
  try {
    const address = new URL(text.includes("://") ? text : `https://${text}`);
    return /^https?:$/.test(address.protocol) && /[^.]\.[^.]/.test(address.hostname);
  } catch {
    return false;
  }
}

function day(value: string): Date | null {
  const date = new Date(`${value}T12:00:00`);
  return /^\d{4}-\d\d-\d\d$/.test(value) && !isNaN(+date) ? date : null;
}

function longDate(date: Date, language: string): string {
  return date.toLocaleDateString(language === "en" ? "en-GB" : language, { day: "numeric", month: "long", year: "numeric" });
}
