/** Newcomer walk, row 7: a colleague joins by a copied link, and is seen at once. */
import type { Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { ANA, GIL, HUGO, type Person } from "./kit/desk.ts";
import { expect, test } from "./kit/test.ts";

function person(page: Page, { email }: Person) {
  return page.getByRole("main").getByRole("listitem").filter({ hasText: email });
}

const permissions = ["clipboard-read", "clipboard-write"];

test("an invite by link: the colleague joins in another browser and appears live", async ({
  desk,
  open,
  newBrowser,
}) => {
  await open.administrator.grantPermissions(permissions, { origin: desk.url });
  const people = await open.administrator.newPage();
  await people.goto(`${desk.url}/people`);
  await expect(person(people, ANA)).toBeVisible();
  await people.getByRole("button", { name: "Make invite link" }).click();
  await people.getByRole("button", { name: "Copy link" }).click();
  await expect.poll(() => people.evaluate(() => navigator.clipboard.readText())).toMatch(/\/join#/);
  const link = await people.evaluate(() => navigator.clipboard.readText());

  const browser = await newBrowser();
  const page = await browser.newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill(GIL.name);
  await page.getByLabel("Email").fill(GIL.email);
  await page.getByLabel("Password", { exact: true }).fill(GIL.password);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(/\/inbox/);
  await expect(person(people, GIL)).toBeVisible();

  const late = await (await newBrowser()).newPage();
  await late.goto(link);
  await late.getByLabel("Your name").fill(HUGO.name);
  await late.getByLabel("Email").fill(HUGO.email);
  await late.getByLabel("Password", { exact: true }).fill(HUGO.password);
  await late.getByRole("button", { name: "Join" }).click();
  await expect(late.getByText(/used, withdrawn or (is )?too old/)).toBeVisible();
});

test("a deactivated colleague is signed out at once, everywhere", async ({
  desk,
  open,
  newBrowser,
}) => {
  const gil = await newBrowser();
  await desk.join(open.administrator, gil, GIL);
  const agent = await Agent.atWork(gil, desk);
  const people = await open.administrator.newPage();
  await people.goto(`${desk.url}/people`);
  await expect(person(people, GIL)).toContainText("Available");
  await people.getByRole("button", { name: `Actions for ${GIL.name}` }).click();
  await people.getByRole("menuitem", { name: "Deactivate" }).click();
  await expect(person(people, GIL)).toContainText("Switched off");
  await expect(agent.page).toHaveURL(/\/sign-in/, { timeout: 2_000 });
});

test("an agent does not find what only administrators may see", async ({
  desk,
  open,
  newBrowser,
}) => {
  const gil = await newBrowser();
  await desk.join(open.administrator, gil, GIL);
  const page = await gil.newPage();
  await page.goto(`${desk.url}/people`);
  await expect(person(page, GIL)).toBeVisible();
  await expect(page.getByRole("button", { name: /invite/i })).toHaveCount(0);
  const refused = await gil.request.post(`${desk.url}/api/v1/invites`, {
    headers: { Origin: desk.url },
    data: { role: "administrator" },
  });
  expect(refused.status()).toBe(403);
});
