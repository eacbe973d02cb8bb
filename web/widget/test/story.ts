/** Short ways to say what a chat holds. */
import type { ChatInbox, ChatState, Message } from "@chatdesk/client/types";
import { addMessages, applyState, empty, type Model } from "../src/app/model.ts";

export const CHAT = "conversation_1";

export function message(
  seq: number,
  by: "me" | string = "me",
  more: Partial<Message> = {},
): Message {
  const author =
    by === "me"
      ? { type: "user" as const, id: "contact_1", name: "Visitor 1" }
      : { type: "agent" as const, id: "agent_1", name: by };
  return {
    id: `message_${seq}`,
    conversation_id: CHAT,
    seq,
    client_id: by === "me" ? `client_${seq}` : null,
    author,
    content: { type: "text", text: `text ${seq}` },
    note: false,
    reply_to: null,
    status: "sent",
    created_at: new Date(Date.UTC(2026, 4, 3, 9, 0, seq)).toISOString(),
    ...more,
  };
}

export function state(more: Partial<ChatState> = {}): ChatState {
  return {
    id: CHAT,
    state: "waiting",
    head_seq: 0,
    contact_marks: { delivered_seq: 0, read_seq: 0 },
    agent_marks: { delivered_seq: 0, read_seq: 0 },
    owner: null,
    survey: false,
    ...more,
  };
}

export const INBOX: ChatInbox = {
  id: "inbox_1",
  key: "pk_test",
  name: "Acme",
  greeting: "Hi",
  menu: [],
  mail: false,
  file_limit: 0,
  look: {
    colour: "#0560dc",
    text_colour: "#ffffff",
    position: "right",
    label: "",
    font: "system",
    space_side: 20,
    space_bottom: 20,
    corner: 16,
    icon: "chat",
    z_index: 1000,
  },
  widget: {
    hide_on: [],
    greetings: [],
    menu: [],
    form: { enabled: false, fields: [] },
    hours: { enabled: false, time_zone: "", open: [] },
    survey: { after_agent: true, after_customer: true },
    hide_reply_time: false,
    texts: { greeting: "", label: "", away: "", person: "", question: "", thanks: "" },
    languages: {},
  },
  reply_seconds: null,
  now: "2026-05-03T09:31:04.120Z",
};

/** A chat that holds these messages. */
export function chatWith(...messages: Message[]): Model {
  const head_seq = messages.at(-1)?.seq ?? 0;
  return addMessages(applyState({ ...empty, inbox: INBOX }, state({ head_seq })), messages);
}
