/**
 * Tells the server that a customer's message has reached our side, so that they see it arrive.
 * The owner's page does it at once; for a conversation nobody has, one of the pages that are open.
 */
import type { Conversation } from "@chatdesk/client";
import { mark } from "@/features/conversation/api";
import { isOpen } from "@/features/conversation/live";
import { desk } from "@/live/desk";

/** Pages wait a random while for each other before they speak for an unowned conversation. */
const SPREAD = 300;
const MOST_AT_ONCE = 2;
const MOST_WAITING = 200;

const waiting = new Set<string>();
let underWay = 0;

function isDue(conversation: Conversation | undefined): conversation is Conversation {
  if (!conversation || !isOpen(conversation) || conversation.preview_author !== "user")
    return false;
  if (conversation.head_seq <= conversation.agent_marks.delivered_seq) return false;
  return conversation.owner === null || conversation.owner.id === desk.me;
}

export function noteArrival(id: string): void {
  const conversation = desk.conversations.get(id)?.conversation;
  if (!isDue(conversation) || waiting.has(id) || waiting.size >= MOST_WAITING) return;
  waiting.add(id);
  const wait = conversation.owner ? 0 : Math.random() * SPREAD;
  setTimeout(next, wait);
}

/** Forgets what is waiting: nobody is signed in any more. */
export function forgetArrivals(): void {
  waiting.clear();
}

function next(): void {
  if (underWay >= MOST_AT_ONCE) return;
  const [id] = waiting;
  if (id === undefined) return;
  waiting.delete(id);
  const conversation = desk.conversations.get(id)?.conversation;
  if (!isDue(conversation)) {
    next();
    return;
  }
  underWay += 1;
  mark(id, { delivered_seq: conversation.head_seq })
    // The next message, or reading, says it again.
    .catch(() => {})
    .finally(() => {
      underWay -= 1;
      next();
    });
}
