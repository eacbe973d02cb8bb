/**
 * The chat without a server, for the dashboard's preview: the real screens over made-up answers. Nothing is asked of
 * anybody and nothing is kept.
 */
import { ApiError } from "@chatdesk/client/http";
import type {
  ChatInbox,
  ChatState,
  ConversationState,
  InitializeAnswer,
  Message,
} from "@chatdesk/client/types";
import { type PreviewWish, readWish } from "../shared/preview.ts";
import type { Api } from "./api.ts";
import { Chat } from "./chat.ts";
import { Store, type View } from "./store.ts";
import { setLocale, t } from "./t.ts";

const CHAT = "conversation_preview";
const ENOUGH = { delivered_seq: 99, read_seq: 99 };
const HOUR = 3_600_000;

function inboxOf({ inbox, away }: PreviewWish): ChatInbox {
  const hours = { enabled: away, time_zone: "UTC", open: [] };
  return {
    ...inbox,
    widget: { ...inbox.widget, hours },
    id: "inbox_preview",
    key: "preview",
    now: new Date().toISOString(),
  };
}

function messageOf(seq: number, text: string, mine: boolean): Message {
  return {
    id: `message_${seq}`,
    conversation_id: CHAT,
    seq,
    client_id: null,
    author: mine
      ? { type: "user", id: null, name: t("you") }
      : { type: "agent", id: null, name: "Maya" },
    content: { type: "text", text },
    note: false,
    reply_to: null,
    status: "read",
    created_at: new Date(Date.now() - HOUR).toISOString(),
  };
}

function stateOf(state: ConversationState, head: number): ChatState {
  return {
    id: CHAT,
    state,
    head_seq: head,
    contact_marks: ENOUGH,
    agent_marks: ENOUGH,
    owner: { name: "Maya" },
    survey: state === "resolved",
  };
}

/** A preview keeps no files. */
const noFiles = async (): Promise<never> => {
  throw new ApiError({ status: 403, code: "preview", title: "A preview keeps no files" });
};

/** Answers as the server would, from memory. */
function madeUp(wish: () => PreviewWish): Api {
  const { state } = wish();
  const running = state === "chat" || state === "ended";
  const messages = running
    ? [messageOf(1, t("sample_question"), true), messageOf(2, t("sample_answer"), false)]
    : [];
  return {
    needsToken: true,
    initialize: async (): Promise<InitializeAnswer> => ({
      token: "preview",
      inbox: inboxOf(wish()),
      conversation: running
        ? stateOf(state === "ended" ? "resolved" : "active", messages.length)
        : null,
      agent: null,
    }),
    send: async ({ client_id, content }) => {
      const sent = { ...messageOf(messages.length + 1, content.text, true), client_id };
      messages.push({ ...sent, created_at: new Date().toISOString() });
      return messages.at(-1) as Message;
    },
    useCookie: () => {},
    logout: async () => {},
    forget: () => {},
    history: async (_id, { after = 0 }) => ({
      messages: messages.filter(({ seq }) => seq > after),
      head_seq: messages.length,
    }),
    status: async () => {},
    typing: async () => {},
    end: async () => {},
    chats: async () => [],
    mailCopy: async () => {},
    rate: async () => {},
    skipRating: async () => {},
    beginFile: noFiles,
    file: noFiles,
    picture: noFiles,
    link: noFiles,
  };
}

type Draw = (store: Store, chat: Chat, key: string, close: () => void) => void;

export function run(draw: Draw, dress: (view: View, before: View) => void): void {
  let wish: PreviewWish | null = null;
  let store = new Store();
  const begin = async () => {
    const mine = wish;
    await setLocale(mine?.locale ?? null);
    if (wish !== mine || !mine) return;
    store = new Store();
    store.set({ framed: true, open: true });
    store.watch(dress);
    const chat = new Chat(
      `preview-${crypto.randomUUID()}`,
      madeUp(() => wish ?? mine),
      store,
    );
    draw(store, chat, "preview", () => {});
    void chat.start();
  };
  addEventListener("message", (event) => {
    const next = readWish(event);
    if (!next) return;
    const anew =
      wish?.state !== next.state || wish.locale !== next.locale || wish.away !== next.away;
    wish = next;
    if (anew) void begin();
    else store.setModel({ ...store.model, inbox: inboxOf(next) });
  });
  window.parent.postMessage("chatdesk:frame", location.origin);
}
