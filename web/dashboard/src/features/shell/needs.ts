/** How many conversations need this agent: unread ones of theirs, and those nobody has. Pure. */
import type { Known } from "@/features/conversation/live";
import { unreadOf } from "@/features/conversation/live";

export function needsOf(all: Iterable<Known>, me: string): number {
  let count = 0;
  for (const { conversation } of all) {
    const { state } = conversation;
    const mine = conversation.owner?.id === me && state !== "resolved" && state !== "snoozed";
    const waits = conversation.state === "waiting";
    if ((mine || waits) && unreadOf(conversation) > 0) count += 1;
  }
  return count;
}
