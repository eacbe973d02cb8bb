/** A chat as a text to keep: who said what and when. Plain text, so nothing in it can do anything. Pure. */
import type { Message } from "@chatdesk/client/types";

export interface SavedWords {
  you: string;
  someone: string;
  moment: (iso: string) => string;
}

/** Line breaks inside a message are indented, so that nobody's words look like somebody else's line. */
export function savedText(title: string, messages: readonly Message[], words: SavedWords): string {
  const lines = messages.map(({ author, content, attachments, created_at }) => {
    const name = author.type === "user" ? words.you : author.name || words.someone;
    const files = (attachments ?? []).map((file) => `[${file.name}]`);
    const said = [content.text, ...files].filter((part) => part !== "").join("\n");
    return `${words.moment(created_at)}  ${name}\n    ${said.replace(/\r\n|[\r\n]/g, "\n    ")}\n`;
  });
  return `${[title, "", ...lines].join("\n")}\n`;
}

/** `Acme` on a day becomes a name that every system takes. */
export function savedName(inbox: string, day: string): string {
  const name = inbox.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${name.slice(0, 60) || "chat"}-${day}.txt`;
}
