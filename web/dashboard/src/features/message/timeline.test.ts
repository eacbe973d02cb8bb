import { describe, expect, it } from "vitest";
import { at, message } from "@/live/made";
import { linksIn } from "./links";
import { EMPTY, insert, type Line } from "./live";
import { STEP, timelineOf, WINDOW, windowAt, windowDown, windowUp } from "./timeline";

const line = (minutes: number): Line => ({
  seq: minutes,
  kind: "claimed",
  at: at(minutes),
  actor: { id: "agent_sam", name: "Sam" },
  owner: null,
  reason: null,
});

describe("a timeline", () => {
  it("opens each day, and puts lines where they happened", () => {
    const thread = {
      ...insert(EMPTY, [message(1), message(3), message(4, { created_at: at(1_500) })]),
      lines: [line(2), line(1_600)],
    };
    expect(timelineOf(thread, null).map(({ type }) => type)).toEqual([
      "day",
      "message",
      "line",
      "message",
      "day",
      "message",
      "line",
    ]);
  });

  it("joins one person's words of a few minutes into a run", () => {
    const thread = insert(EMPTY, [message(1), message(2), message(20)]);
    const runs = timelineOf(thread, null).flatMap((entry) =>
      entry.type === "message" ? [[entry.opens, entry.closes]] : [],
    );
    expect(runs).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  it("marks the first unread and starts a run there", () => {
    const entries = timelineOf(insert(EMPTY, [message(1), message(2)]), "message_2");
    expect(entries.map(({ key }) => key).slice(1)).toEqual(["message_1", "unread", "message_2"]);
    expect(entries.at(-1)).toMatchObject({ opens: true });
  });
});

describe("the window", () => {
  it("shows the end, or begins above an entry", () => {
    expect(windowAt(1_000, null)).toEqual({ start: 1_000 - WINDOW, end: 1_000 });
    expect(windowAt(10, null)).toEqual({ start: 0, end: 10 });
    expect(windowAt(1_000, 500)).toEqual({ start: 500 - STEP, end: 500 - STEP + WINDOW });
    expect(windowAt(1_000, 990)).toEqual({ start: 1_000 - WINDOW, end: 1_000 });
  });

  it("never grows past its size", () => {
    const up = windowUp({ start: 400, end: 560 });
    expect(up).toEqual({ start: 340, end: 500 });
    expect(windowDown(up, 1_000)).toEqual({ start: 400, end: 560 });
    expect(windowUp({ start: 20, end: 180 })).toEqual({ start: 0, end: 160 });
    expect(windowDown({ start: 0, end: 160 }, 170)).toEqual({ start: 10, end: 170 });
  });
});

describe("links", () => {
  it("are found in plain text without their punctuation", () => {
    const parts = linksIn("See https://a.test/x?y=1, or (http://b.test/).");
    expect(parts.filter(({ href }) => href).map(({ text }) => text)).toEqual([
      "https://a.test/x?y=1",
      "http://b.test/",
    ]);
    expect(parts.map(({ text }) => text).join("")).toBe(
      "See https://a.test/x?y=1, or (http://b.test/).",
    );
  });

  it("are never made of anything but web addresses", () => {
    for (const text of ["javascript:alert(1)", "data:text/html,x", "//evil.test", "https://"]) {
      expect(linksIn(text).some(({ href }) => href)).toBe(false);
    }
  });
});
