import type { ContactProfile } from "@chatdesk/client";
import { describe, expect, it } from "vitest";
import { follow } from "@/live/followed";
import { at, conversation, event, message } from "@/live/made";
import { type Audit, applyToAudit, applyToHistory, applyToProfile, type History } from "./live";

const contact = {
  id: "contact_1",
  number: 81,
  name: "Visitor 81",
  named: false,
  email: null,
  phone: null,
  locale: null,
  verified: false,
  created_at: at(0),
};
const profile: ContactProfile = { contact, identities: [], notes: [], head: 10 };
const note = (id: string) => ({
  id,
  author: { id: "agent_sam", name: "Sam" },
  text: id,
  created_at: at(1),
});

describe("a profile", () => {
  it("takes a new name, and nobody else's", () => {
    const named = { ...contact, name: "Lena", named: true };
    const mine = event(11, "contact.updated", { contact: named }, null);
    expect(follow(profile, mine, applyToProfile)).toEqual({
      ...profile,
      contact: named,
      head: 11,
    });
    const other = event(11, "contact.updated", { contact: { ...named, id: "contact_2" } }, null);
    expect(follow(profile, other, applyToProfile)).toBe(profile);
    const old = event(10, "contact.updated", { contact: named }, null);
    expect(follow(profile, old, applyToProfile)).toBe(profile);
  });

  it("has each note once, newest first, until it is deleted", () => {
    const noted = (seq: number, id: string) =>
      event(seq, "contact.noted", { contact_id: "contact_1", note: note(id) }, null);
    const events = [noted(11, "a"), noted(12, "b"), noted(13, "b")];
    const two = events.reduce((now, frame) => follow(now, frame, applyToProfile), profile);
    expect(two.notes.map(({ id }) => id)).toEqual(["b", "a"]);
    const gone = event(14, "contact.note_deleted", { contact_id: "contact_1", note_id: "b" }, null);
    expect(applyToProfile(two, gone).notes.map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("a contact's conversations", () => {
  const history: History = {
    contact: "contact_1",
    items: [conversation()],
    next: null,
    head: 10,
  };

  it("grow by new ones of theirs, and follow what happens to them", () => {
    const made = conversation({ id: "conversation_2", number: 2 });
    const created = event(11, "conversation.created", { conversation: made }, "conversation_2");
    const two = follow(history, created, applyToHistory);
    expect(two.items.map(({ number }) => number)).toEqual([2, 1]);
    const said = event(12, "message.created", { message: message(2) });
    expect(follow(two, said, applyToHistory).items[1]?.preview).toBe("Message 2");
    const theirs = conversation({ id: "conversation_3", contact: { id: "contact_9", name: "O" } });
    const foreign = event(13, "conversation.created", { conversation: theirs }, theirs.id);
    expect(applyToHistory(two, foreign)).toBe(two);
  });
});

describe("an audit", () => {
  it("takes what happened to its conversation, once, and no chatter", () => {
    const audit: Audit = { conversation: "conversation_1", events: [], next: null, head: 10 };
    const claim = event(11, "conversation.claimed", { state: "active", owner: null, epoch: 2 });
    const said = event(12, "message.created", { message: message(2) });
    const elsewhere = { ...claim, seq: 13, conversation_id: "conversation_2" } as typeof claim;
    const frames = [claim, claim, said, elsewhere];
    const after = frames.reduce(applyToAudit, audit);
    expect(after.events.map(({ seq }) => seq)).toEqual([11]);
  });
});
