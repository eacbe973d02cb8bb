/** Tags and priorities, as two who work side by side see them. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { GIL } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

test("a tag is made and put on by keyboard, seen by a colleague, and filters the list", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const lena = await customer();
  const chat = await lena.widget.open();
  await chat.says("Where is my refund?");
  const otto = await customer();
  const other = await otto.widget.open();
  await other.says("Do you ship to Peru?");
  const ana = await Agent.atWork(open.administrator, desk);
  await ana.opens("Where is my refund?");
  await expect(ana.page.getByRole("button", { name: "Tags", exact: true }).first()).toBeVisible();
  await ana.page.keyboard.press("t");
  const picker = ana.page.getByRole("dialog", { name: "Tags" });
  await picker.getByRole("combobox").fill("Refund");
  await picker.getByRole("combobox").press("Enter");
  await expect(picker.getByRole("option", { name: "Refund", selected: true })).toBeVisible();
  await expectAccessible(ana.page, "the tag picker");
  await picker.getByRole("combobox").press("Escape");
  await expect(picker).toHaveCount(0);

  const browser = await newBrowser();
  await desk.join(open.administrator, browser, GIL);
  const gil = await Agent.atWork(browser, desk);
  await gil.opens("Where is my refund?");
  const panel = gil.page.getByRole("complementary", { name: "Customer" });
  await panel.getByRole("button", { name: "Refund", exact: true }).click();
  await expect(gil.row("Where is my refund?")).toBeVisible();
  await expect(gil.row("Do you ship to Peru?")).toHaveCount(0);
  await gil.list.getByRole("button", { name: "Clear filter" }).click();
  await expect(gil.row("Do you ship to Peru?")).toBeVisible();
  await panel.getByRole("button", { name: "Take off Refund" }).click();
  await expect(
    ana.page.getByRole("complementary", { name: "Customer" }).getByText("No tags yet."),
  ).toBeVisible();
});

test("who is urgent stands first in the queue", async ({ desk, open, customer }) => {
  for (const text of ["The first", "The second"]) {
    const { widget } = await customer();
    const chat = await widget.open();
    await chat.says(text);
  }
  const ana = await Agent.atWork(open.administrator, desk);
  await ana.opens("The second", "Waiting");
  await ana.page.keyboard.press("p");
  await ana.page.getByRole("menuitem", { name: "Urgent" }).click();
  await expect(ana.row("The second").getByRole("img", { name: "Priority: Urgent" })).toBeVisible();
  await ana.page.mouse.move(700, 500);
  await expect(ana.list.getByRole("link").filter({ hasText: /The (first|second)/ })).toHaveText([
    /The second/,
    /The first/,
  ]);
});
