import { describe, expect, it } from "vitest";
import { greetingOf, isOpen, paceOf, wordsOf } from "../src/app/said.ts";
import { INBOX } from "./story.ts";

const NONE = { greeting: "", label: "", away: "", person: "", question: "", thanks: "" };

describe("what an inbox says", () => {
  const widget = {
    ...INBOX.widget,
    texts: { ...NONE, person: "Ask Maya" },
    languages: { de: { ...NONE, greeting: "Hallo" } },
  };
  const inbox = { ...INBOX, widget };

  it("is said in the visitor's language, else in the inbox's own words", () => {
    expect(greetingOf(inbox, "de-AT")).toBe("Hallo");
    expect(greetingOf(inbox, "fr")).toBe("Hi");
    expect(wordsOf(inbox, "person", "de")).toBe("Ask Maya");
  });

  it("keeps the hours of its own time zone, whatever the visitor's is", () => {
    const hours = {
      enabled: true,
      time_zone: "Asia/Tokyo",
      open: [{ day: 1, from: 540, to: 1_020 }],
    };
    expect(isOpen(hours, new Date("2026-05-04T00:00:00Z"))).toBe(true);
    expect(isOpen(hours, new Date("2026-05-03T23:59:00Z"))).toBe(false);
    expect(isOpen(hours, new Date("2026-05-04T08:00:00Z"))).toBe(false);
    expect(isOpen({ ...hours, time_zone: "Nowhere/Land" }, new Date())).toBe(true);
    expect(isOpen({ ...hours, enabled: false }, new Date())).toBe(true);
  });

  it("never promises more than was measured", () => {
    expect(paceOf(20)).toEqual({ word: "replies_soon" });
    expect(paceOf(121)).toEqual({ word: "replies_minutes", n: 3 });
    expect(paceOf(2 * 3600)).toEqual({ word: "replies_hours", n: 2 });
  });
});
