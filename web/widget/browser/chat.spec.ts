/** The chat in a frame on another site, whose policy allows next to nothing. */
import { expect, field, KEY, row, says, test, Visitor } from "./kit.ts";

test("nothing is asked of the chat before it is opened", async ({ desk, visitor, page }) => {
  await visitor.arrives();
  expect(page.frames()).toHaveLength(1);
  const chat = await visitor.opens();
  await expect(chat.getByText("How can we help?")).toBeVisible();
  await expect(field(chat)).toBeFocused();
  expect(desk.requests).toEqual(["POST /api/chat/initialize"]);
  expect(desk.socketCount).toBe(0);
});

test("a whole conversation", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Where is my order?");
  await expect(row(chat, "Where is my order?")).toContainText("Sent");
  await expect(chat.getByText("Waiting for someone to join")).toBeVisible();
  await expect.poll(() => desk.socketCount).toBe(1);

  desk.claim("Maya");
  await expect(chat.getByText("Maya joined")).toBeVisible();
  await expect(chat.getByText("You're talking with Maya")).toBeVisible();
  desk.marks({ delivered_seq: 1 });
  await expect(row(chat, "Where is my order?")).toContainText("Delivered");
  desk.marks({ read_seq: 1 });
  await expect(row(chat, "Where is my order?")).toContainText("Read");

  desk.types("Maya");
  await expect(chat.getByText("Maya is typing")).toBeVisible();
  desk.says("On its way: https://acme.example/1 <b>soon</b>");
  await expect(chat.getByText("Maya is typing")).toHaveCount(0);
  await expect(row(chat, "<b>soon</b>")).toBeVisible();
  const link = chat.getByRole("link", { name: "https://acme.example/1" });
  await expect(link).toHaveAttribute("rel", /noopener/);
  await expect(chat.locator("[aria-live=polite]")).toContainText("Maya: On its way");
  await expect.poll(() => desk.only.contact_marks.read_seq).toBe(2);

  desk.resolve();
  await expect(chat.getByText("Maya marked this as solved")).toBeVisible();
  await chat.getByRole("button", { name: "Still need help" }).click();
  await expect(field(chat)).toBeFocused();
  await says(chat, "One more thing");
  await expect(row(chat, "One more thing")).toContainText("Sent");
  expect(desk.conversations.size).toBe(1);
});

test("the visitor ends the chat after one question", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect(row(chat, "Hello")).toContainText("Sent");
  await chat.getByRole("button", { name: "More" }).click();
  await chat.getByRole("menuitem", { name: "End chat" }).press("Enter");
  await expect(chat.getByRole("button", { name: "Keep chatting" })).toBeFocused();
  await chat.getByRole("button", { name: "Keep chatting" }).press("Escape");
  await expect(chat.getByRole("alertdialog")).toHaveCount(0);
  expect(desk.only.state).toBe("waiting");
  await chat.getByRole("button", { name: "More" }).click();
  await chat.getByRole("menuitem", { name: "End chat" }).click();
  await chat.getByRole("alertdialog").getByRole("button", { name: "End chat" }).click();
  await expect(chat.getByText("You ended this chat")).toBeVisible();
  expect(desk.only.state).toBe("resolved");
});

test("closed: a number on the launcher; opened: it is gone and the message is read", async ({
  desk,
  visitor,
}) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect.poll(() => desk.socketCount).toBe(1);
  await chat.getByRole("button", { name: "Close chat" }).click();
  desk.says("One");
  desk.says("Two");
  await expect.poll(() => visitor.unread()).toBe(2);
  await expect.poll(() => desk.only.contact_marks.delivered_seq).toBe(3);
  expect(desk.only.contact_marks.read_seq).toBe(0);
  await visitor.calls("open");
  await expect.poll(() => visitor.unread()).toBe(0);
  await expect.poll(() => desk.only.contact_marks.read_seq).toBe(3);
});

test("after a full page load the panel is open with the same chat", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect(row(chat, "Hello")).toContainText("Sent");
  await visitor.arrives("/other");
  const again = await visitor.chat();
  await expect(row(again, "Hello")).toBeVisible();
  expect(desk.conversations.size).toBe(1);
  await visitor.calls("close");
  await visitor.arrives("/third");
  desk.says("Still there?");
  await expect.poll(() => visitor.unread()).toBe(1);
});

test("where the frame may keep things, a half-written message survives a page load", async ({
  neighbour,
}) => {
  await neighbour.arrives();
  await field(await neighbour.opens()).fill("half a sentence");
  await neighbour.arrives("/other");
  await expect(field(await neighbour.chat())).toHaveValue("half a sentence");
});

test("two tabs stay in step", async ({ desk, shop, visitor, context }) => {
  const second = new Visitor(await context.newPage(), shop.url);
  await visitor.arrives();
  await second.arrives();
  const chat = await visitor.opens();
  const other = await second.opens();
  await says(chat, "Hello");
  await expect(row(other, "Hello")).toBeVisible();
  await says(other, "And more");
  await expect(row(chat, "And more")).toBeVisible();
  expect(desk.conversations.size).toBe(1);
  await expect(row(chat, "Hello")).toHaveCount(1);
});

test("older messages load by scrolling up, and the place is kept", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "first of all");
  await expect(row(chat, "first of all")).toContainText("Sent");
  for (let n = 1; n <= 120; n++) desk.saysSilently(`message number ${n}.`);
  await visitor.arrives();
  const again = await visitor.chat();
  await expect(row(again, "message number 120.")).toBeVisible();
  await expect(row(again, "message number 70.")).toHaveCount(0);
  const middle = row(again, "message number 75.");
  const list = again.getByRole("region", { name: "Messages" });
  await middle.scrollIntoViewIfNeeded();
  await list.evaluate((element) => element.scrollTo(0, 100));
  const place = await middle.boundingBox();
  await expect(row(again, "message number 30.")).toHaveCount(1);
  const after = await middle.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (place?.y ?? 0))).toBeLessThan(3);
  desk.says("news from below");
  await again.getByRole("button", { name: "1 new message" }).click();
  await expect(row(again, "news from below")).toBeInViewport();
  await list.evaluate((element) => element.scrollTo(0, 0));
  await expect(row(again, "message number 1.")).toHaveCount(1);
  await expect(again.getByText("How can we help?")).toHaveCount(1);
});

test("the hosted page is the same chat, first party", async ({ desk, page }) => {
  await page.goto(`http://localhost:${desk.port}/chat/${KEY}`);
  await expect(page).toHaveTitle("Acme");
  await says(page, "Hello");
  desk.says("Hi there");
  await expect(row(page, "Hi there")).toBeVisible();
  await page.reload();
  await expect(row(page, "Hi there")).toBeVisible();
  await expect(page.getByRole("button", { name: "Close chat" })).toHaveCount(0);
});

test("an address that leads nowhere says so", async ({ desk, page }) => {
  await page.goto(`http://localhost:${desk.port}/chat/pk_none`);
  await expect(page.getByRole("alert")).toContainText("This chat doesn't exist");
});
