import { describe, expect, it } from "vitest";
import { at } from "@/live/made";
import { span, steady } from "./span";

describe("a span", () => {
  it("is shown as on a clock and never below nothing", () => {
    const start = Date.parse(at(0));
    expect(span(at(0), start + 55_900)).toBe("0:55");
    expect(span(at(0), start + 760_000)).toBe("12:40");
    expect(span(at(0), start + 4_325_000)).toBe("1:12:05");
    expect(span(at(1), start)).toBe("0:00");
  });
});

describe("the order of rows", () => {
  it("stands still under the pointer, and follows otherwise", () => {
    expect(steady(["b", "a", "gone"], ["a", "b", "c"], true)).toEqual(["b", "a", "c"]);
    expect(steady(["b", "a"], ["a", "b", "c"], false)).toEqual(["a", "b", "c"]);
  });
});
