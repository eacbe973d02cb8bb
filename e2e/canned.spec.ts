/** Canned replies: found by a slash, filled in, and never sent with a gap. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";

test("a canned reply is written once, found by a slash and sent without a gap", async ({
  desk,
  open,
  customer,
}) => {
  const lena = await customer();
  const chat = await lena.widget.open();
  await chat.says("Where is my refund?");
  const settings = await open.administrator.newPage();
  await settings.goto(`${desk.url}/settings/canned`);
  await settings.getByRole("button", { name: "New canned reply" }).click();
  await settings.getByLabel("Name").fill("Refund sent");
  await settings
    .getByLabel("Text")
    .fill("Hi {{customer.first_name|there}}, order {{order}} was paid back.");
  await settings.getByRole("button", { name: "Add canned reply" }).click();
  await expect(settings.getByText("Refund sent")).toBeVisible();
  await expectAccessible(settings, "canned replies");

  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("Where is my refund?");
  await agent.takes();
  await agent.types("One moment. /refs");
  const choices = agent.composer.getByRole("listbox", { name: "Canned replies" });
  await expect(choices.getByRole("option", { name: /Refund sent/ })).toBeVisible();
  await agent.field.press("Tab");
  await expect(agent.composer.getByRole("textbox", { name: /^Reply/ })).toHaveValue(
    "One moment. Hi there, order {{order}} was paid back.",
  );
  await expect(agent.send).toBeDisabled();
  await agent.composer.getByLabel("order").fill("8812");
  await agent.composer.getByRole("button", { name: "Put in" }).click();
  await expect(agent.send).toBeEnabled();
  await agent.send.click();
  await expect(agent.message("order 8812 was paid back.")).toBeVisible();
});
