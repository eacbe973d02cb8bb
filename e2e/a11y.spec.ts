/** Newcomer walk, row 25 as far as the screens exist: axe on each, by day at a desk and by night on a phone. */
import type { BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { ANA, COMPANY, type Desk } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";
import { Widget } from "./kit/widget.ts";

const LIGHTS: { name: string; options: BrowserContextOptions }[] = [
  {
    name: "1440×900, light",
    options: { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  },
  {
    name: "390×844, dark, reduced motion",
    options: {
      viewport: { width: 390, height: 844 },
      colorScheme: "dark",
      reducedMotion: "reduce",
      hasTouch: true,
    },
  },
];

/** Nothing is wider than the screen. */
async function expectNoSidewaysScroll(page: Page, name: string): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
}

async function checkPage(page: Page, name: string): Promise<void> {
  await expectNoSidewaysScroll(page, name);
  await expectAccessible(page, name);
}

async function signedIn(context: BrowserContext, from: BrowserContext): Promise<void> {
  await context.addCookies(await from.cookies());
}

async function fillAccount(page: Page, desk: Desk): Promise<void> {
  await page.getByLabel("Set-up code").fill(await desk.setupCode());
  await page.getByLabel("Your name").fill(ANA.name);
  await page.getByLabel("Email").fill(ANA.email);
  await page.getByLabel("Password", { exact: true }).fill(ANA.password);
  await page.getByLabel("Company").fill(COMPANY);
}

async function checkDashboard(context: BrowserContext, desk: Desk): Promise<void> {
  const page = await context.newPage();
  for (const path of ["/inbox", "/people", "/settings/profile", "/settings/widget"]) {
    await page.goto(desk.url + path);
    await expect(page.getByRole("main")).toBeVisible();
    await page.waitForLoadState("networkidle");
    await checkPage(page, path);
  }
  await page.close();
}

for (const { name, options } of LIGHTS) {
  test(`${name}: before there is anyone`, async ({ desk, newBrowser }) => {
    const page = await (await newBrowser(options)).newPage();
    await page.goto(`${desk.url}/setup`);
    await expect(page.getByLabel("Set-up code")).toBeVisible();
    await checkPage(page, "the set-up's account");
    await fillAccount(page, desk);
    for (const title of ["Your chat", "Put it on your site", "Answer your first message"]) {
      await page.getByRole("button", { name: /^(Continue|Do this later)$/ }).click();
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
      await checkPage(page, `the set-up's ${title}`);
    }
  });

  test(`${name}: the dashboard`, async ({ desk, open, customer, newBrowser }) => {
    const { widget } = await customer();
    const chat = await widget.open();
    await chat.says("Where is my lamp?");
    const context = await newBrowser(options);
    await signedIn(context, open.administrator);
    await checkDashboard(context, desk);

    const stranger = await (await newBrowser(options)).newPage();
    await stranger.goto(`${desk.url}/sign-in`);
    await expect(stranger.getByLabel("Email")).toBeVisible();
    await checkPage(stranger, "/sign-in");
    await stranger.goto(`${desk.url}/join#not-a-token`);
    await expect(stranger.getByRole("heading").first()).toBeVisible();
    await checkPage(stranger, "/join");
  });

  test(`${name}: a conversation, from both sides`, async ({ desk, shop, open, newBrowser }) => {
    const visitor = await (await newBrowser(options)).newPage();
    await visitor.goto(shop.url);
    const widget = new Widget(visitor);
    const chat = await widget.open();
    await expectAccessible(await widget.panel(), "the empty chat");
    await chat.says("Where is my lamp?");

    const context = await newBrowser(options);
    await signedIn(context, open.administrator);
    const agent = await Agent.atWork(context, desk);
    await agent.opens("Where is my lamp?");
    await agent.takes();
    await agent.notes("She is a regular");
    await agent.switchTo("Reply");
    await agent.replies("It left on Monday.");
    await expect(chat.message("It left on Monday.")).toBeVisible();
    await checkPage(agent.page, "a conversation");
    await expectAccessible(await widget.panel(), "a chat");

    const hosted = await (await newBrowser(options)).newPage();
    await hosted.goto(`${desk.url}/chat/${open.inbox.key}`);
    await expect(hosted.getByRole("textbox", { name: "Write a message" })).toBeVisible();
    await checkPage(hosted, "the hosted chat");
  });
}
