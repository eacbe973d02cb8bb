import { describe, expect, it } from "vitest";
import { dayName, plural, setLocale, t, type Word } from "../src/app/t.ts";
import chat from "../src/locales/en.json";
import launchers from "../src/locales/launcher.json";

const launcher = launchers.en;
const LANGUAGES = ["de", "fr", "es", "pt", "ar", "zh", "hi"];
const languages = import.meta.glob<Record<string, string>>("../src/locales/*.json", {
  import: "default",
  eager: true,
});
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

const sources = import.meta.glob<string>("../src/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});

describe("words", () => {
  it("fills in values and leaves unknown ones visible", () => {
    expect(t("joined", { name: "Maya" })).toBe("Maya joined");
    expect(t("joined")).toBe("{name} joined");
    expect(plural(1, "jump_new_one", "jump_new_many")).toBe("1 new message");
    expect(plural(3, "jump_new_one", "jump_new_many")).toBe("3 new messages");
  });

  it("are all used", () => {
    const text = Object.values(sources).join("\n");
    expect(text.length).toBeGreaterThan(10_000);
    const statuses = ["status_sent", "status_delivered", "status_read"];
    const used = (word: string) => statuses.includes(word) || text.includes(`"${word}"`);
    expect(Object.keys(chat).filter((word) => !used(word))).toEqual([]);
    expect(Object.keys(launcher).filter((word) => !new RegExp(`\\b${word}\\b`).test(text))).toEqual(
      [],
    );
  });

  it.each(LANGUAGES)("are all there in %s, with their places", (language) => {
    const words = languages[`../src/locales/${language}.json`] ?? {};
    expect(Object.keys(words).sort()).toEqual(Object.keys(chat).sort());
    for (const [name, text] of Object.entries(chat)) {
      expect(words[name]?.trim(), name).toBeTruthy();
      expect(places(words[name] ?? ""), name).toEqual(places(text));
    }
    const button = launchers[language as keyof typeof launchers];
    expect(Object.keys(button)).toEqual(Object.keys(launcher));
    for (const [name, text] of Object.entries(launcher)) {
      expect(places(button[name as keyof typeof launcher])).toEqual(places(text));
    }
  });

  it("name days as people do", () => {
    setLocale("en-GB");
    const now = new Date(2026, 4, 3, 0, 10);
    expect(dayName(new Date(2026, 4, 3, 0, 1).toISOString(), now)).toBe("Today");
    expect(dayName(new Date(2026, 4, 2, 23, 59).toISOString(), now)).toBe("Yesterday");
    expect(dayName(new Date(2026, 3, 30).toISOString(), now)).toBe("Thursday 30 April");
    expect(dayName(new Date(2025, 3, 30).toISOString(), now)).toContain("2025");
  });

  it("a locale that is none is no failure", () => {
    setLocale("!!");
    const word: Word = "today";
    expect(t(word)).toBe("Today");
  });
});
