/** Search: what was said is found by its words, from anywhere, and the address keeps the question. */
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";

test("a word of an old message leads back to it; the question stands in the address", async ({
  desk,
  open,
  customer,
}) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("The Café lamp arrived broken");
  const agent = await Agent.atWork(open.administrator, desk);
  await agent.opens("The Café lamp arrived broken");
  await agent.takes();
  await agent.notes("Lamp model 77, send another");
  const { page } = agent;

  await page.keyboard.press("Escape");
  await page.getByRole("heading").first().click();
  await page.keyboard.press("/");
  const field = page.getByRole("searchbox");
  await expect(field).toBeFocused();
  await expect(page.getByText("Find anything that was ever said here.")).toBeVisible();
  await expect(async () => {
    await field.fill("");
    await field.fill("cafe la");
    await expect(page.getByRole("link").filter({ hasText: "The Café lamp" })).toBeVisible({
      timeout: 1_000,
    });
  }).toPass();
  await expect(page).toHaveURL(/\/search\?q=cafe\+la/);
  await expect(page.locator("mark")).toHaveText(["Café", "lamp"]);
  await expectAccessible(page, "what was found");

  await field.fill("lamp");
  const found = page.getByRole("region", { name: "Messages and notes" }).getByRole("link");
  await expect(found).toHaveCount(2);
  await page.getByRole("button", { name: "Notes" }).click();
  await expect(found).toHaveCount(1);
  await expect(page).toHaveURL(/kind=note/);
  await page.reload();
  await expect(found).toHaveCount(1);
  await found.first().click();
  await expect(agent.message("Lamp model 77")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("searchbox")).toHaveValue("lamp");
});

test("nothing found and a failed search are said in words", async ({ desk, open }) => {
  const page = await open.administrator.newPage();
  await page.goto(`${desk.url}/search?q=zebra`);
  await expect(page.getByText("Nothing for “zebra”.")).toBeVisible();
  await expectAccessible(page, "nothing found");
  await page.route("**/api/v1/search?*", (route) => route.fulfill({ status: 400, body: "{}" }));
  await page.goto(`${desk.url}/search?q=lion`);
  await expect(page.getByText("We couldn't search.")).toBeVisible();
  await page.unroute("**/api/v1/search?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("Nothing for “lion”.")).toBeVisible();
});
