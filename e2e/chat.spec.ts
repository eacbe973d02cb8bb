/** Newcomer walk, rows 6, 15, 17 and 19: the conversation itself, one owner, drafts that follow, a network that fails. */
import type { BrowserContext } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { median, timeOf } from "./kit/clock.ts";
import { ANA, type Desk, GIL, HUGO, type Person } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

type NewBrowser = () => Promise<BrowserContext>;

async function colleague(
  desk: Desk,
  administrator: BrowserContext,
  newBrowser: NewBrowser,
  person: Person,
): Promise<BrowserContext> {
  const context = await newBrowser();
  await desk.join(administrator, context, person);
  return context;
}

test("an answer: typing is seen, the text arrives at once, and its mark turns to Read", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Where is my lamp?");

  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Where is my lamp?");
  await chat.hasStatus("Where is my lamp?", "Read");
  await agent.takes();
  await expect(chat.frame.getByText(`You're talking with ${ANA.name}`)).toBeVisible();
  await agent.types("It left");
  await expect(chat.frame.getByText(`${ANA.name} is typing`)).toBeVisible();

  await agent.replies("It left on Monday.");
  await expect(chat.message("It left on Monday.")).toBeVisible();
  await expect(agent.message("It left on Monday.")).toContainText("Read");
});

test("an answer is on the customer's screen at once, and how soon is noted", async ({
  desk,
  open,
  customer,
}, info) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Are you quick?");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Are you quick?");
  await agent.takes();
  const to = await widget.panel();
  const times: number[] = [];
  for (const text of ["First", "Second", "Third", "Fourth", "Fifth"]) {
    await agent.field.fill(text);
    const act = () => agent.send.click();
    times.push(await timeOf({ from: agent.page, event: "click", to, selector: "li", text, act }));
    await expect(agent.message(text)).toContainText("Read");
  }
  const description = `median ${Math.round(median(times))} ms of ${times.map(Math.round)}`;
  info.annotations.push({ type: "click to the customer's screen", description });
});

test("an answer to a closed panel: counted on the launcher, read once it is opened", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Is anyone there?");
  await chat.hasStatus("Is anyone there?", "Sent");
  await chat.frame.getByRole("button", { name: "Close chat" }).click();

  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Is anyone there?");
  await agent.takes();
  await agent.replies("Always.");
  await widget.shows(/Open chat, 1 unread message/);
  await expect(agent.message("Always.")).toContainText("Delivered");
  await widget.click();
  await expect(agent.message("Always.")).toContainText("Read");
  await widget.shows(/^Close chat/);
});

test("one owner: the other reads who it is, may add a note, and a forced reply is refused", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("I need a person");

  const gil = await colleague(desk, open.administrator, newBrowser, GIL);
  const agent = await Agent.atWork(gil, desk);
  await agent.opens("I need a person");
  await agent.takes();

  const other = await Agent.atWork(open.administrator, desk);
  await other.opens("I need a person");
  await expect(other.page.getByText(`${GIL.name} has this conversation`)).toBeVisible();
  await expect(other.send).toHaveCount(0);
  await other.notes("Gil, she is a regular");
  await expect(agent.message("Gil, she is a regular")).toBeVisible();
  await expect(chat.message("Gil, she is a regular")).toHaveCount(0);

  const id = new URL(other.page.url()).pathname.split("/").at(-1);
  const forced = await open.administrator.request.post(
    `${desk.url}/api/v1/conversations/${id}/messages`,
    {
      headers: { Origin: desk.url },
      data: { client_id: crypto.randomUUID(), epoch: 1, content: { type: "text", text: "forced" } },
    },
  );
  expect(forced.status()).toBe(409);
  await agent.replies("I am here");
  await expect(chat.message("I am here")).toBeVisible();
  await expect(chat.message("forced")).toHaveCount(0);
});

