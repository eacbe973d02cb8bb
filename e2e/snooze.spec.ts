/** What sleeps leaves the list, says until when, and comes back when the customer writes. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";

test("a snoozed chat leaves Mine, says until when, and a reply brings it back", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Call me tomorrow please");
  const ana = await Agent.atWork(open.administrator, desk);
  const { page } = ana;
  await ana.opens("Call me tomorrow", "Waiting");
  await ana.takes();
  await page.keyboard.press("h");
  const dialog = page.getByRole("dialog", { name: "Snooze" });
  await expect(dialog.getByRole("button", { name: /^Tomorrow morning/ })).toBeVisible();
  await expectAccessible(page, "snooze");
  await dialog.getByRole("button", { name: /^Tomorrow morning/ }).click();
  await expect(page.getByText("until tomorrow").first()).toBeVisible();
  await expect(page.getByText("You snoozed this")).toBeVisible();

  await ana.view("Mine");
  await expect(ana.row("Call me tomorrow")).toHaveCount(0);
  await ana.view("Snoozed");
  await expect(ana.row("Call me tomorrow")).toContainText("until tomorrow");

  await chat.says("Or today, if you can");
  // The open one stays where it is until it is left, but sleeps no more.
  await expect(ana.row("today, if you can")).not.toContainText("until");
  await ana.view("Mine");
  await expect(ana.row("today, if you can")).toBeVisible();
  await expect(page.getByText("This woke up")).toBeVisible();
});

test("an own time and waking by hand", async ({ desk, open, customer }) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("No hurry at all");
  const ana = await Agent.atWork(open.administrator, desk);
  const { page } = ana;
  await ana.opens("No hurry", "Waiting");
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /Snooze/ }).click();
  const dialog = page.getByRole("dialog", { name: "Snooze" });
  const soon = new Date(Date.now() + 3 * 86_400_000);
  const field = `${soon.getFullYear()}-${String(soon.getMonth() + 1).padStart(2, "0")}-${String(soon.getDate()).padStart(2, "0")}T14:30`;
  await dialog.getByLabel("Another time").fill(field);
  await dialog.getByRole("button", { name: "Snooze", exact: true }).click();
  await expect(page.getByText(/until .*(14:30|2:30)/).first()).toBeVisible();
  await page.getByRole("button", { name: "Wake up" }).click();
  await expect(page.getByText("You have this")).toBeVisible();
  await expect(page.getByRole("button", { name: "Wake up" })).toHaveCount(0);
  await ana.view("Mine");
  await expect(ana.row("No hurry")).toBeVisible();
});
