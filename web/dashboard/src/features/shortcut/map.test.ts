import { describe, expect, it } from "vitest";
import {
  boundTo,
  chordOf,
  conflictOf,
  giveKeys,
  IDS,
  keysOf,
  readOwn,
  refusalOf,
  resetKeys,
  SHORTCUTS,
  shownKeys,
} from "./map";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  chordOf({
    key,
    code: "",
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...more,
  });

describe("the keys at the start", () => {
  it("are each given once, and none hides another", () => {
    for (const id of IDS) {
      for (const keys of SHORTCUTS[id].keys) {
        expect(conflictOf(keys, id, {}), `${keys} of ${id}`).toBeNull();
        const hidden = IDS.some((other) =>
          SHORTCUTS[other].keys.some((each) => each.startsWith(`${keys} `)),
        );
        expect(hidden, `${keys} of ${id} begins another`).toBe(false);
      }
    }
  });
});

describe("a pressed key", () => {
  it("is the printed one", () => {
    expect(press("J")).toBe("j");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("k", { ctrlKey: true })).toBe("mod+k");
    expect(press("K", { metaKey: true, shiftKey: true })).toBe("mod+shift+k");
    expect(press(" ")).toBe("Space");
    expect(press("ArrowDown", { shiftKey: true })).toBe("shift+ArrowDown");
  });

  it("is the Latin one where letters are not Latin", () => {
    expect(press("о", { code: "KeyJ" })).toBe("j");
    expect(press("л", { code: "KeyK", ctrlKey: true })).toBe("mod+k");
    expect(press("/", { code: "Digit7", shiftKey: true })).toBe("/");
  });

  it("is none when it types a letter with Alt, or only changes others", () => {
    expect(press("ą", { altKey: true })).toBeNull();
    expect(press("Shift", { shiftKey: true })).toBeNull();
  });
});

describe("own keys", () => {
  it("win over those of the start, and none at all switches off", () => {
    expect(boundTo("q", IDS, { resolve: ["q"] })).toBe("resolve");
    expect(boundTo("e", IDS, { resolve: ["q"] })).toBeNull();
    expect(boundTo("e", IDS, { resolve: [] })).toBeNull();
  });

  it("are taken from whoever had them", () => {
    const own = giveKeys("e", "claim", {});
    expect(boundTo("e", IDS, own)).toBe("claim");
    expect(keysOf("resolve", own)).toEqual([]);
  });

  it("leave others the keys they have besides", () => {
    const own = giveKeys("j", "claim", {});
    expect(keysOf("next", own)).toEqual(["ArrowDown"]);
  });

  it("never take a key that moves around, a browser's, or one that begins others", () => {
    expect(refusalOf("Tab", {})).toBe("moves");
    expect(refusalOf("mod+w", {})).toBe("browser");
    expect(refusalOf("g", {})).toBe("begins");
    expect(refusalOf("q", {})).toBeNull();
  });

  it("go back to the start, but not to a key that another has by now", () => {
    const own = giveKeys("e", "claim", {});
    expect(resetKeys("claim", own)).toEqual({ resolve: [] });
    expect(resetKeys("resolve", own)).toEqual({ claim: ["e"], resolve: [] });
    expect(resetKeys("resolve", resetKeys("claim", own))).toEqual({});
  });

  it("are read from whatever was stored", () => {
    expect(readOwn({ resolve: ["q"], gone: ["x"], claim: "i", note: [7], open: ["o"] })).toEqual({
      resolve: ["q"],
    });
    expect(readOwn("nonsense")).toEqual({});
    expect(readOwn(null)).toEqual({});
  });
});

it("shows keys as they are printed", () => {
  expect(shownKeys("mod+k", "⌘")).toEqual(["⌘", "K"]);
  expect(shownKeys("g i", "Ctrl")).toEqual(["g", "i"]);
  expect(shownKeys("ArrowDown", "Ctrl")).toEqual(["↓"]);
  expect(shownKeys("mod++", "Ctrl")).toContain("+");
});
