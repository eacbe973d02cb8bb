import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Speech } from "../src/app/speech.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Speech", () => {
  it("says one thing at once and a burst as a number a second later", () => {
    const said: string[] = [];
    const speech = new Speech(
      (text) => said.push(text),
      (count) => `${count} new`,
    );
    speech.add("Maya: one");
    speech.add("Maya: two");
    speech.add("Maya: three");
    expect(said).toEqual(["Maya: one"]);
    vi.advanceTimersByTime(1000);
    expect(said).toEqual(["Maya: one", "2 new"]);
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
    speech.add("Maya: four");
    expect(said.at(-1)).toBe("Maya: four");
  });
});
