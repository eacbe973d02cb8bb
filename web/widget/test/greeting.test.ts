import { describe, expect, it } from "vitest";
import { due, type Greeting } from "../src/launcher/greeting.ts";
import { inLanguage, matchesPage } from "../src/launcher/words.ts";

const DAY = 24 * 3_600_000;
const greeting = (id: string, more: Partial<Greeting> = {}): Greeting => ({
  id,
  text: id,
  pages: [],
  after_seconds: 0,
  to: "everyone",
  ...more,
});

describe("a greeting is due", () => {
  const at = (greetings: Greeting[], page = "/", seen: string[] = [], visited = 0, now = 10) =>
    due(greetings, page, seen, () => visited, now)?.id ?? null;

  it("on its pages, the soonest first, each once, and never after it was closed for good", () => {
    const all = [
      greeting("late", { after_seconds: 9 }),
      greeting("prices", { pages: ["/prices*"] }),
    ];
    expect(at(all)).toBe("late");
    expect(at(all, "/prices/eu?x=1")).toBe("prices");
    expect(at(all, "/prices", ["prices"])).toBe("late");
    expect(at(all, "/prices", ["prices", "late"])).toBeNull();
    expect(at(all, "/", ["*"])).toBeNull();
  });

  it("for new visitors on their first day, for returning ones later", () => {
    const both = [greeting("new", { to: "new" }), greeting("back", { to: "returning" })];
    expect(at(both, "/", [], 0, DAY - 1)).toBe("new");
    expect(at(both, "/", [], 0, DAY)).toBe("back");
  });
});

describe("a page's pattern", () => {
  it("takes * for anything and everything else as it is", () => {
    expect(matchesPage(["/checkout*"], "/checkout/pay")).toBe(true);
    expect(matchesPage(["/a.b"], "/axb")).toBe(false);
    expect(matchesPage(["*/cart"], "/shop/cart")).toBe(true);
    expect(matchesPage([], "/")).toBe(false);
  });
});

it("words in a language fall back to the language without its country", () => {
  expect(inLanguage({ pt: "Olá" }, "pt-BR")).toBe("Olá");
  expect(inLanguage({ pt: "Olá" }, "de")).toBeNull();
});
