import { describe, expect, it } from "vitest";
import { fit, wordsOf } from "./match";

const fits = (asked: string, text: string) => fit(wordsOf(asked), wordsOf(text));

describe("what fits a question", () => {
  it("is begun words in any order, without accents and capitals", () => {
    expect(fits("lena ref", "Where is my refund, Léna?")).toBeGreaterThan(0);
    expect(fits("JOSÉ", "jose silva")).toBeGreaterThan(0);
    expect(fits("#1042", "#1042 Lena")).toBeGreaterThan(0);
  });

  it("is nothing when one of its words fits nowhere", () => {
    expect(fits("lena invoice", "Lena refund")).toBe(0);
  });

  it("forgives one slip of a longer word, and no more", () => {
    for (const slip of ["refnud", "refud", "reffund", "rafund"]) {
      expect(fits(slip, "refund"), slip).toBeGreaterThan(0);
    }
    expect(fits("rafnud", "refund")).toBe(0);
    expect(fits("thi", "the")).toBe(0);
  });

  it("puts the whole word before its beginning, its middle and a slip", () => {
    const [whole, begun, inside, slip] = ["note", "notebook", "keynote", "nota"].map((text) =>
      fits("note", text),
    );
    expect(whole).toBeGreaterThan(begun ?? 0);
    expect(begun).toBeGreaterThan(inside ?? 0);
    expect(inside).toBeGreaterThan(slip ?? 0);
    expect(slip).toBeGreaterThan(0);
  });

  it("takes any text without failing", () => {
    for (const odd of ["", "   ", "🙂", "((((", "\\", "-".repeat(300)]) {
      expect(() => fits(odd, "refund")).not.toThrow();
    }
  });
});
