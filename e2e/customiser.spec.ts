/** The customiser: the real widget beside the settings, and what is saved is on the sites at once. */
import type { Frame, Page } from "@playwright/test";
import { expectAccessible } from "./kit/axe.ts";
import { chatOf } from "./kit/preview.ts";
import { expect, test } from "./kit/test.ts";

async function customiser(page: Page, url: string): Promise<Frame> {
  await page.goto(`${url}/settings/widget`);
  const chat = await chatOf(page);
  await expect(chat.getByRole("textbox")).toBeVisible();
  return chat;
}

test("the preview is the real widget, follows every key and asks the server for nothing", async ({
  desk,
  open,
}) => {
  const page = await open.administrator.newPage();
  const calls: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/chat/")) calls.push(request.url());
  });
  const chat = await customiser(page, desk.url);
  await expect(chat.getByText("It left this morning")).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill("Acme Lamps");
  await expect(chat.getByRole("heading", { name: "Acme Lamps" })).toBeVisible();
  await page.getByLabel("Colour code").fill("#6b358b");
  const brand = () =>
    chat.locator("html").evaluate((root) => getComputedStyle(root).getPropertyValue("--brand"));
  await expect.poll(brand).toBe("#6b358b");

  await chat.getByRole("textbox").fill("Testing");
  await chat.getByRole("textbox").press("Enter");
  await expect(chat.getByRole("listitem").filter({ hasText: "Testing" })).toBeVisible();
  expect(calls).toEqual([]);

  for (const state of ["Closed", "Greeting", "Empty", "Ended", "Chat"]) {
    await page.getByRole("button", { name: state, exact: true }).first().click();
  }
  await expect(chat.getByText("It left this morning")).toBeVisible();
  await expectAccessible(page, "the customiser");
});

test("a look that was saved is on the site within five seconds, and can be undone", async ({
  desk,
  open,
  customer,
}) => {
  const { page: site, widget } = await customer();
  await widget.shows(/^Open chat/);
  const page = await open.administrator.newPage();
  await customiser(page, desk.url);
  await page.getByLabel("Words on the button").fill("Ask us");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Live on your sites within 5 seconds")).toBeVisible();
  const named = async () => {
    await site.reload();
    await widget.shows(/Open chat/);
    return (await widget.launcher())?.name;
  };
  await expect.poll(named, { timeout: 5_000 }).toBe("Ask us. Open chat");

  const parts = page.getByRole("navigation", { name: "Parts of the widget" });
  await parts.getByRole("button", { name: "Versions" }).click();
  await expect(page.getByText("As it was made")).toBeVisible();
  await page.getByRole("button", { name: "Go back to this" }).click();
  await expect(page.getByRole("listitem").first()).toContainText("3");
  await expect.poll(named, { timeout: 5_000 }).toBe("Open chat");
});

test("a second brand has an inbox of its own, and only its sites show it", async ({
  desk,
  open,
}) => {
  const page = await open.administrator.newPage();
  await customiser(page, desk.url);
  await page.getByRole("button", { name: "New inbox" }).click();
  await page.getByLabel("Name of the new inbox").fill("Second brand");
  await page.getByRole("button", { name: "Create inbox" }).click();
  await expect(page.getByRole("link", { name: "Second brand" })).toHaveAttribute(
    "aria-current",
    "page",
  );
  const parts = page.getByRole("navigation", { name: "Parts of the widget" });
  await parts.getByRole("button", { name: "Where" }).click();
  await page.getByLabel("Sites that may show it").fill("https://shop.example");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Write each site like shop.example").first()).toBeVisible();
  await page.getByLabel("Sites that may show it").fill("shop.example\n*.acme.com");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Live on your sites")).toBeVisible();
  await page.getByRole("button", { name: "Archive inbox" }).click();
  await page.getByRole("button", { name: "Archive inbox" }).click();
  await expect(page.getByText("This inbox is archived")).toBeVisible();
});

test("an empty chat offers its buttons and a person, in the visitor's language; a greeting appears once", async ({
  desk,
  open,
  shop,
  newBrowser,
}) => {
  const widget = {
    menu: [{ label: "Track my order", action: { type: "send", text: "Where is my order?" } }],
    greetings: [{ id: "hi", text: "Need a hand?", after_seconds: 0 }],
  };
  const set = await open.administrator.request.patch(
    `${desk.url}/api/v1/inboxes/${open.inbox.id}`,
    {
      data: { widget },
      headers: { Origin: desk.url },
    },
  );
  expect(set.status()).toBe(200);
  const context = await newBrowser({ locale: "de-DE", viewport: { width: 390, height: 844 } });
  const chat = await context.newPage();
  await chat.goto(`${desk.url}/chat/${open.inbox.key}`);
  await expect(chat.getByRole("button", { name: "Mit einem Menschen sprechen" })).toBeVisible();
  await expectAccessible(chat, "an empty chat");
  await chat.getByRole("button", { name: "Track my order" }).click();
  await expect(chat.getByRole("listitem").filter({ hasText: "Where is my order?" })).toContainText(
    "Gesendet",
  );
  await expect(chat.getByRole("button", { name: "Track my order" })).toHaveCount(0);

  const site = await context.newPage();
  const cdp = await context.newCDPSession(site);
  await cdp.send("Accessibility.enable");
  const greets = async () => {
    const { nodes } = await cdp.send("Accessibility.getFullAXTree");
    return nodes.some(({ name }) => name?.value === "Need a hand?");
  };
  await site.goto(shop.url);
  await expect.poll(greets).toBe(true);
  await site.keyboard.press("Escape");
  await expect.poll(greets).toBe(false);
  expect(await site.evaluate(() => Object.values(localStorage).join(" "))).toContain("*");
});
