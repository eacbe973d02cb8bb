/** What the visitor sees, and what arrives, when the network or the server does not play along. */
import { expect, field, row, says, test } from "./kit.ts";

const texts = (desk: { only: { messages: { content: { text: string } }[] } }) =>
  desk.only.messages.map((message) => message.content.text);

test("offline: messages wait, and go out once and in order", async ({ desk, visitor, context }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect.poll(() => desk.socketCount).toBe(1);
  await context.setOffline(true);
  await says(chat, "One");
  await says(chat, "Two");
  await expect(row(chat, "One")).toContainText("Will send when you're online");
  await expect(chat.getByText("You're offline.")).toBeVisible();
  desk.saysSilently("While you were away");
  await context.setOffline(false);
  await expect(chat.getByText("Back online · 1 new message")).toBeVisible();
  await expect(row(chat, "Two")).toContainText("Sent");
  await expect(row(chat, "While you were away")).toHaveCount(1);
  await expect(chat.getByText("Back online")).toHaveCount(0);
  expect(texts(desk)).toEqual(["Hello", "While you were away", "One", "Two"]);
});

test("a lost answer does not become a second message", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  desk.faults.answerLost = true;
  await says(chat, "Once only");
  await expect(row(chat, "Once only")).toContainText("Sent");
  await expect(row(chat, "Once only")).toHaveCount(1);
  expect(texts(desk)).toEqual(["Once only"]);
});

test("slow down: a countdown, the text kept, sent afterwards", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  desk.faults.limit = 1;
  await says(chat, "Too fast");
  await expect(chat.getByText(/Slow down, \d s\./)).toBeVisible();
  await expect(row(chat, "Too fast")).toContainText("Sending");
  await expect(row(chat, "Too fast")).toContainText("Sent");
  await expect(chat.getByText(/Slow down/)).toHaveCount(0);
  expect(texts(desk)).toEqual(["Too fast"]);
});

test("a refused message keeps its text and can be tried again", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  desk.faults.refuse = 1;
  await says(chat, "Refused once");
  await expect(row(chat, "Refused once").getByRole("alert")).toContainText("Your text is safe");
  await row(chat, "Refused once").getByRole("button", { name: "Try again" }).click();
  await expect(row(chat, "Refused once")).toContainText("Sent");
  desk.faults.refuse = 1;
  await says(chat, "Not wanted");
  await row(chat, "Not wanted").getByRole("button", { name: "Delete" }).click();
  await expect(row(chat, "Not wanted")).toHaveCount(0);
});

test("unsent messages survive a page load", async ({ desk, neighbour, page }) => {
  await neighbour.arrives();
  const chat = await neighbour.opens();
  desk.faults.down = true;
  await says(chat, "Written in a tunnel");
  await expect(row(chat, "Written in a tunnel")).toContainText("Will send when you're online");
  page.on("dialog", (dialog) => dialog.accept());
  desk.faults.down = false;
  await neighbour.arrives("/other");
  const again = await neighbour.chat();
  await expect(row(again, "Written in a tunnel")).toContainText("Sent");
  expect(texts(desk)).toEqual(["Written in a tunnel"]);
});

test("leaving with unsent messages asks first", async ({ desk, visitor, page }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  desk.faults.down = true;
  await says(chat, "Not yet sent");
  await expect(row(chat, "Not yet sent")).toContainText("Will send when you're online");
  await expect(chat.getByText("You're offline.")).toBeVisible();
  const asked = page.waitForEvent("dialog");
  await page.evaluate(() => setTimeout(() => location.assign("/other")));
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  desk.faults.down = false;
  await expect(row(chat, "Not yet sent")).toContainText("Sent", { timeout: 15_000 });
});

test("blocked sockets: asking takes over, and nobody is told to be offline", async ({
  desk,
  visitor,
}) => {
  desk.faults.sockets = false;
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  desk.claim("Maya");
  desk.marks({ delivered_seq: 1, read_seq: 1 });
  desk.says("Hi from Maya");
  await expect(row(chat, "Hi from Maya")).toBeVisible({ timeout: 15_000 });
  await expect(chat.getByText("You're talking with Maya")).toBeVisible();
  await expect(row(chat, "Hello")).toContainText("Read");
  await expect(chat.getByText("You're offline.")).toHaveCount(0);
  await expect.poll(() => desk.only.contact_marks.read_seq).toBe(2);
});

test("a refused cookie: the chat works while the page lives", async ({ desk, visitor }) => {
  desk.faults.cookies = false;
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect(row(chat, "Hello")).toContainText("Sent");
  await says(chat, "Me again");
  await expect(row(chat, "Me again")).toContainText("Sent");
  desk.says("Hi from Maya");
  await expect(row(chat, "Hi from Maya")).toBeVisible({ timeout: 15_000 });
  expect(desk.conversations.size).toBe(1);
});

test("a message that no frame told of is fetched at the next heartbeat", async ({
  desk,
  visitor,
}) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect.poll(() => desk.socketCount).toBe(1);
  desk.saysSilently("Silent one");
  desk.saysSilently("Silent two");
  desk.heartbeat();
  await expect(row(chat, "Silent two")).toBeVisible();
  desk.saysSilently("Silent three");
  desk.says("Spoken");
  await expect(row(chat, "Silent three")).toHaveCount(1);
  expect(
    await chat
      .getByRole("listitem")
      .filter({ hasText: /Silent|Spoken/ })
      .count(),
  ).toBe(4);
});

test("a restart of the server loses nothing and shows nothing", async ({ desk, visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect.poll(() => desk.socketCount).toBe(1);
  desk.dropSockets(1012);
  desk.saysSilently("During the restart");
  await expect(row(chat, "During the restart")).toHaveCount(1);
  await expect(chat.getByText("You're offline.")).toHaveCount(0);
});

test("the server is away at first: the field works, the words wait", async ({ desk, visitor }) => {
  await visitor.arrives();
  await visitor.page.route("**/api/chat/**", (route) => route.abort());
  const chat = await visitor.opens();
  await expect(chat.getByText("We couldn't load the chat.")).toBeVisible();
  await says(chat, "Anyone?");
  const asked = visitor.page.waitForRequest("**/api/chat/initialize");
  await chat.getByRole("button", { name: "Try again" }).click();
  await asked;
  await expect(chat.getByText("We couldn't load the chat.")).toBeVisible();
  await visitor.page.unroute("**/api/chat/**");
  await expect(row(chat, "Anyone?")).toContainText("Sent", { timeout: 15_000 });
  await expect(chat.getByText("We couldn't load the chat.")).toHaveCount(0);
  expect(texts(desk)).toEqual(["Anyone?"]);
});

test("a text that is too long stays in the field", async ({ visitor }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await field(chat).fill("x".repeat(10_003));
  await expect(chat.getByText("3 characters too many")).toBeVisible();
  await field(chat).press("Enter");
  await expect(field(chat)).toHaveValue("x".repeat(10_003));
  await expect(chat.getByRole("listitem")).toHaveCount(0);
});
