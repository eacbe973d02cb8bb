/**
 * A pretend desk for working on the dashboard: people, conversations and an event log in memory.
 * Follows the wire contract; knows no HTTP.
 */
import { randomUUID } from "node:crypto";

const NAMES = ["Lena Kovac", "Omar Bashir", "Júlia Silva", "Chen Wei", "Ana Prado", "Tomás Reis"];
const WORDS = [
  "Where is my refund? I sent the shoes back two weeks ago.",
  "Do you ship to Madeira?",
  "The app shows an error when I pay.",
  "Can I change the delivery address of order 8812?",
  "Thanks, that worked!",
  "Is the blue one in stock again? See https://shop.acme.com/blue?size=42.",
  "I was charged twice this month.",
  "How much is the Pro plan for 40 seats?",
];
const REPLIES = ["Let me check that for you.", "It left our warehouse on Monday.", "All done!"];
const PAGES = [
  "https://shop.acme.com/checkout",
  "https://shop.acme.com/",
  "https://acme.com/pricing",
];

export const id = (kind) => `${kind}_${randomUUID().replaceAll("-", "").slice(0, 20)}`;

export function makeWorld({ fresh = false, count = 64 } = {}) {
  const world = {
    needed: fresh,
    head: 1,
    events: [],
    agents: [],
    passwords: new Map(),
    sessions: new Map(),
    invites: [],
    inboxes: [],
    conversations: new Map(),
    messages: new Map(),
    drafts: new Map(),
    company: "Acme",
    listeners: new Set(),
    online: new Map(),
    viewing: new Map(),
  };
  if (!fresh) populate(world, count);
  return world;
}

function populate(world, count) {
  const maya = addAgent(world, "Maya Alves", "maya@acme.test", "administrator");
  const sam = addAgent(world, "Sam Ortiz", "sam@acme.test", "agent");
  addAgent(world, "Rui Costa", "rui@acme.test", "agent");
  addInbox(world, "Acme Support");
  for (let n = count; n >= 1; n -= 1) addOld(world, n, [maya, sam]);
}

export function addAgent(world, name, email, role) {
  const agent = { id: id("agent"), name, email, role, active: true, online: false };
  agent.created_at = new Date().toISOString();
  world.agents.push(agent);
  world.passwords.set(email, "correct horse");
  return agent;
}

export function addInbox(world, name) {
  const look = { colour: "#0560dc", text_colour: "#ffffff", position: "right", label: "" };
  const inbox = { id: id("inbox"), key: "pk_mock", name, greeting: "Hi 👋 How can we help?" };
  world.inboxes.push({ ...inbox, look, seen: null });
  return inbox;
}

function addOld(world, n, [maya, sam]) {
  const minutes = n * n * 1.7;
  const at = (back) => new Date(Date.now() - back * 60_000).toISOString();
  const owner = n % 4 === 1 ? maya : n % 4 === 2 ? sam : null;
  const resolved = n % 7 === 0;
  const state = resolved ? "resolved" : owner ? "active" : "waiting";
  const name = n % 5 === 0 ? `Visitor ${80 + n}` : NAMES[n % NAMES.length];
  const conversation = blank(world, name, at(minutes + 60));
  const length = n === 1 ? 180 : 1 + (n % 6);
  for (let k = 0; k < length; k += 1) {
    const user = k % 3 !== 1 || !owner;
    const back = minutes + (length - 1 - k) * (n === 1 ? 31 : 4);
    const text = user ? WORDS[(n + k) % WORDS.length] : REPLIES[k % REPLIES.length];
    const author = user
      ? { type: "user", ...conversation.contact }
      : { type: "agent", id: owner.id, name: owner.name };
    store(world, conversation, author, text, { at: at(back) });
  }
  if (n % 9 === 1 && owner) {
    const author = { type: "agent", id: sam.id, name: sam.name };
    store(world, conversation, author, "Asked finance, they answer today.", {
      note: true,
      at: at(minutes),
    });
  }
  const read = n % 3 === 0 ? Math.max(0, length - 2) : length;
  conversation.agent_marks = { delivered_seq: length, read_seq: read };
  conversation.contact_marks = { delivered_seq: length, read_seq: n % 2 ? length : 0 };
  Object.assign(conversation, {
    state,
    owner: owner && !resolved ? { id: owner.id, name: owner.name } : null,
    waiting_since: state === "waiting" ? conversation.last_message_at : null,
    resolved_at: resolved ? at(minutes - 1) : null,
  });
}

