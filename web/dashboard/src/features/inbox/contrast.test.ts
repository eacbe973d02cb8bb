import { describe, expect, it } from "vitest";
import { contrast, ENOUGH, isColour, nearestPassing } from "./contrast";

describe("contrast", () => {
  it("is 21 between black and white, whichever comes first", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#ffffff", "#000000")).toBeCloseTo(21, 5);
  });

  it("finds the product's own accent readable with white text", () => {
    expect(contrast("#0560dc", "#ffffff")).toBeGreaterThan(5.6);
  });

  it("tells colours from other words", () => {
    expect(isColour("#FFE08A")).toBe(true);
    expect(isColour("#FFE08")).toBe(false);
    expect(isColour("blue")).toBe(false);
  });
});

describe("the nearest passing colour", () => {
  it("darkens a light yellow under white text just enough", () => {
    const near = nearestPassing("#ffe08a", "#ffffff");
    expect(contrast(near, "#ffffff")).toBeGreaterThanOrEqual(ENOUGH);
    expect(contrast(near, "#ffffff")).toBeLessThan(5);
  });

  it("lightens a dark blue under black text", () => {
    const near = nearestPassing("#102040", "#000000");
    expect(contrast(near, "#000000")).toBeGreaterThanOrEqual(ENOUGH);
  });

  it("leaves a colour that passes as it is", () => {
    expect(nearestPassing("#0560dc", "#ffffff")).toBe("#0560dc");
  });

  it.each(["#808080", "#777777", "#ff0000", "#00ff00", "#ffffff"])(
    "always ends for %s",
    (colour) => {
      for (const text of ["#ffffff", "#14171c"]) {
        expect(contrast(nearestPassing(colour, text), text)).toBeGreaterThanOrEqual(ENOUGH);
      }
    },
  );
});
