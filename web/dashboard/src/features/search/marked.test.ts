import { describe, expect, it } from "vitest";
import { piecesOf } from "./marked";

const shown = (text: string, highlights: [number, number][]) =>
  piecesOf({ text, highlights }).map(({ text, hit }) => (hit ? `[${text}]` : text));

describe("a snippet", () => {
  it("is its text, with what was found set apart", () => {
    expect(shown("My 🧡 Café order", [[6, 10]])).toEqual(["My 🧡 ", "[Café]", " order"]);
    expect(shown("both", [[0, 4]])).toEqual(["[both]"]);
    expect(shown("none", [])).toEqual(["none"]);
    expect(shown("", [])).toEqual([]);
  });

  it("loses no text when a place makes no sense", () => {
    const odd: [number, number][] = [
      [2, 3],
      [1, 2],
      [4, 4],
      [3, 99],
    ];
    expect(shown("abcdef", odd).join("")).toBe("ab[c]def");
  });
});
