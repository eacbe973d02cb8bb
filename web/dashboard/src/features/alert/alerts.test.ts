import type { EventFrame } from "@chatdesk/client";
import { describe, expect, it } from "vitest";
import { conversation, event, message } from "@/live/made";
import { AT_START, alertOf, alertsNow, isQuiet, readSettings, wants } from "./alerts";

const me = "agent_me";
const around = (owner: string | null, more = {}) => ({
  me,
  watching: null,
  caughtUpTo: 5,
  conversation: () =>
    conversation({ owner: owner === null ? null : { id: owner, name: "Somebody" } }),
  ...more,
});
const said = (seq = 10) => event(seq, "message.created", { message: message(2) });

describe("an event", () => {
  it("alerts those whom it needs", () => {
    expect(alertOf(said(), around(me))).toBe("mine");
    expect(alertOf(said(), around(null))).toBe("waiting");
    expect(alertOf(said(), around("agent_sam"))).toBeNull();
  });

  it("is no alert when it is on screen, was caught up with, or is our own", () => {
    expect(alertOf(said(), around(me, { watching: "conversation_1" }))).toBeNull();
    expect(alertOf(said(5), around(me))).toBeNull();
    const ours = event(10, "message.created", {
      message: message(2, { author: { type: "agent", id: "agent_sam", name: "Sam" } }),
    });
    expect(alertOf(ours, around(me))).toBeNull();
    const note = event(10, "message.created", { message: message(2, { note: true }) });
    expect(alertOf(note, around(me))).toBeNull();
  });

  it("that gives a chat alerts only whom somebody else gave it to", () => {
    const given = (by: string): EventFrame => ({
      ...event(10, "conversation.claimed", {
        state: "active",
        owner: { id: me, name: "Me" },
        epoch: 2,
      }),
      actor: { type: "agent", id: by, name: "Somebody" },
    });
    expect(alertOf(given("agent_sam"), around(me))).toBe("given");
    expect(alertOf(given(me), around(me))).toBeNull();
  });
});

describe("quiet hours", () => {
  const at = (clock: string) => new Date(`2026-05-06T${clock}`);
  it("may go over midnight", () => {
    const night = { from: "22:00", to: "07:00" };
    for (const clock of ["22:00", "23:59", "00:00", "06:59"]) {
      expect(isQuiet(night, at(clock)), clock).toBe(true);
    }
    for (const clock of ["07:00", "12:00", "21:59"]) {
      expect(isQuiet(night, at(clock)), clock).toBe(false);
    }
  });

  it("end what would alert, and nothing is quiet without them", () => {
    const settings = { ...AT_START, quiet: { from: "12:00", to: "13:00" } };
    expect(alertsNow(settings, "ring", "sound", at("12:30"))).toBe(false);
    expect(alertsNow(settings, "ring", "sound", at("13:00"))).toBe(true);
    expect(isQuiet(null, at("12:30"))).toBe(false);
    expect(isQuiet({ from: "12:00", to: "12:00" }, at("12:00"))).toBe(false);
  });
});

it("keeps what was chosen, and takes only what it understands", () => {
  expect(wants(AT_START, "mine", "desktop")).toBe(true);
  expect(wants(AT_START, "waiting", "desktop")).toBe(false);
  const read = readSettings({
    chosen: { "mine.sound": false, "gone.sound": true, "ring.desktop": "yes" },
    quiet: { from: "25:00", to: "07:00" },
    volume: 7,
  });
  expect(read).toEqual({ ...AT_START, chosen: { "mine.sound": false } });
  expect(readSettings("nonsense")).toEqual(AT_START);
});
