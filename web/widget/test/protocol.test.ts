import { describe, expect, it } from "vitest";
import { readHello, readToFrame, readToHost } from "../src/shared/protocol.ts";

const hello = {
  chatdesk: "hello",
  nonce: "1-2",
  open: true,
  running: false,
  locale: null,
  page: "https://shop.example/",
  identity: "",
  font: "",
};

const look = {
  colour: "#0560dc",
  text_colour: "#ffffff",
  position: "right",
  label: "",
  font: "system",
  space_side: 20,
  space_bottom: 20,
  corner: 16,
  icon: "chat",
  z_index: 1000,
};

describe("the bridge", () => {
  it("takes exactly what the other side may say", () => {
    expect(readHello(hello)).toEqual(hello);
    expect(readToFrame({ type: "open", page: "x", focus: true })).not.toBeNull();
    expect(readToFrame({ type: "closed" })).not.toBeNull();
    expect(readToHost({ type: "unread", count: 2 })).not.toBeNull();
    expect(readToHost({ type: "look", name: "Acme", look })).not.toBeNull();
  });

  it.each([
    null,
    1,
    "open",
    {},
    { type: "constructor" },
    { type: "__proto__" },
    { type: "open" },
    { type: "open", page: 1, focus: true },
    { type: "open", page: "x", focus: true, more: 1 },
    { type: "locale", locale: "x".repeat(5000) },
  ])("refuses %j for the frame", (value) => {
    expect(readToFrame(value)).toBeNull();
  });

  it.each([
    { type: "unread", count: -1 },
    { type: "unread", count: 1.5 },
    { type: "unread", count: "2" },
    { type: "message", from: "agent", text: "secret" },
    { type: "running" },
    { type: "look", name: "Acme", look: { ...look, html: "<b>" } },
    { type: "look", name: "Acme", look: { ...look, icon: "url(x)" } },
    { type: "look", name: "Acme", look: null },
  ])("refuses %j for the site", (value) => {
    expect(readToHost(value)).toBeNull();
  });

  it.each([{ ...hello, open: 1 }, { ...hello, extra: 1 }, { ...hello, nonce: undefined }, null])(
    "refuses the greeting %j",
    (value) => {
      expect(readHello(value)).toBeNull();
    },
  );
});
