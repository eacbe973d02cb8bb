/** An empty chat: what the inbox says, its buttons, and a person to talk to. */
import type { ChatInbox } from "@chatdesk/client/types";
import type { Chat } from "../chat.ts";
import { greetingOf, isOpen, wordsOf } from "../said.ts";
import { currentLocale, t } from "../t.ts";

interface Props {
  inbox: ChatInbox;
  chat: Chat;
  /** Nothing was said yet: the buttons are of use. */
  fresh: boolean;
}

export function Start({ inbox, chat, fresh }: Props) {
  const greeting = greetingOf(inbox, currentLocale());
  const away = !isOpen(inbox.widget.hours, new Date(inbox.now));
  const person = wordsOf(inbox, "person", currentLocale()) || t("person");
  return (
    <>
      {greeting && (
        <p class="greeting" dir="auto">
          {greeting}
        </p>
      )}
      {away && (
        <p class="greeting" dir="auto">
          {wordsOf(inbox, "away", currentLocale()) || t("away")}
        </p>
      )}
      {fresh && (
        <div class="options">
          {inbox.menu.map(({ label, action }) =>
            action.type === "link" ? (
              <a
                key={label}
                class="option"
                dir="auto"
                href={action.url}
                target="_blank"
                rel="noopener noreferrer"
              >
                {label}
              </a>
            ) : (
              <button
                key={label}
                type="button"
                class="option"
                dir="auto"
                onClick={() => chat.send(action.text)}
              >
                {label}
              </button>
            ),
          )}
          <button type="button" class="option" dir="auto" onClick={() => chat.send(person)}>
            {person}
          </button>
        </div>
      )}
    </>
  );
}
