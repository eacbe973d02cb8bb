import { describe, expect, it } from "vitest";
import { pieces } from "../src/app/links.ts";

const links = (text: string) => pieces(text).flatMap((p) => (p.href ? [[p.text, p.href]] : []));

describe("pieces", () => {
  it.each([
    ["see https://a.example/b?c=1#d", "https://a.example/b?c=1#d"],
    ["(https://a.example/x).", "https://a.example/x"],
    ["https://en.example/wiki/Foo_(bar)", "https://en.example/wiki/Foo_(bar)"],
    ["Is it HTTP://A.EXAMPLE?", "http://a.example/"],
    ["write to maya@acme.example, please", "mailto:maya@acme.example"],
    ["mailto:maya@acme.example", "mailto:maya@acme.example"],
  ])("%s", (text, href) => {
    expect(links(text).map((link) => link[1])).toEqual([href]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "https://",
    "plain text, nothing more",
    "",
    "<a href='x'>",
  ])("%s is no link", (text) => {
    expect(links(text)).toEqual([]);
  });

  it("loses no character", () => {
    const texts = [
      "a https://b.example/c, d@e.example (https://f.example) g",
      "https://a.example\nhttps://b.example",
      "\u202Ehttps://a.example",
    ];
    for (const text of texts) {
      expect(
        pieces(text)
          .map((p) => p.text)
          .join(""),
      ).toBe(text);
    }
  });

  it("stays quick on a long run of nothing", () => {
    const started = performance.now();
    pieces("a.".repeat(5_000));
    pieces(`https://${")".repeat(10_000)}`);
    pieces("@".repeat(10_000));
    expect(performance.now() - started).toBeLessThan(200);
  });
});
