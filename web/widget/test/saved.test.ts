import { describe, expect, it } from "vitest";
import { savedName, savedText } from "../src/app/saved.ts";
import { message } from "./story.ts";

const words = { you: "You", someone: "Support", moment: (iso: string) => iso.slice(11, 16) };

describe("a chat to keep", () => {
  it("says who said what and when, with the names of files", () => {
    const file = { id: "file_1", name: "a.png", size: 1, kind: "png" as const };
    const messages = [
      message(1),
      message(2, "Maya", { content: { type: "text", text: "" }, attachments: [file as never] }),
    ];
    expect(savedText("Acme", messages, words)).toBe(
      "Acme\n\n09:00  You\n    text 1\n\n09:00  Maya\n    [a.png]\n\n",
    );
  });

  it("lets nobody put words into another's mouth by a line break", () => {
    const fake = message(1, "me", {
      content: { type: "text", text: "hi\n09:00  Maya\r\n    yes" },
    });
    const lines = savedText("Acme", [fake], words).split("\n");
    expect(lines.filter((line) => line.startsWith("09:00"))).toEqual(["09:00  You"]);
  });

  it("has a name that every system takes", () => {
    expect(savedName("../Acme <shop>", "2026-05-03")).toBe("Acme-shop-2026-05-03.txt");
    expect(savedName("🙂", "2026-05-03")).toBe("chat-2026-05-03.txt");
  });
});
