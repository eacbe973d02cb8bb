/** The inbox over the pretend desk: the list, the thread, the composer. */
import { bubble, expect, field, open, row, test } from "./desk.mjs";

const rows = (page) =>
  page.locator("[data-row]").evaluateAll((all) => all.map((each) => each.dataset.row));
const tab = (page, name) =>
  page.getByRole("navigation", { name: "Lists" }).getByRole("link", { name });

test("a new conversation is counted, listed and announced", async ({ page, desk }) => {
  await desk.enter();
  await tab(page, /^All/).click();
  await page.mouse.move(900, 500);
  await expect(page.locator("[data-row]").first()).toBeVisible();
  const said = await desk.scene("say", { text: "Hello", name: "Live Lena" });
  await expect(tab(page, /^Waiting/)).toContainText("28");
  await expect.poll(async () => (await rows(page))[0]).toBe(said.id);
  await expect(page).toHaveTitle(/^\(\d+\) Acme/);
});

test("the list holds still under the pointer until . is pressed", async ({ page, desk }) => {
  await desk.enter();
  await tab(page, /^All/).click();
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await page.mouse.move(200, 300);
  const before = await rows(page);
  await desk.scene("say", { text: "again", conversation_id: before[5] });
  await desk.scene("say", { text: "brand new", name: "Newbie" });
  await expect(page.getByRole("button", { name: "2 new — press ." })).toBeVisible();
  expect(await rows(page)).toEqual(before);
  await page.keyboard.press(".");
  await expect(page.locator("[data-row]").first()).toContainText("Newbie");
});

test("keys move, open, take, write and resolve", async ({ page, desk }) => {
  await desk.enter();
  const waiting = await desk.waiting();
  await open(page, waiting.id, "waiting");
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  await expect(row(page, waiting.id)).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("i");
  await expect(page.getByText("You have this")).toBeVisible();
  await page.keyboard.press("r");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("i e ? all stay letters here");
  await page.keyboard.press("Home");
  await page.keyboard.type("Hi, ");
  await expect(field(page)).toHaveValue("Hi, i e ? all stay letters here");
  await page.keyboard.press("Enter");
  await expect(bubble(page, "Hi, i e ?")).toHaveCount(1);
  await expect(field(page)).toHaveValue("");
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await expect(page.getByText("This is resolved.")).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Next conversation");
});

test("a reply that lost the race comes back, word for word", async ({ page, desk }) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  await field(page).fill("My very own words");
  await desk.scene("line", { delay: 600 });
  await field(page).press("Enter");
  await desk.scene("claim", { conversation_id: mine.id });
  await expect(page.getByText("Sam Ortiz has this conversation.").first()).toBeVisible();
  await desk.scene("line");
  await expect(page.getByText("Your reply is kept:")).toContainText("My very own words");
  await page.getByRole("button", { name: "Make it a note" }).click();
  await expect(field(page)).toHaveValue("My very own words");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(bubble(page, "My very own words")).toContainText("team only");
});

test("marks, typing and notes arrive", async ({ page, desk }) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  await field(page).fill("Did you see?");
  await field(page).press("Enter");
  await expect(bubble(page, "Did you see?")).toContainText("Sent");
  await desk.scene("marks", { conversation_id: mine.id, read: true });
  await expect(bubble(page, "Did you see?")).toContainText("Read");
  const author = { type: "user", id: mine.contact.id, name: mine.contact.name };
  await desk.scene("frame", { type: "typing", conversation_id: mine.id, author });
  await expect(page.getByText("Omar Bashir is typing…")).toBeVisible();
  await expect(row(page, mine.id)).toContainText("typing…");
  await desk.scene("note", { conversation_id: mine.id, text: "Ask finance" });
  await expect(bubble(page, "Ask finance")).toContainText("team only");
});

test("drafts follow to another browser and survive the end of the session", async ({
  page,
  desk,
  browser,
}) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  const other = await browser.newPage();
  await desk.enter("maya@acme.test", other);
  await open(other, mine.id);
  await field(page).fill("half a thought");
  await expect(field(other)).toHaveValue("half a thought");
  await other.close();
  await field(page).fill("half a thought, and more");
  await desk.scene("line", { close: 4001 });
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel("Email").fill("maya@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(mine.id));
  await expect(field(page)).toHaveValue("half a thought, and more");
});

test("offline: said so, written on, caught up, sent once", async ({ page, desk, context }) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  await context.setOffline(true);
  await desk.scene("line", { close: 1012 });
  await expect(page.getByText("You're offline.")).toBeVisible();
  await field(page).fill("Written offline");
  await field(page).press("Enter");
  await expect(page.getByText("Will send")).toBeVisible();
  await desk.scene("say", { text: "while you were away", conversation_id: mine.id });
  await context.setOffline(false);
  await expect(page.getByText("Back online · 1 new message")).toBeVisible();
  await expect(bubble(page, "while you were away")).toBeVisible();
  await expect(bubble(page, "Written offline")).toContainText("Sent");
  await expect(bubble(page, "Written offline")).toHaveCount(1);
});

test("older messages load above without a jump, newer ones wait below", async ({ page, desk }) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  const thread = page.locator("[data-thread]");
  const start = await thread.evaluate((box) => {
    box.scrollTop = 200;
    const top = box.getBoundingClientRect().top;
    const entry = [...box.querySelectorAll("[data-message]")].find(
      (each) => each.getBoundingClientRect().bottom > top,
    );
    window.anchor = entry;
    return { y: entry.getBoundingClientRect().top, height: box.scrollHeight };
  });
  await expect.poll(() => thread.evaluate((box) => box.scrollHeight)).toBeGreaterThan(start.height);
  const y = await page.evaluate(() => window.anchor.getBoundingClientRect().top);
  expect(Math.abs(y - start.y)).toBeLessThan(2);
  await desk.scene("say", { text: "down here", conversation_id: mine.id });
  await page.getByRole("button", { name: "1 new message" }).click();
  await expect(bubble(page, "down here")).toBeInViewport();
});

test("after too long away the screen is fetched afresh and live again", async ({ page, desk }) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  await desk.scene("frame", { type: "snapshot_required" });
  await desk.scene("say", { text: "after the break", conversation_id: mine.id });
  await expect(bubble(page, "after the break")).toBeVisible();
  await expect(row(page, mine.id)).toContainText("after the break");
});

test("a pane that fails leaves the others alive", async ({ page, desk }) => {
  await desk.enter();
  const mine = await desk.mine();
  await open(page, mine.id);
  await desk.scene("line", { broken: 5 });
  await tab(page, /^Resolved/).click();
  await expect(page.getByText("We couldn't load this list.")).toBeVisible({ timeout: 40_000 });
  await expect(page.locator("[data-thread] article").first()).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("[data-row]").first()).toBeVisible();
});
