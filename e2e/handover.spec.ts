/** Whose it is, and how it changes hands: handed on, taken over, and both screens show it at once. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { ANA, GIL, HUGO } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

test("a chat is handed to a colleague, with a warning when they are not there", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const [gils, hugos] = [await newBrowser(), await newBrowser()];
  await desk.join(open.administrator, gils, GIL);
  await desk.join(open.administrator, hugos, HUGO);
  const chat = await (await customer()).widget.open();
  await chat.says("Where is my refund?");
  const gil = await Agent.atWork(gils, desk);
  const hugo = await Agent.atWork(hugos, desk);
  await gil.opens("Where is my refund?");
  await gil.takes();
  await hugo.opens("Where is my refund?");
  await expect(hugo.page.getByText("Gil Reis has this conversation.")).toBeVisible();
  const { agent } = await desk.call<{ agent: { id: string } }>(hugos, "GET", "/api/v1/session");
  await desk.call(hugos, "PUT", `/api/v1/agents/${agent.id}/status`, { status: "break" });

  await gil.page.getByRole("region", { name: /^Visitor/ }).press("a");
  const dialog = gil.page.getByRole("dialog", { name: "Hand over" });
  await expect(
    dialog.getByRole("option", { name: /Hugo Matos.*Break.*0 of 4 chats/ }),
  ).toBeVisible();
  await expectAccessible(gil.page, "handing over");
  await gil.page.keyboard.type("hug");
  await expect(dialog.getByRole("option")).toHaveCount(1);
  await gil.page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("Hugo Matos is not available: Break.");
  await expectAccessible(gil.page, "the warning");
  await dialog.getByRole("button", { name: "Choose somebody else" }).click();
  await dialog.getByRole("option", { name: /Hugo Matos/ }).click();
  await dialog.getByRole("button", { name: "Hand it over anyway" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(gil.page.getByText("Hugo Matos has this conversation.")).toBeVisible();
  await expect(gil.thread.getByText("You handed this to Hugo Matos")).toBeVisible();
  await expect(hugo.page.getByText("You have this")).toBeVisible();
  await hugo.replies("I am looking at it.");
});

test("whoever may takes a chat over, and says why", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const [gils, hugos] = [await newBrowser(), await newBrowser()];
  await desk.join(open.administrator, gils, GIL);
  await desk.join(open.administrator, hugos, HUGO);
  const chat = await (await customer()).widget.open();
  await chat.says("Is anybody there?");
  const gil = await Agent.atWork(gils, desk);
  await gil.opens("Is anybody there?");
  await gil.takes();
  const hugo = await Agent.atWork(hugos, desk);
  await hugo.opens("Is anybody there?");
  await expect(hugo.composer.getByRole("button", { name: "Add note" }).first()).toBeVisible();
  await expect(hugo.page.getByRole("button", { name: "Take over…" })).toHaveCount(0);

  const ana = await Agent.atWork(open.administrator, desk);
  await ana.opens("Is anybody there?");
  await ana.composer.getByRole("button", { name: "Take over…" }).click();
  const dialog = ana.page.getByRole("dialog", { name: "Take over from Gil Reis" });
  const submit = dialog.getByRole("button", { name: "Take over", exact: true });
  await expect(submit).toBeDisabled();
  await dialog.getByLabel("Why?").fill("Gil is in a meeting");
  await expectAccessible(ana.page, "taking over");
  await submit.click();
  await expect(ana.page.getByText("You have this")).toBeVisible();
  const line = `${ANA.name} took this over: Gil is in a meeting`;
  await expect(gil.thread.getByText(line)).toBeVisible();
  await expect(gil.page.getByText(`${ANA.name} has this conversation.`)).toBeVisible();
  await expect(chat.frame.getByText("Gil is in a meeting")).toHaveCount(0);
});

test("a colleague is asked for a chat: a no keeps it, a yes gives it", async ({
  desk,
  open,
  customer,
  newBrowser,
}) => {
  const [gils, hugos] = [await newBrowser(), await newBrowser()];
  await desk.join(open.administrator, gils, GIL);
  await desk.join(open.administrator, hugos, HUGO);
  const chat = await (await customer()).widget.open();
  await chat.says("Who knows about lamps?");
  const gil = await Agent.atWork(gils, desk);
  await gil.opens("Who knows about lamps?");
  await gil.takes();
  const hugo = await Agent.atWork(hugos, desk);
  await hugo.opens("Who knows about lamps?");
  const asks = hugo.composer.getByRole("button", { name: "Ask for it" });
  await asks.click();
  await expect(
    hugo.composer.getByText(/You asked Gil Reis for it.*(60|5\d) seconds/),
  ).toBeVisible();
  const card = gil.page.getByRole("region", { name: "Asked of you" });
  await expect(card).toContainText("Hugo Matos asks for your conversation with Visitor");
  await expectAccessible(gil.page, "asked for a chat");
  await expectAccessible(hugo.page, "having asked");
  await card.getByRole("button", { name: "Keep it" }).click();
  await expect(card).toHaveCount(0);
  await expect(hugo.thread.getByText("Gil Reis kept this")).toBeVisible();
  await asks.click();
  await hugo.composer.getByRole("button", { name: "Never mind" }).click();
  await expect(card).toHaveCount(0);
  await asks.click();
  await card.getByRole("button", { name: "Hand it over" }).click();
  await expect(hugo.page.getByText("You have this")).toBeVisible();
  await expect(gil.page.getByText("Hugo Matos has this conversation.")).toBeVisible();
});
