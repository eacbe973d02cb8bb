import { afterEach, expect, it, vi } from "vitest";
import { uuid } from "../src/uuid.ts";

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

it("is a version 4 UUID with and without the browser's own", () => {
  expect(uuid()).toMatch(SHAPE);
  const { getRandomValues } = crypto;
  vi.stubGlobal("crypto", { getRandomValues: getRandomValues.bind(crypto) });
  const made = new Set(Array.from({ length: 50 }, uuid));
  expect(made.size).toBe(50);
  for (const id of made) expect(id).toMatch(SHAPE);
});
