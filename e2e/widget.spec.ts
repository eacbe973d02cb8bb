/** Newcomer walk, rows 4, 5 and 18: the widget on a strict site, before a click, with a keyboard, and without a network. */
import type { BrowserContext, Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { median, timeOf } from "./kit/clock.ts";
import { changePageInApp } from "./kit/shop.ts";
import { expect, test } from "./kit/test.ts";
import { Widget } from "./kit/widget.ts";

interface Weight {
  bytes: number;
  requests: string[];
}

/** Counts what comes from the desk, as it travels: compressed. */
async function weigh(page: Page, origin: string): Promise<Weight> {
  const weight: Weight = { bytes: 0, requests: [] };
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const ours = new Set<string>();
  cdp.on("Network.responseReceived", ({ requestId, response }) => {
    if (!response.url.startsWith(origin)) return;
    ours.add(requestId);
    weight.requests.push(response.url);
  });
  const bodies = new Map<string, number>();
  cdp.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    bodies.set(requestId, (bodies.get(requestId) ?? 0) + encodedDataLength);
    weight.bytes = [...bodies].reduce((sum, [id, size]) => sum + (ours.has(id) ? size : 0), 0);
  });
  return weight;
}

async function visit(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; widget: Widget }> {
  const page = await context.newPage();
  await page.goto(url);
  return { page, widget: new Widget(page) };
}

test("before a click: 7 kB, two requests, no cookie, no frame, nothing refused", async ({
  desk,
  shop,
  open,
  newBrowser,
}) => {
  expect(open.inbox.key).toMatch(/^pk_/);
  const context = await newBrowser();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const weight = await weigh(page, desk.url);
  await page.goto(shop.url);
  await new Widget(page).shows(/Open chat/);
  await page.waitForLoadState("networkidle");

  const paths = weight.requests.map((url) => new URL(url).pathname);
  expect(paths).toEqual(["/w.js", "/widget/launcher.js"]);
  expect(weight.bytes).toBeGreaterThan(500);
  expect(weight.bytes).toBeLessThanOrEqual(7 * 1024);
  expect(await context.cookies()).toEqual([]);
  expect(page.frames()).toHaveLength(1);
  expect(shop.reports).toEqual([]);
  expect(complaints).toEqual([]);
});

test("by keyboard alone: open, write, send, close; one partitioned cookie exists from the first message on", async ({
  desk,
  open,
  customer,
}) => {
  const { page, widget } = await customer();
  await widget.shows(/Open chat/);

  const reach = async () => {
    await page.keyboard.press("Tab");
    return (await widget.launcher())?.focused === true;
  };
  await expect.poll(reach, { intervals: [0] }).toBe(true);
  await page.keyboard.press("Enter");
  const chat = await widget.chat();
  await expect(chat.field).toBeFocused();
  expect(await page.context().cookies()).toEqual([]);

  await page.keyboard.type("Where is my lamp?");
  await page.keyboard.press("Enter");
  await chat.hasStatus("Where is my lamp?", "Sent");

  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "None", domain: "127.0.0.1" });
  expect(cookies[0]).toHaveProperty("partitionKey");

  const agent = await Agent.atWork(open.administrator, desk);
  await agent.view("Waiting");
  await expect(agent.row("Where is my lamp?")).toBeVisible();
  await chat.hasStatus("Where is my lamp?", "Delivered");
  await page.keyboard.press("Escape");
  await expect.poll(async () => (await widget.launcher())?.expanded).toBe(false);
  await expect.poll(async () => (await widget.launcher())?.focused).toBe(true);
});

test("a sent message stands in the chat within 50 ms", async ({ open, customer }) => {
  expect(open.inbox.key).toMatch(/^pk_/);
  const { page, widget } = await customer();
  const chat = await widget.open();
  const frame = await widget.panel();
  const times: number[] = [];
  for (const text of ["One", "Two", "Three", "Four", "Five"]) {
    await chat.field.focus();
    await page.keyboard.insertText(text);
    const act = () => page.keyboard.press("Enter");
    times.push(
      await timeOf({ from: frame, event: "keydown", to: frame, selector: "li", text, act }),
    );
  }
  expect(median(times), `of ${times.map(Math.round)}`).toBeLessThan(50);
});

test("offline: both messages wait, go out once and in order, and the chat is open after a load", async ({
  desk,
  shop,
  open,
  customer,
}) => {
  const { page, widget } = await customer();
  const chat = await widget.open();
  await chat.says("Hello?");
  await chat.hasStatus("Hello?", "Sent");

  await page.context().setOffline(true);
  await chat.says("First, without a network");
  await chat.hasStatus("First, without a network", "Will send when you're online");
  await changePageInApp(page, "/cart");
  await chat.says("Second, on another page");
  await chat.hasStatus("Second, on another page", "Sending");
  await page.context().setOffline(false);
  await chat.hasStatus("First, without a network", "Sent");
  await chat.hasStatus("Second, on another page", "Sent");

  await page.goto(`${shop.url}/cart`);
  await expect.poll(async () => (await widget.launcher())?.expanded).toBe(true);
  const again = await widget.chat();
  const written = ["Hello?", "First, without a network", "Second, on another page"];
  for (const text of written) await expect(again.message(text)).toHaveCount(1);

  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Second, on another page");
  await expect(agent.thread.getByRole("article")).toHaveCount(3);
  expect(await agent.reads()).toEqual(written);
});

test("two sites do not share a chat, and two pages of one site do", async ({
  desk,
  shop,
  open,
  newBrowser,
}) => {
  const context = await newBrowser();
  const { widget } = await visit(context, shop.url);
  const chat = await widget.open();
  await chat.says("Only for this shop");
  await chat.hasStatus("Only for this shop", "Sent");

  const second = await visit(context, `${shop.url}/cart`);
  const same = await second.widget.chat();
  await expect(same.message("Only for this shop")).toBeVisible();

  const hosted = await context.newPage();
  await hosted.goto(`${desk.url}/chat/${open.inbox.key}`);
  await expect(hosted.getByRole("textbox", { name: "Write a message" })).toBeVisible();
  await expect(hosted.getByText("Only for this shop")).toHaveCount(0);
});