function blank(world, name, created) {
  const number = world.conversations.size + 1;
  const { id: inboxId, name: inboxName } = world.inboxes[0];
  const conversation = {
    id: id("conversation"),
    number,
    inbox: { id: inboxId, name: inboxName },
    contact: { id: id("contact"), name },
    state: "waiting",
    owner: null,
    epoch: 1,
    head_seq: 0,
    preview: "",
    preview_author: null,
    created_at: created,
    last_message_at: created,
    waiting_since: created,
    resolved_at: null,
    contact_marks: { delivered_seq: 0, read_seq: 0 },
    agent_marks: { delivered_seq: 0, read_seq: 0 },
    locale: number % 3 ? "en-GB" : "pt-PT",
    page: PAGES[number % PAGES.length],
  };
  world.conversations.set(conversation.id, conversation);
  world.messages.set(conversation.id, []);
  return conversation;
}

export function store(
  world,
  conversation,
  author,
  text,
  { note = false, at, clientId = null } = {},
) {
  const created = at ?? new Date().toISOString();
  if (!note) conversation.head_seq += 1;
  const message = {
    id: id("message"),
    conversation_id: conversation.id,
    seq: conversation.head_seq,
    client_id: clientId,
    author,
    content: { type: "text", text },
    note,
    reply_to: null,
    status: "sent",
    created_at: created,
  };
  world.messages.get(conversation.id).push(message);
  if (!note) {
    conversation.preview = text.slice(0, 200);
    conversation.preview_author = author.type;
    conversation.last_message_at = created;
  }
  return message;
}

export function emit(world, kind, conversationId, actor, data, only = null) {
  world.head += 1;
  const frame = {
    type: "event",
    seq: world.head,
    at: new Date().toISOString(),
    kind,
    conversation_id: conversationId,
    actor,
    data: structuredClone(data),
  };
  world.events.push({ frame, only });
  for (const listener of world.listeners) listener(frame, only);
  return frame;
}

/** A customer writes; without `conversationId` a new one does. */
export function customerSays(world, text, { conversationId, name = "Visitor 99" } = {}) {
  const actor = (c) => ({ type: "user", id: c.contact.id, name: c.contact.name });
  let conversation = world.conversations.get(conversationId);
  if (!conversation) {
    conversation = blank(world, name, new Date().toISOString());
    emit(world, "conversation.created", conversation.id, actor(conversation), { conversation });
  } else if (conversation.state === "resolved") {
    reopen(world, conversation, actor(conversation), null);
  }
  const message = store(world, conversation, { type: "user", ...conversation.contact }, text);
  emit(world, "message.created", conversation.id, actor(conversation), { message });
  return conversation;
}

export function claim(world, conversation, agent) {
  Object.assign(conversation, {
    owner: { id: agent.id, name: agent.name },
    state: "active",
    epoch: conversation.epoch + 1,
    waiting_since: null,
  });
  emitOwnership(world, "conversation.claimed", conversation, agent);
}

export function reopen(world, conversation, actor, owner) {
  Object.assign(conversation, {
    owner,
    state: owner ? "active" : "waiting",
    epoch: conversation.epoch + 1,
    resolved_at: null,
    waiting_since: owner ? null : new Date().toISOString(),
  });
  emitOwnership(world, "conversation.reopened", conversation, actor);
}

export function emitOwnership(world, kind, conversation, actor) {
  const { state, owner, epoch, waiting_since, resolved_at } = conversation;
  emit(
    world,
    kind,
    conversation.id,
    { type: actor.type ?? "agent", id: actor.id, name: actor.name },
    {
      state,
      owner,
      epoch,
      waiting_since,
      resolved_at,
    },
  );
}
