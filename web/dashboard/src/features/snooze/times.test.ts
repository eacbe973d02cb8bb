import { describe, expect, it } from "vitest";
import { fieldOf, momentOf, presetsAt } from "./times";

const local = (text: string) => new Date(text).getTime();
const named = (now: string) =>
  Object.fromEntries(presetsAt(local(now)).map(({ name, at }) => [name, fieldOf(at)]));

describe("the times on offer", () => {
  it("are by the clock on the wall", () => {
    // a Wednesday
    expect(named("2026-05-06T10:20")).toEqual({
      hour: "2026-05-06T11:20",
      later: "2026-05-06T13:20",
      tomorrow: "2026-05-07T09:00",
      monday: "2026-05-11T09:00",
      week: "2026-05-13T09:00",
    });
  });

  it("leave out a later today that is none", () => {
    expect(named("2026-05-06T16:00").later).toBeUndefined();
    expect(named("2026-05-06T22:30").later).toBeUndefined();
  });

  it("do not offer Monday twice", () => {
    expect(named("2026-05-10T12:00").monday).toBeUndefined();
    expect(named("2026-05-10T12:00").tomorrow).toBe("2026-05-11T09:00");
    expect(named("2026-05-11T12:00").monday).toBe("2026-05-18T09:00");
  });
});

it("takes an own time only when it is still to come, within a year", () => {
  const now = local("2026-05-06T10:20");
  expect(momentOf("2026-05-06T10:21", now)).toBe(new Date("2026-05-06T10:21").toISOString());
  for (const wrong of ["", "soon", "2026-05-06T10:20", "2025-05-06T10:20", "2028-01-01T10:00"]) {
    expect(momentOf(wrong, now), wrong).toBeNull();
  }
});
