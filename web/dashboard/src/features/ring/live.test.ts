import type { Offer } from "@chatdesk/client";
import { describe, expect, it } from "vitest";
import { at, event } from "@/live/made";
import {
  applyEvent,
  type Cards,
  expire,
  fail,
  join,
  LOST_SHOWS,
  ringing,
  secondsLeft,
  takeOffers,
} from "./live";

const sam = { id: "agent_sam", name: "Sam" };
const offer = (change: Partial<Offer> = {}): Offer => ({
  conversation_id: "conversation_1",
  number: 1,
  round: 3,
  deadline: at(1),
  contact: { id: "contact_1", name: "Lena" },
  inbox: { id: "inbox_1", name: "Acme" },
  page: null,
  locale: null,
  preview: "Hello",
  waiting_since: at(0),
  ...change,
});
const NONE: Cards = new Map();
const offered = event(5, "conversation.offered", { offer: offer() });
const one = applyEvent(NONE, offered, "agent_me", 0);
const ownership = { state: "active" as const, ringing_until: null, missed_at: null };

describe("a card", () => {
  it("comes with the offer and counts by the server's time", () => {
    expect(ringing(one)).toHaveLength(1);
    expect(secondsLeft(offer(), Date.parse(at(1)) - 23_400)).toBe(24);
    expect(secondsLeft(offer(), Date.parse(at(1)) + 5)).toBe(0);
  });

  it("says who took it for two seconds", () => {
    const claimed = event(6, "conversation.claimed", { ...ownership, owner: sam, epoch: 4 });
    const lost = applyEvent(one, claimed, "agent_me", 1_000);
    expect(lost.get("conversation_1")).toMatchObject({ stage: "lost", by: "Sam" });
    expect(expire(lost, 1_000 + LOST_SHOWS - 1, 0).size).toBe(1);
    expect(expire(lost, 1_000 + LOST_SHOWS, 0).size).toBe(0);
    expect(applyEvent(one, claimed, "agent_sam", 0).size).toBe(0);
  });

  it("is not ended by what was before it", () => {
    const old = event(4, "conversation.claimed", { ...ownership, owner: sam, epoch: 2 });
    expect(applyEvent(one, old, "agent_me", 0)).toBe(one);
    expect(applyEvent(one, event(6, "offer.withdrawn", { round: 2 }), "agent_me", 0)).toBe(one);
  });

  it("goes when it was passed, withdrawn or resolved, and says when nobody took it", () => {
    expect(applyEvent(one, event(6, "offer.passed", { round: 3 }), "agent_me", 0).size).toBe(0);
    expect(applyEvent(one, event(6, "offer.withdrawn", { round: 3 }), "agent_me", 0).size).toBe(0);
    const missed = { ...ownership, state: "waiting" as const, owner: null, epoch: 4 };
    const over = applyEvent(
      one,
      event(6, "conversation.missed", { ...missed, waiting_since: null, missed_at: at(1) }),
      "agent_me",
      0,
    );
    expect(over.get("conversation_1")?.stage).toBe("over");
  });

  it("rings again in a new round, even while the old one says its last word", () => {
    const claimed = event(6, "conversation.claimed", { ...ownership, owner: sam, epoch: 4 });
    const lost = applyEvent(one, claimed, "agent_me", 0);
    const again = event(9, "conversation.offered", { offer: offer({ round: 6 }) });
    expect(applyEvent(lost, again, "agent_me", 0).get("conversation_1")?.stage).toBe("ringing");
    const newer = applyEvent(one, again, "agent_me", 0);
    expect(applyEvent(newer, offered, "agent_me", 0)).toBe(newer);
  });

  it("keeps ringing when accepting did not work", () => {
    const joining = join(one, "conversation_1");
    expect(joining.get("conversation_1")?.stage).toBe("joining");
    const back = fail(joining, "conversation_1", "No network.");
    expect(back.get("conversation_1")).toMatchObject({ stage: "ringing", trouble: "No network." });
  });
});

describe("a snapshot", () => {
  it("brings what rings, drops what does not, nearest deadline first", () => {
    const two = offer({ conversation_id: "conversation_2", deadline: at(0) });
    const both = takeOffers(one, [offer(), two]);
    expect([...both.keys()]).toEqual(["conversation_2", "conversation_1"]);
    expect(takeOffers(both, []).size).toBe(0);
  });

  it("lets a card go whose time is long over", () => {
    const end = Date.parse(at(1));
    expect(expire(one, 0, end + 1_000).size).toBe(1);
    expect(expire(one, 0, end + 10_000).size).toBe(0);
  });
});
