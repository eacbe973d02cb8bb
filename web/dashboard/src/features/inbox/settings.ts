/** The settings of an inbox while they are being changed, and what the preview is told of them. Pure. */
import type { Inbox, InboxSettings, WidgetTexts } from "@chatdesk/client";
import { contrast, ENOUGH, isColour } from "./contrast";

export const settingsOf = ({ name, greeting, look, widget, domains }: Inbox): InboxSettings => ({
  name,
  greeting,
  look,
  widget,
  domains,
});

/** False while the server would refuse it. */
export const passes = ({ name, look }: Pick<InboxSettings, "name" | "look">): boolean =>
  name.trim() !== "" && isColour(look.colour) && contrast(look.colour, look.text_colour) >= ENOUGH;

export const same = (a: InboxSettings, b: InboxSettings): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export const NO_TEXTS: WidgetTexts = {
  greeting: "",
  label: "",
  away: "",
  person: "",
  question: "",
  thanks: "",
};

/** Languages the chat's own words come in. */
export const LANGUAGES = ["en", "de", "fr", "es", "pt", "ar", "zh", "hi"] as const;

export const PREVIEW_STATES = ["closed", "greeting", "empty", "chat", "ended"] as const;
export type PreviewState = (typeof PREVIEW_STATES)[number];

export interface PreviewChoice {
  readonly state: PreviewState;
  /** BCP 47; null: the browser's. */
  readonly locale: string | null;
  readonly away: boolean;
}

/** The message that the widget's preview page understands. */
export function wishOf(settings: InboxSettings, choice: PreviewChoice): object {
  const { name, greeting, look, widget } = settings;
  return {
    chatdesk: "preview",
    ...choice,
    inbox: {
      name,
      greeting,
      look,
      mail: false,
      file_limit: 0,
      menu: widget.menu,
      widget,
      reply_seconds: 120,
    },
    greetings: widget.greetings,
  };
}

/** One thing per line, without what is empty. */
export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** The errors whose field begins with `start`, by the rest of its name. */
export function errorsUnder(
  errors: Readonly<Record<string, string>>,
  start: string,
): Record<string, string> {
  const found = Object.entries(errors).filter(([field]) => field.startsWith(start));
  return Object.fromEntries(found.map(([field, text]) => [field.slice(start.length), text]));
}

/** "09:30" for 570; 1440 is the end of the day. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}