test("two accept in the same instant: one has it, the other is told who", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { widget } = await customer();
  await (await widget.open()).says("First come, first served");
  const gil = await colleague(desk, open.administrator, newBrowser, GIL);
  const hugo = await colleague(desk, open.administrator, newBrowser, HUGO);
  const both = [await Agent.atWork(gil, desk), await Agent.atWork(hugo, desk)];
  for (const agent of both) await agent.opens("First come, first served");
  const buttons = await Promise.all(both.map(({ take }) => take.elementHandle()));
  // Not a pointer's click: the slower one would wait for a button that is gone by then.
  await Promise.all(buttons.map((button) => button?.evaluate((it) => (it as HTMLElement).click())));

  const told = (agent: Agent) =>
    agent.page.getByText(/^(Gil Reis|Hugo Matos) has this conversation/).first();
  const owns = (agent: Agent) => agent.page.getByText("You have this");
  await expect
    .poll(async () => {
      const states = both.map(async (agent) => [
        await owns(agent).isVisible(),
        await told(agent).isVisible(),
      ]);
      return (await Promise.all(states)).map(String).sort();
    })
    .toEqual(["false,true", "true,false"]);
});

test("a note stays with the team, and a draft follows its author to another browser", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Can I change the colour?");
  const gil = await colleague(desk, open.administrator, newBrowser, GIL);
  const agent = await Agent.atWork(gil, desk);
  await agent.opens("Can I change the colour?");
  await agent.takes();
  await agent.notes("Ask the workshop first");
  await agent.switchTo("Reply");
  const saved = agent.page.waitForResponse(
    (answer) => answer.url().includes("/draft") && answer.request().method() === "PUT",
  );
  await agent.types("Yes, in amber or");
  await saved;
  const path = new URL(agent.page.url()).pathname;
  await agent.page.close({ runBeforeUnload: false });

  const elsewhere = await newBrowser();
  const credentials = { email: GIL.email, password: GIL.password };
  await desk.call(elsewhere, "POST", "/api/v1/session", credentials);
  const again = await Agent.atWork(elsewhere, desk, path);
  await expect(again.field).toHaveValue("Yes, in amber or");
  await expect(again.message("Ask the workshop first")).toBeVisible();
  await expect(chat.message("Ask the workshop first")).toHaveCount(0);
  await again.field.press("ControlOrMeta+End");
  await again.types(" in white.");
  await again.send.click();
  await expect(chat.message("Yes, in amber or in white.")).toBeVisible();
});

test("an agent without a network catches up by itself, to what the others see", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("The lamp hums");
  const gil = await colleague(desk, open.administrator, newBrowser, GIL);
  const agent = await Agent.atWork(gil, desk);
  await agent.opens("The lamp hums");
  await agent.takes();
  const other = await Agent.atWork(open.administrator, desk);
  await other.opens("The lamp hums");

  await gil.setOffline(true);
  await expect(agent.page.getByText("You're offline.")).toBeVisible();
  await other.notes("It is the old transformer");
  await chat.says("It still hums");
  await chat.says("Now it sings");
  await expect(other.message("Now it sings")).toBeVisible();
  await expect(agent.message("Now it sings")).toHaveCount(0);

  await gil.setOffline(false);
  await expect(agent.message("Now it sings")).toBeVisible();
  expect(await agent.reads()).toEqual(await other.reads());
  await agent.replies("We will send a new one");
  await expect(chat.message("We will send a new one")).toBeVisible();
});

test("resolved and written to again: it comes back to the people", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Thank you!");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Thank you!");
  await agent.takes();
  await agent.page.getByRole("button", { name: "Resolve" }).click();
  await expect(chat.frame.getByText(`${ANA.name} marked this as solved`)).toBeVisible();
  await agent.view("Resolved");
  await expect(agent.row("Thank you!")).toBeVisible();
  await chat.frame.getByRole("button", { name: "Still need help" }).click();
  await expect(chat.field).toBeFocused();
  await chat.says("One more thing");
  await agent.view("All");
  await expect(agent.row("One more thing")).toBeVisible();
});
