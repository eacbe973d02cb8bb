/** The customer beside the conversation: who they are, what was before, what happened, what the team wrote down. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { ANA, type Desk, GIL } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

/** A visitor without a browser: each message goes to the open conversation, or begins a new one. */
async function visitor(desk: Desk, inbox: string): Promise<(text: string) => Promise<void>> {
  const call = async (path: string, body: object, token?: string) => {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(`${desk.url}/api/chat/${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { token: string };
  };
  const { token } = await call("initialize", { inbox });
  return async (text) => {
    const content = { type: "text", text };
    const client_id = crypto.randomUUID();
    await call("message", { inbox, conversation_id: null, client_id, content }, token);
  };
}

test("what happened stands between the messages, also for who opens the thread later", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Where is my lamp?");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Where is my lamp?");
  await agent.takes();
  await agent.replies("It left on Monday.");
  await agent.page.getByRole("button", { name: "Resolve" }).click();
  await expect(agent.thread.getByText("You resolved this")).toBeVisible();

  const gil = await newBrowser();
  await desk.join(open.administrator, gil, GIL);
  const path = new URL(agent.page.url()).pathname;
  const later = await Agent.atWork(gil, desk, path);
  await expect(later.thread.getByText(`${ANA.name} took this`)).toBeVisible();
  await expect(later.thread.getByText(`${ANA.name} resolved this`)).toBeVisible();
  const panel = later.page.getByRole("complementary", { name: "Customer" });
  await panel.getByRole("button", { name: "What happened" }).click();
  await expect(panel.getByText(`Resolved by ${ANA.name}`)).toBeVisible();
  await expect(panel.getByText(`Taken by ${ANA.name}`)).toBeVisible();
  await expect(panel.getByText("Started by Visitor 1")).toBeVisible();
  await expectAccessible(later.page, "what happened");
});

test("a customer gets a name, notes and a past, on every screen at once", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("The first matter");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("The first matter");
  await agent.takes();
  await agent.page.getByRole("button", { name: "Resolve" }).click();
  await chat.frame.getByRole("button", { name: "Still need help" }).click();
  await chat.says("It is not over");
  const gil = await newBrowser();
  await desk.join(open.administrator, gil, GIL);
  const other = await Agent.atWork(gil, desk);
  await other.opens("It is not over");

  const panel = agent.page.getByRole("complementary", { name: "Customer" });
  await panel.getByRole("button", { name: "Edit who Visitor 1 is" }).click();
  await panel.getByLabel("Name").fill("Lena Kovac");
  await panel.getByLabel("Email").fill("lena");
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(panel.getByText("An email address looks like")).toBeVisible();
  await panel.getByLabel("Email").fill("lena@example.com");
  await expectAccessible(agent.page, "who the customer is");
  await panel.getByRole("button", { name: "Save" }).click();
  const theirs = other.page.getByRole("complementary", { name: "Customer" });
  await expect(theirs.getByRole("heading", { name: "Lena Kovac" })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "lena@example.com" })).toBeVisible();
  await expect(other.row("Lena Kovac")).toBeVisible();

  await panel.getByLabel("Write a note about this customer").fill("Prefers the phone");
  await panel.getByRole("button", { name: "Add note" }).click();
  await expect(theirs.getByText("Prefers the phone")).toBeVisible();
  await expect(chat.frame.getByText("Prefers the phone")).toHaveCount(0);
  await panel.getByRole("button", { name: `Delete the note of ${ANA.name}` }).click();
  await expect(theirs.getByText("Prefers the phone")).toHaveCount(0);
});

test("another conversation of the customer is looked at beside the open one", async ({
  desk,
  open,
}) => {
  const lena = await visitor(desk, open.inbox.key);
  await lena("About the lamp");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("About the lamp");
  await agent.takes();
  await agent.replies("It is on its way.");
  const first = new URL(agent.page.url()).pathname.split("/").at(-1);
  await agent.page.getByRole("button", { name: "Resolve" }).click();
  await agent.view("Resolved");
  await lena("About the chair");
  await agent.opens("About the chair");

  const panel = agent.page.getByRole("complementary", { name: "Customer" });
  await panel.getByRole("button", { name: /^Look at conversation 1/ }).click();
  const peek = agent.page.getByRole("region", { name: "Conversation 1" });
  await expect(peek.getByText("It is on its way.")).toBeVisible();
  await expect(agent.message("About the chair")).toBeVisible();
  await expectAccessible(agent.page, "a look at another conversation");
  await peek.getByRole("button", { name: "Back to the customer" }).click();
  await panel.getByRole("button", { name: /^Look at conversation 1/ }).click();
  await peek.getByRole("link", { name: "Open it" }).click();
  await expect(agent.page).toHaveURL(new RegExp(String(first)));
  await expect(agent.message("It is on its way.")).toBeVisible();
});
