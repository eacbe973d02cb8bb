/** Which events are worth a tone: what waits for this agent. Pure. */
import type { Conversation, EventFrame } from "@chatdesk/client";

interface Around {
  readonly me: string;
  /** The conversation on screen while the page is in front; null otherwise. */
  readonly watching: string | null;
  /** Events up to this number are being caught up with, not happening now. */
  readonly caughtUpTo: number;
  conversation: (id: string) => Conversation | undefined;
}

export function rings(frame: EventFrame, around: Around): boolean {
  if (frame.seq <= around.caughtUpTo) return false;
  if (frame.kind === "conversation.transferred" || frame.kind === "conversation.claimed") {
    return frame.data.owner?.id === around.me && frame.actor.id !== around.me;
  }
  if (frame.kind !== "message.created") return false;
  const { message } = frame.data;
  if (message.note || message.author.type !== "user") return false;
  if (message.conversation_id === around.watching) return false;
  const owner = around.conversation(message.conversation_id)?.owner;
  return !owner || owner.id === around.me;
}
