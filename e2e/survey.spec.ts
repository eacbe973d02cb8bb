/** How it was: asked when a chat ends, answered by keyboard, seen by the team at once. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";
import { Widget } from "./kit/widget.ts";

test("a customer rates a chat by keyboard, is thanked, and the team reads it", async ({
  desk,
  open,
  customer,
}) => {
  const { page, widget } = await customer();
  const chat = await widget.open();
  await chat.says("Where is my lamp?");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Where is my lamp?");
  await agent.takes();
  await agent.replies("It left on Monday.");
  await expect(chat.message("It left on Monday.")).toBeVisible();
  await agent.page.getByRole("button", { name: "Resolve" }).click();

  const stars = chat.frame.getByRole("group", { name: "How did we do?" });
  await expect(stars).toBeVisible();
  await stars.getByRole("radio", { name: "1 star" }).focus();
  for (const _ of [2, 3, 4]) await page.keyboard.press("ArrowRight");
  await expect(stars.getByRole("radio", { name: "4 stars" })).toBeChecked();
  await page.keyboard.press("Tab");
  await page.keyboard.type("Quick and kind");
  await expectAccessible(chat.frame, "the question");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(chat.frame.getByText("Thank you for telling us.")).toBeVisible();
  await expect(stars).toBeHidden();

  await expect(agent.thread.getByText("Visitor 1 rated this")).toBeVisible();
  await expect(agent.thread.getByText("4 stars of 5")).toBeAttached();
  const panel = agent.page.getByRole("complementary", { name: "Customer" });
  await expect(panel.getByText("Quick and kind")).toBeVisible();
});

test("a rating that does not get through stays, and skipping is one click", async ({
  desk,
  open,
  customer,
}) => {
  const { page, widget } = await customer();
  const chat = await widget.open();
  await chat.says("Where is my chair?");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Where is my chair?");
  await agent.takes();
  await agent.replies("On its way.");
  await expect(chat.message("On its way.")).toBeVisible();
  await agent.page.getByRole("button", { name: "Resolve" }).click();
  const frame = chat.frame;
  await page.route("**/api/chat/survey/**", (route) => route.abort());
  await frame.getByText("2 stars").click({ force: true });
  await frame.getByRole("textbox", { name: "Add a comment" }).fill("Slow");
  await frame.getByRole("button", { name: "Send rating" }).click();
  await expect(frame.getByRole("alert")).toContainText("It's still here");
  await expect(frame.getByRole("radio", { name: "2 stars" })).toBeChecked();
  await expect(frame.getByRole("textbox", { name: "Add a comment" })).toHaveValue("Slow");
  await page.unroute("**/api/chat/survey/**");
  await frame.getByRole("button", { name: "Skip" }).click();
  await expect(frame.getByRole("group", { name: "How did we do?" })).toBeHidden();
  await page.reload();
  const again = await new Widget(page).open();
  await expect(again.message("On its way.")).toBeVisible();
  await expect(again.frame.getByRole("group", { name: "How did we do?" })).toBeHidden();
});
