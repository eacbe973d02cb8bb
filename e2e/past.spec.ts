/** The visitor's own chats: ended, begun anew, found again, taken along; emoji and words for a file that does not go. */
import { readFile } from "node:fs/promises";
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";

test("a visitor ends a chat, begins another, finds the first again and keeps it as a file", async ({
  desk,
  open,
  customer,
}) => {
  const { page, widget } = await customer();
  const chat = await widget.open();
  const { frame } = chat;
  const menu = async (name: string) => {
    await frame.getByRole("button", { name: "More" }).click();
    await frame.getByRole("menuitem", { name }).click();
  };
  await chat.says("The first matter");
  await menu("End chat");
  await frame.getByRole("alertdialog").getByRole("button", { name: "End chat" }).click();
  await expect(frame.getByText("You ended this chat")).toBeVisible();
  await menu("Start a new chat");
  await expect(chat.message("The first matter")).toBeHidden();
  await chat.says("The second matter");
  await chat.hasStatus("The second matter", "Sent");

  await menu("Your chats");
  const past = frame.getByRole("dialog", { name: "Your chats" });
  await expect(past.getByRole("listitem")).toHaveCount(2);
  await expectAccessible(frame, "the visitor's chats");
  await past.getByRole("button", { name: /The first matter/ }).click();
  await expect(chat.message("The first matter")).toBeVisible();
  await expect(past).toBeHidden();

  const download = page.waitForEvent("download");
  await menu("Download this chat");
  const file = await (await download).path();
  expect(await readFile(file, "utf8")).toContain("You\n    The first matter");

  const agent = await Agent.atWork(open.administrator, desk);
  await agent.view("Resolved");
  await expect(agent.row("The first matter")).toBeVisible();
});

test("an emoji is picked by keyboard and lands where the writing stood", async ({
  customer,
  open,
}) => {
  expect(open.inbox.key).toMatch(/^pk_/);
  const { page, widget } = await customer();
  const chat = await widget.open();
  await chat.field.fill("ab");
  await chat.field.press("ArrowLeft");
  await chat.frame.getByRole("button", { name: "Add emoji" }).press("Enter");
  const picker = chat.frame.getByRole("dialog", { name: "Add emoji" });
  await expect(picker.getByRole("button").first()).toBeFocused();
  await expectAccessible(chat.frame, "the emoji");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(chat.field).toHaveValue("a😃b");
  await expect(chat.field).toBeFocused();
});
