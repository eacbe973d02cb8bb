import { describe, expect, it } from "vitest";
import { scrollFor, spanOf } from "./rows";

describe("the painted rows", () => {
  it("reach beyond what is in sight, within the list", () => {
    expect(spanOf(0, 560, 56, 1_000)).toEqual({ start: 0, end: 20 });
    expect(spanOf(0, 560, 56, 7)).toEqual({ start: 0, end: 7 });
    expect(spanOf(0, 560, 56, 0)).toEqual({ start: 0, end: 0 });
    const far = spanOf(56 * 500, 560, 56, 1_000);
    expect(far.start).toBeLessThanOrEqual(490);
    expect(far.end).toBeGreaterThanOrEqual(520);
  });

  it("are few however long the list is, and none are missing at its end", () => {
    for (let top = 0; top < 56 * 100_000; top += 33_333) {
      const { start, end } = spanOf(top, 900, 56, 100_000);
      expect(end - start).toBeLessThanOrEqual(50);
      expect(start * 56).toBeLessThanOrEqual(top);
      expect(Math.min(end, 100_000) * 56).toBeGreaterThanOrEqual(Math.min(top + 900, 5_600_000));
    }
    expect(spanOf(56 * 2_000, 900, 56, 100)).toEqual({ start: 100, end: 100 });
  });
});

describe("scrolling to a row", () => {
  it("moves as little as it must", () => {
    expect(scrollFor(5, 56, 0, 560)).toBeNull();
    expect(scrollFor(10, 56, 0, 560)).toBe(56);
    expect(scrollFor(2, 56, 400, 560)).toBe(112);
  });
});
