import { describe, expect, it } from "vitest";
import { clockOf, errorsUnder, linesOf, minutesOf } from "./settings";

describe("the settings of a widget", () => {
  it("are one thing per line", () => {
    expect(linesOf(" /a*\n\n  /b \n")).toEqual(["/a*", "/b"]);
  });

  it("say times as a clock does", () => {
    expect(clockOf(570)).toBe("09:30");
    expect(minutesOf("09:30")).toBe(570);
    expect(minutesOf("")).toBe(0);
  });

  it("find the errors of one part", () => {
    const errors = { "widget.menu.0.label": "Write something here.", name: "Too long." };
    expect(errorsUnder(errors, "widget.menu.")).toEqual({ "0.label": "Write something here." });
  });
});
