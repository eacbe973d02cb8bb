/** Who may do what with a conversation, as the server will decide it. Pure. */
import type { Conversation, Role } from "@chatdesk/client";

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

export function rightsOf(conversation: Conversation, me: string, role: Role): Rights {
  const { owner, state } = conversation;
  const closed = state === "resolved" || state === "archived";
  const mine = owner?.id === me;
  const stand: Stand = closed ? "resolved" : mine ? "mine" : owner ? "theirs" : "free";
  const owning = stand === "mine" || (role === "administrator" && stand !== "resolved");
  return {
    stand,
    reply: stand !== "theirs" && state !== "archived",
    claim: stand === "free",
    resolve: stand === "mine" || (role === "administrator" && !closed),
    release: owning && owner !== null,
    transfer: owning && owner !== null,
    takeOver: role === "administrator" && stand === "theirs",
    reopen: state === "resolved",
    snooze: (owning || stand === "free") && state !== "pending_acceptance",
    wake: owning && state === "snoozed",
  };
}
