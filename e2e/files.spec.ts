/** Files both ways, as people send them: by picker, by paste, and looked at on the other side. */
import type { Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { expect, test } from "./kit/test.ts";
import { Chat } from "./kit/widget.ts";

/** The smallest PNG there is, with one pixel. */
const DOT = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Pastes pictures into the field that has the focus. */
async function pastes(page: Page, names: readonly string[]): Promise<void> {
  await page.evaluate(
    ({ names, bytes }) => {
      const data = new DataTransfer();
      for (const name of names) {
        data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
      }
      const paste = new ClipboardEvent("paste", {
        clipboardData: data,
        bubbles: true,
        cancelable: true,
      });
      document.activeElement?.dispatchEvent(paste);
    },
    { names, bytes: [...DOT] },
  );
}

test("a visitor's file reaches the agent, and two pasted pictures reach the visitor", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  const picker = chat.frame.locator("input[type=file]");
  await picker.setInputFiles({
    name: "bill.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("42 €"),
  });
  await expect(chat.frame.getByRole("list", { name: "Files to send" })).toContainText("bill.txt");
  await expect(chat.frame.locator(".tray .ready")).toHaveCount(1);
  await chat.says("Here is my bill");
  await expect(chat.frame.getByRole("button", { name: /^Open bill\.txt/ })).toBeVisible();

  const ana = await Agent.atWork(open.administrator, desk);
  await ana.opens("Here is my bill");
  await expect(ana.thread.getByRole("link", { name: /^Download bill\.txt/ })).toBeVisible();
  await ana.takes();
  await ana.field.focus();
  await pastes(ana.page, ["front.png", "back.png"]);
  await expect(
    ana.composer.getByRole("list", { name: "Files to send" }).getByRole("listitem"),
  ).toHaveCount(2);
  await ana.field.fill("Thank you 🙂");
  await expect(ana.send).toBeEnabled();
  await ana.send.click();
  const sent = ana.thread.getByRole("button", { name: /^Open picture/ });
  await expect(sent).toHaveCount(2);

  const pictures = new Chat(chat.frame).frame.locator(".picture img");
  await expect(pictures).toHaveCount(2);
  for (const picture of await pictures.all()) {
    await expect.poll(() => picture.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBe(1);
  }
  await sent.first().click();
  const large = ana.page.getByRole("dialog", { name: "front.png" });
  await expect(large.getByRole("img")).toBeVisible();
  await ana.page.keyboard.press("Escape");
  await expect(large).toBeHidden();
});

test("a file that is too large is told at once and blocks Send with words", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Hello?");
  const ana = await Agent.atWork(open.administrator, desk);
  await ana.opens("Hello?");
  await ana.takes();
  const inbox = `${desk.url}/api/v1/inboxes/${open.inbox.id}`;
  const limited = await open.administrator.request.patch(inbox, {
    headers: { origin: desk.url },
    data: { file_limit: 1_024 },
  });
  expect(limited.ok()).toBe(true);
  const buffer = Buffer.alloc(2_000, 7);
  const file = { name: "large.bin", mimeType: "application/octet-stream", buffer };
  await ana.composer.locator("input[type=file]").setInputFiles(file);
  await expect(ana.composer.getByRole("alert")).toContainText("One file isn't ready");
  await expect(ana.composer.getByText("Too large: the limit is 1 kB.")).toBeVisible();
  await ana.field.fill("Look at this");
  await expect(ana.send).toBeDisabled();
  await ana.composer.getByRole("button", { name: "Remove large.bin" }).click();
  await expect(ana.send).toBeEnabled();
  await expect(ana.field).toHaveValue("Look at this");
});
