/** Whoever looks over the floor sees it as it is, and every number leads to what it counts. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { GIL, HUGO } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

test("an administrator sets how chats are handed out, watches the floor and hands one on", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const [gils, hugos] = [await newBrowser(), await newBrowser()];
  await desk.join(open.administrator, gils, GIL);
  await desk.join(open.administrator, hugos, HUGO);
  const gil = await Agent.atWork(gils, desk);
  const ana = await open.administrator.newPage();
  await ana.goto(`${desk.url}/settings/assignment`);
  await ana.getByRole("radio", { name: /Hand out/ }).check();
  await ana.getByRole("spinbutton", { name: "Chats per agent" }).fill("2");
  const save = ana.getByRole("button", { name: "Save assignment" });
  await save.click();
  await expect(save).toBeDisabled();
  await expectAccessible(ana, "assignment settings");

  await ana
    .getByRole("navigation", { name: "Places" })
    .getByRole("link", { name: "Monitoring" })
    .click();
  const row = ana.getByRole("row").filter({ hasText: "Gil Reis" });
  await expect(row).toContainText("Available");
  await expect(row.getByRole("button", { name: "0/2" })).toBeVisible();
  // Whoever looks over the floor is not available, so that the next chat is Gil's.
  const { agent } = await desk.call<{ agent: { id: string } }>(
    open.administrator,
    "GET",
    "/api/v1/session",
  );
  const path = `/api/v1/agents/${agent.id}/status`;
  await desk.call(open.administrator, "PUT", path, { status: "floor_support" });
  const chat = await (await customer()).widget.open();
  await chat.says("Where is my refund?");
  await expect(row.getByRole("button", { name: "1/2" })).toBeVisible();
  await gil.view("Mine");
  await expect(gil.row("Where is my refund?")).toBeVisible();
  await row.getByRole("button", { name: "1/2" }).click();
  await expect(ana.getByRole("list", { name: "Chats of Gil Reis" })).toContainText(
    "Where is my refund?",
  );
  await expectAccessible(ana, "monitoring");
  await ana.getByRole("button", { name: /^Give Visitor/ }).click();
  await ana.getByRole("menuitem", { name: /^Hugo Matos/ }).click();
  const hugosRow = ana.getByRole("row").filter({ hasText: "Hugo Matos" });
  await expect(hugosRow.getByRole("button", { name: "1/2" })).toBeVisible();
  await expect(gil.row("Where is my refund?")).toHaveCount(0);
  await ana
    .getByRole("list", { name: "Now" })
    .getByRole("link", { name: /In progress/ })
    .click();
  await expect(ana).toHaveURL(/view=active/);
  await expect(ana.locator("[data-row]").filter({ hasText: "Where is my refund?" })).toBeVisible();
});

test("home shows the day, and what was missed until somebody says it is done", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const context = await newBrowser();
  await desk.join(open.administrator, context, GIL);
  await desk.call(open.administrator, "PUT", `/api/v1/inboxes/${open.inbox.id}/assignment`, {
    mode: "ring",
  });
  const gil = await Agent.atWork(context, desk);
  const chat = await (await customer()).widget.open();
  await chat.says("Is anybody there?");
  await expect(gil.page.getByRole("region", { name: "Ringing" })).toBeVisible();
  await gil.page.keyboard.press("Control+.");
  await gil.page
    .getByRole("navigation", { name: "Places" })
    .getByRole("link", { name: "Home" })
    .click();
  await expect(gil.page.getByRole("link", { name: /^Missed 1/ })).toBeVisible();
  const owed = gil.page.getByRole("region", { name: "Follow-ups" });
  await expect(owed).toContainText("Is anybody there?");
  await expectAccessible(gil.page, "home");
  await owed.getByRole("button", { name: /^Done with/ }).click();
  await expect(owed).toHaveCount(0);
  await gil.page.getByRole("link", { name: /^Missed 1/ }).click();
  await expect(gil.row("Is anybody there?")).toBeVisible();

  const ana = await open.administrator.newPage();
  await ana.goto(`${desk.url}/monitoring`);
  await ana.getByRole("button", { name: "Ring again" }).click();
  await expect(gil.page.getByRole("region", { name: "Ringing" })).toBeVisible();
  await gil.page.keyboard.press("Control+j");
  await expect(gil.page.getByText("You have this")).toBeVisible();
});
