import { describe, expect, it } from "vitest";
import { settle, waitingRows } from "./calm";

describe("a list that is held", () => {
  it("keeps its order while something newer waits", () => {
    const shown = ["a", "b", "c"];
    expect(settle(shown, ["c", "a", "b"], true, null)).toBe(shown);
    expect(waitingRows(shown, ["c", "a", "b"])).toBe(1);
  });

  it("keeps rows that left and counts those that came", () => {
    const shown = ["a", "b", "c"];
    expect(settle(shown, ["n", "a", "c"], true, null)).toBe(shown);
    expect(waitingRows(shown, ["n", "a", "c"])).toBe(1);
  });

  it("still takes further rows at its end", () => {
    expect(settle(["a", "b"], ["n", "a", "b", "c", "d"], true, null)).toEqual(["a", "b", "c", "d"]);
    expect(waitingRows(["a", "b", "c", "d"], ["n", "a", "b", "c", "d"])).toBe(1);
  });

  it("does not count rows that only moved down or closed up", () => {
    expect(waitingRows(["a", "b", "c"], ["b", "c"])).toBe(0);
    expect(waitingRows(["a", "b", "c"], ["a", "b", "c"])).toBe(0);
  });
});

describe("a list that is free", () => {
  it("follows the order", () => {
    expect(settle(["a", "b"], ["b", "a"], false, null)).toEqual(["b", "a"]);
  });

  it("leaves the open row where it was after it was resolved", () => {
    expect(settle(["a", "b", "c"], ["a", "c"], false, "b")).toEqual(["a", "b", "c"]);
    expect(settle(["a", "b", "c"], ["n", "a", "c"], false, "b")).toEqual(["n", "b", "a", "c"]);
  });

  it("paints the same array when nothing changed", () => {
    const shown = ["a", "b"];
    expect(settle(shown, ["a", "b"], false, null)).toBe(shown);
  });
});
