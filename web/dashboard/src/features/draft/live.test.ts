import { describe, expect, it } from "vitest";
import { at, event } from "@/live/made";
import { applyEvent, type Drafts, draftKey, put, shownDraft, write } from "./live";

const NONE: Drafts = new Map();
const theirs = () => false;
const saved = (seq: number, text: string) =>
  event(seq, "draft.saved", { mode: "reply", text, updated_at: at(seq) });
const textOf = (drafts: Drafts) => drafts.get(draftKey("conversation_1", "reply"))?.text;

describe("drafts", () => {
  it("follow another device", () => {
    const drafts = [saved(1, "Hi"), saved(2, "Hi Lena")].reduce(
      (now, frame) => applyEvent(now, frame, theirs),
      NONE,
    );
    expect(textOf(drafts)).toBe("Hi Lena");
    const gone = applyEvent(drafts, event(3, "draft.deleted", { mode: "reply" }), theirs);
    expect(textOf(gone)).toBeUndefined();
  });

  it("are not undone by what this page itself saved a moment ago", () => {
    const drafts = write(NONE, "conversation_1", "reply", "Hi Lena");
    expect(textOf(applyEvent(drafts, saved(1, "Hi"), () => true))).toBe("Hi Lena");
    const gone = event(2, "draft.deleted", { mode: "reply" });
    expect(textOf(applyEvent(drafts, gone, () => true))).toBe("Hi Lena");
  });

  it("keep the newer of two things the server said", () => {
    const draft = { conversation_id: "conversation_1", mode: "reply" as const };
    const now = put(NONE, { ...draft, text: "new", updated_at: at(5) });
    expect(put(now, { ...draft, text: "old", updated_at: at(4) })).toBe(now);
  });

  it("keep reply and note apart", () => {
    const both = write(write(NONE, "conversation_1", "note", "n"), "conversation_1", "reply", "r");
    expect(both.size).toBe(2);
    expect(shownDraft(both, "conversation_1")?.text).toBe("r");
    expect(shownDraft(write(NONE, "conversation_1", "reply", "  "), "conversation_1")).toBeNull();
  });
});
