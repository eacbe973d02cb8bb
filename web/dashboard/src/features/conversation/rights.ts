/** Who may do what with a conversation, as the server will decide it. Pure. */
import type { Conversation, Permission } from "@chatdesk/client";

type Stand = "mine" | "free" | "theirs" | "resolved";

export interface Rights {
  readonly stand: Stand;
  readonly reply: boolean;
  readonly claim: boolean;
  readonly resolve: boolean;
  readonly release: boolean;
  readonly transfer: boolean;
  readonly takeOver: boolean;
  readonly reopen: boolean;
  readonly snooze: boolean;
  readonly wake: boolean;
}

export function rightsOf(
  conversation: Conversation,
  me: string,
  permissions: readonly Permission[],
): Rights {
  const { owner, state } = conversation;
  const closed = state === "resolved" || state === "archived";
  const mine = owner?.id === me;
  const stand: Stand = closed ? "resolved" : mine ? "mine" : owner ? "theirs" : "free";
  const overrides = permissions.includes("conversation.take_over");
  const owning = stand === "mine" || (overrides && !closed);
  // What rings is for those it rings for, and nobody hands it on.
  const lies = stand === "free" && conversation.ringing_until === null;
  return {
    stand,
    reply: stand !== "theirs" && state !== "archived",
    claim: stand === "free",
    resolve: owning,
    release: owning && owner !== null,
    transfer: permissions.includes("conversation.transfer") && (owning || lies),
    takeOver: overrides && stand === "theirs",
    reopen: state === "resolved",
    snooze: (owning || stand === "free") && state !== "pending_acceptance",
    wake: owning && state === "snoozed",
  };
}
