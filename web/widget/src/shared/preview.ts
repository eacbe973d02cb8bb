/**
 * What the dashboard tells the widget's preview: which inbox to be, and in which state. Both are pages of one origin;
 * anything else is not listened to.
 */
import type { ChatInbox, WidgetGreeting } from "@chatdesk/client/types";

export const STATES = ["closed", "greeting", "empty", "chat", "ended"] as const;
export type PreviewState = (typeof STATES)[number];

export interface PreviewWish {
  chatdesk: "preview";
  state: PreviewState;
  /** BCP 47; null: the browser's. */
  locale: string | null;
  away: boolean;
  inbox: Omit<ChatInbox, "id" | "key" | "now">;
  greetings: WidgetGreeting[];
}

/** Takes a wish from the page around this one, if it is ours and says what a wish says. */
export function readWish(event: MessageEvent): PreviewWish | null {
  if (event.origin !== location.origin || event.source !== window.parent) return null;
  const wish = event.data as Partial<PreviewWish> | null;
  if (typeof wish !== "object" || wish === null || wish.chatdesk !== "preview") return null;
  const sound =
    STATES.includes(wish.state as PreviewState) &&
    (wish.locale === null || typeof wish.locale === "string") &&
    typeof wish.away === "boolean" &&
    typeof wish.inbox?.name === "string" &&
    typeof wish.inbox.look?.colour === "string" &&
    typeof wish.inbox.widget?.form === "object" &&
    Array.isArray(wish.greetings);
  return sound ? (wish as PreviewWish) : null;
}
