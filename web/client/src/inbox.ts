/** An inbox and its widget: how it looks, what it says and asks. */

/** What a company's server signs its visitors' identities with; the secret itself is shown once. */
export interface IdentitySecret {
  id: string;
  created_at: string;
  ends_at: string | null;
}

export interface MadeSecret {
  secret: IdentitySecret;
  value: string;
}

export interface Look {
  colour: string;
  text_colour: string;
  position: "right" | "left";
  label: string;
  font: "system" | "site";
  /** Pixels. */
  space_side: number;
  space_bottom: number;
  corner: number;
  icon: "chat" | "question" | "wave";
  z_index: number;
}

export interface WidgetTexts {
  greeting: string;
  label: string;
  away: string;
  person: string;
  question: string;
  thanks: string;
}

export interface WidgetGreeting {
  id: string;
  text: string;
  pages: string[];
  after_seconds: number;
  to: "everyone" | "new" | "returning";
}

export type MenuAction = { type: "send"; text: string } | { type: "link"; url: string };

export interface WidgetMenuItem {
  label: string;
  action: MenuAction;
}

export type WidgetFieldKind = "text" | "email" | "phone" | "number" | "choice" | "checkbox";

export interface WidgetField {
  key: string;
  label: string;
  kind: WidgetFieldKind;
  required: boolean;
  options: string[];
}

/** `day` 1 is Monday; `from` and `to` are minutes after midnight. */
export interface WidgetOpen {
  day: number;
  from: number;
  to: number;
}

/** What the chat of an inbox says and asks. */
export interface Widget {
  hide_on: string[];
  greetings: WidgetGreeting[];
  menu: WidgetMenuItem[];
  form: { enabled: boolean; fields: WidgetField[] };
  hours: { enabled: boolean; time_zone: string; open: WidgetOpen[] };
  survey: { after_agent: boolean; after_customer: boolean };
  hide_reply_time: boolean;
  texts: WidgetTexts;
  languages: Record<string, WidgetTexts>;
}

export interface InboxSettings {
  name: string;
  greeting: string;
  look: Look;
  widget: Widget;
  domains: string[];
}

export interface InboxVersion {
  version: number;
  settings: InboxSettings;
  by: string;
  created_at: string;
}

export interface Inbox {
  id: string;
  key: string;
  name: string;
  greeting: string;
  look: Look;
  widget: Widget;
  /** Sites that may show the chat; none: all. */
  domains: string[];
  /** Bytes; 0 for no files at all. */
  file_limit: number;
  archived: boolean;
  /** The last page on which the snippet loaded the widget. */
  seen: { host: string; at: string } | null;
}
