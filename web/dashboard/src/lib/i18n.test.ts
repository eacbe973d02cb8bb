import { describe, expect, it } from "vitest";
import { t, translator } from "./i18n";

const say = translator({
  row: { new_one: "{{count}} new row", new_other: "{{count}} new rows", all: "All" },
  hello: "Hello {{name}}, {{name}}",
});

describe("words", () => {
  it("are filled in as they are", () => {
    expect(say("hello", { name: "<b>Lena</b> {{name}}" })).toBe(
      "Hello <b>Lena</b> {{name}}, <b>Lena</b> {{name}}",
    );
    expect(say("hello", { name: null })).toBe("Hello , ");
    expect(say("row.all")).toBe("All");
  });

  it("choose the plural by count", () => {
    expect(say("row.new", { count: 1 })).toBe("1 new row");
    expect(say("row.new", { count: 0 })).toBe("0 new rows");
    expect(say("row.new", { count: 12 })).toBe("12 new rows");
  });

  it("show the key where they are missing", () => {
    expect(say("row.gone")).toBe("row.gone");
  });

  it("of every screen are there from the start", () => {
    expect(t("common.close")).toBe("Close");
  });
});
