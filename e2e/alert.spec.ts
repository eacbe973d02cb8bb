/** What tells an agent of something new, what they can take back, and a look that leaves no trace. */
import type { Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";

/** The page seems to be behind another window, and notices are kept instead of shown. */
async function lookAway(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: { title: string; body: string }[] = [];
    class Kept {
      static permission = "granted";
      static requestPermission = async () => "granted";
      onclick: (() => void) | null = null;
      constructor(title: string, options: { body: string }) {
        shown.push({ title, body: options.body });
      }
      close() {}
    }
    Object.assign(globalThis, { Notification: Kept, shown });
    document.hasFocus = () => false;
  });
}

const notices = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { shown: { title: string }[] }).shown);

test("a notice shows while nobody looks, not for what was switched off, not in quiet hours", async ({
  desk,
  open,
  customer,
}) => {
  const page = await open.administrator.newPage();
  await lookAway(page);
  await page.goto(`${desk.url}/settings/alerts`);
  const waiting = page.getByRole("checkbox", { name: /nobody has the chat: Notice/ });
  await expect(waiting).not.toBeChecked();
  await expectAccessible(page, "alert settings");

  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("First, while switched off");
  await expect(page).toHaveTitle(/^\(1\)/);
  await waiting.check();
  await chat.says("Second, while switched on");
  await expect.poll(() => notices(page)).toHaveLength(1);
  expect(await notices(page)).toEqual([
    { title: expect.stringMatching(/wrote and waits$/), body: "Second, while switched on" },
  ]);

  const clock = (minutes: number) =>
    new Date(Date.now() + minutes * 60_000).toTimeString().slice(0, 5);
  await page.getByLabel("Have quiet hours").check();
  await page.getByLabel("From").fill(clock(-5));
  await page.getByLabel("to", { exact: true }).fill(clock(30));
  await chat.says("Third, in the quiet");
  await page.getByLabel("Have quiet hours").uncheck();
  await chat.says("Fourth, after it");
  await expect.poll(() => notices(page)).toHaveLength(2);
  expect((await notices(page)).at(-1)).toMatchObject({ body: "Fourth, after it" });
});

test("what was resolved by mistake is taken back with z", async ({ desk, open, customer }) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Not solved at all");
  const ana = await Agent.atWork(open.administrator, desk);
  const { page } = ana;
  await ana.opens("Not solved", "Waiting");
  await ana.takes();
  await page.getByRole("button", { name: "Resolve" }).click();
  const toast = page.getByRole("status", { name: "What you just did" });
  await expect(toast).toContainText("Resolved · next time press e");
  await page.keyboard.press("z");
  await expect(page.getByText("You have this")).toBeVisible();
  await expect(page.getByRole("button", { name: "Resolve" })).toBeVisible();
  await expect(toast).toBeEmpty();
});

test("a peek reads without a trace, and compact rows are lower", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Only to be glanced at");
  const ana = await Agent.atWork(open.administrator, desk);
  const { page } = ana;
  await ana.view("Waiting");
  await expect(ana.row("glanced at")).toBeVisible();
  await page.keyboard.press("j");
  await expect(ana.row("glanced at")).toBeFocused();
  await page.keyboard.press("Space");
  const peek = page.getByRole("region", { name: /^Conversation 1/ });
  await expect(peek.getByText("Only to be glanced at")).toBeVisible();
  await expect(peek.getByRole("textbox")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(peek).toHaveCount(0);
  await expect(ana.row("glanced at")).toBeFocused();
  await expect(ana.row("glanced at")).toContainText("1 unread");

  await page.goto(`${desk.url}/settings/profile`);
  await page.getByRole("radio", { name: "Compact" }).check();
  await page.goto(`${desk.url}/inbox?view=waiting`);
  await expect.poll(async () => (await ana.row("glanced at").boundingBox())?.height).toBe(40);
});
