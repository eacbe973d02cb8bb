/** Gives the visitor their chat as a file. Fetched when somebody wants one. */
import type { Chat } from "./chat.ts";
import { savedName, savedText } from "./saved.ts";
import { currentLocale, t } from "./t.ts";

/** Milliseconds after which no browser needs the file any more. */
const TAKEN = 60_000;

export async function save(chat: Chat): Promise<void> {
  const name = chat.store.model.inbox?.name ?? t("title");
  const format = new Intl.DateTimeFormat(currentLocale(), {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const text = savedText(name, await chat.past.whole(), {
    you: t("you"),
    someone: t("someone"),
    moment: (iso) => format.format(new Date(iso)),
  });
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = savedName(name, new Date().toISOString().slice(0, 10));
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN);
}
