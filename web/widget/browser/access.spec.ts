/** What can be measured of WCAG 2.2 AA: axe on each state, light and dark. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Frame } from "@playwright/test";
import { expect, field, row, says, test } from "./kit.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

async function violations(chat: Frame): Promise<string[]> {
  await chat.evaluate(axe);
  return chat.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { axe: engine } = window as unknown as { axe: Axe };
    const { violations: found } = await engine.run({ runOnly: tags });
    return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test("axe finds nothing in any state", async ({ desk, visitor }) => {
      await visitor.arrives();
      const chat = await visitor.opens();
      await expect(chat.getByText("How can we help?")).toBeVisible();
      expect(await violations(chat)).toEqual([]);

      await says(chat, "Where is https://acme.example/1?");
      await expect(row(chat, "Where is")).toContainText("Sent");
      desk.claim("Maya");
      desk.says("Let me look.");
      desk.types("Maya");
      await expect(chat.getByText("Maya is typing")).toBeVisible();
      desk.faults.refuse = 1;
      await says(chat, "Refused");
      await expect(row(chat, "Refused").getByRole("alert")).toBeVisible();
      await chat.getByRole("button", { name: "More" }).click();
      expect(await violations(chat)).toEqual([]);

      await chat.getByRole("menuitem", { name: "End chat" }).click();
      expect(await violations(chat)).toEqual([]);
      await chat.getByRole("button", { name: "Keep chatting" }).click();
      desk.resolve();
      await expect(chat.getByRole("button", { name: "Still need help" })).toBeVisible();
      desk.faults.down = true;
      desk.cutSockets();
      await says(chat, "Waiting");
      await expect(chat.getByText("You're offline.")).toBeVisible();
      expect(await violations(chat)).toEqual([]);
    });
  });
}

test("the arrow keys walk the messages, and the order of the tab key is the order on screen", async ({
  desk,
  visitor,
  page,
}) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "One");
  await expect(row(chat, "One")).toContainText("Sent");
  desk.says("Two");
  await expect(row(chat, "Two")).toBeVisible();
  const list = chat.getByRole("region", { name: "Messages" });
  await list.focus();
  await page.keyboard.press("ArrowUp");
  await expect(row(chat, "Two")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(row(chat, "One")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(row(chat, "One")).toBeFocused();

  await chat.getByRole("button", { name: "More" }).focus();
  const order: string[] = [];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("Tab");
    order.push(
      await chat.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "none"),
    );
  }
  expect(order).toEqual(["Close chat", "Messages", "Write a message", "Send message"]);
});

test("reduced motion leaves words, not dots", async ({ desk, visitor, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "One");
  await expect.poll(() => desk.socketCount).toBe(1);
  desk.types("Maya");
  await expect(chat.getByText("Maya is typing")).toBeVisible();
  await expect(chat.locator(".beat")).toBeHidden();
  await expect(field(chat)).toBeFocused();
});
