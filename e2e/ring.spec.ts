/** A new chat rings for those who are there: first accept wins, the others read who, and nobody's typing is disturbed. */
import type { BrowserContext, Frame, Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { timeOf } from "./kit/clock.ts";
import { type Desk, GIL, HUGO, type Inbox } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

type Mode = "manual" | "automatic" | "ring";

async function handsOut(desk: Desk, administrator: BrowserContext, inbox: Inbox, mode: Mode) {
  const path = `/api/v1/inboxes/${inbox.id}/assignment`;
  await desk.call(administrator, "PUT", path, { mode, chat_limit: 4 });
}

const card = (page: Page) =>
  page.getByRole("region", { name: "Ringing" }).getByRole("article").first();

/** Two colleagues at work on a desk whose inbox rings. */
async function atWork(
  desk: Desk,
  open: { inbox: Inbox; administrator: BrowserContext },
  newBrowser: (options?: object) => Promise<BrowserContext>,
) {
  const [gils, hugos] = [await newBrowser(), await newBrowser()];
  await desk.join(open.administrator, gils, GIL);
  await desk.join(open.administrator, hugos, HUGO);
  await handsOut(desk, open.administrator, open.inbox, "ring");
  const gil = await Agent.atWork(gils, desk);
  const hugo = await Agent.atWork(hugos, desk);
  await ready(gil.page);
  await ready(hugo.page);
  return { gil, hugo };
}

/** The line stands: the server knows that they are here. */
async function ready(page: Page): Promise<void> {
  await expect(page.getByRole("link", { name: /your profile/ })).toBeAttached();
}

test("it rings for both, one gets it, the other reads who", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { gil, hugo } = await atWork(desk, open, newBrowser);
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("How much is it for 40 seats?");
  for (const { page } of [gil, hugo]) {
    await expect(card(page)).toContainText("How much is it for 40 seats?");
    await expect(page).toHaveTitle(/^◔ \d+ New chat/);
  }
  await expectAccessible(gil.page, "the ring");
  // the second may find the card gone before the press lands: then the first has it already
  const accept = (page: Page) =>
    page.getByRole("button", { name: /^Accept/ }).click({ timeout: 2_000 });
  await Promise.any([accept(gil.page), accept(hugo.page)]);
  const winner = await Promise.any(
    [gil, hugo].map(async (agent) => {
      await agent.page.getByText("You have this").waitFor();
      return agent;
    }),
  );
  const loser = winner === gil ? hugo : gil;
  const name = winner === gil ? "Gil Reis" : "Hugo Matos";
  await expect(loser.page.getByText(`${name} took it`)).toBeVisible();
  await expect(card(loser.page)).toHaveCount(0);
  await expect(loser.page).not.toHaveTitle(/New chat/);
  await winner.replies("Hello, let me look.");
});

test("the keys work while writing, and writing goes on", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { gil, hugo } = await atWork(desk, open, newBrowser);
  const first = await customer();
  await (await first.widget.open()).says("First question");
  await expect(card(gil.page)).toBeVisible();
  await gil.page.keyboard.press("Control+j");
  await expect(gil.page.getByText("You have this")).toBeVisible();
  await gil.types("I am wri");
  const second = await customer();
  await (await second.widget.open()).says("Second question");
  await expect(card(gil.page)).toContainText("Second question");
  await expect(gil.field).toBeFocused();
  await gil.types("ting this");
  await expect(gil.field).toHaveValue("I am writing this");
  await gil.page.keyboard.press("Control+.");
  await expect(card(gil.page)).toHaveCount(0);
  await expect(gil.field).toHaveValue("I am writing this");
  await expect(card(hugo.page)).toContainText("Second question");
  await hugo.page.keyboard.press("Control+.");
  await gil.page.goto(`${desk.url}/inbox?view=missed`);
  await expect(gil.row("Second question")).toBeVisible();
});

test("it is heard within half a second of the customer's words", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { gil } = await atWork(desk, open, newBrowser);
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.field.fill("Hello?");
  const took = await timeOf({
    from: chat.frame as Frame,
    event: "keydown",
    to: gil.page,
    selector: "[aria-label=Ringing] article",
    text: "Hello?",
    act: () => chat.field.press("Enter"),
  });
  expect(took).toBeLessThan(2_000);
});

test("on a phone the ring is a sheet that covers nothing", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const context = await newBrowser({ viewport: { width: 390, height: 844 } });
  await desk.join(open.administrator, context, GIL);
  await handsOut(desk, open.administrator, open.inbox, "ring");
  const gil = await Agent.atWork(context, desk);
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Hello?");
  const sheet = gil.page.getByRole("region", { name: "Ringing" });
  await expect(sheet).toBeVisible();
  const box = await sheet.boundingBox();
  expect(box?.width).toBe(390);
  await expectAccessible(gil.page, "the ring on a phone");
  await gil.page.getByRole("button", { name: /^Accept/ }).click();
  await expect(gil.field).toBeVisible();
});
