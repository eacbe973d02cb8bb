/** Newcomer walk, rows 1 to 3: from an empty server to a widget that was seen on a site. */
import type { Page } from "@playwright/test";
import { ANA, COMPANY, type Desk } from "./kit/desk.ts";
import { chatOf } from "./kit/preview.ts";
import { expect, test } from "./kit/test.ts";
import { Widget } from "./kit/widget.ts";

/** As a person with a password manager does: nothing is typed. */
async function pasteInto(page: Page, label: string, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.getByLabel(label, { exact: true }).focus();
  await page.keyboard.press("ControlOrMeta+v");
  await expect(page.getByLabel(label, { exact: true })).toHaveValue(text);
}

async function makeAccount(page: Page, desk: Desk): Promise<void> {
  await page.goto(desk.url);
  await expect(page).toHaveURL(/\/setup/);
  await page.getByLabel("Set-up code").fill(await desk.setupCode());
  await page.getByLabel("Your name").fill(ANA.name);
  await page.getByLabel("Email").fill(ANA.email);
  await page.getByLabel("Company").fill(COMPANY);
  await pasteInto(page, "Password", ANA.password);
  await page.getByRole("button", { name: "Continue" }).click();
}

const permissions = ["clipboard-read", "clipboard-write"];

test("an empty server becomes a widget that was seen, in under two minutes", async ({
  desk,
  shop,
  newBrowser,
}) => {
  const started = Date.now();
  const page = await (await newBrowser({ permissions })).newPage();

  await test.step("the account: code, name, pasted password, no email sent", async () => {
    await makeAccount(page, desk);
    await expect(page.getByText("2 of 4")).toBeVisible();
    await chatOf(page);
  });

  await test.step("the look: the preview follows at once, a weak colour is named with a better one", async () => {
    const preview = await chatOf(page);
    await page.getByLabel("Name", { exact: true }).fill("Acme Support");
    await expect(preview.getByRole("heading", { name: "Acme Support" })).toBeVisible();
    await page.getByLabel("Colour code").fill("#FFE08A");
    await expect(page.getByText(/1\.\d:1\. Too weak to read/)).toBeVisible();
    const better = page.getByRole("button", { name: /nearest that works/ });
    const colour = ((await better.textContent()) ?? "").match(/#[0-9a-f]{6}/i)?.[0] ?? "none";
    await better.click();
    await expect(page.getByLabel("Colour code")).toHaveValue(new RegExp(colour, "i"));
    await expect(better).toBeHidden();
    await page.getByRole("button", { name: "Continue" }).click();
  });

  await test.step("the snippet: copied, pasted into a site, and seen there without a reload", async () => {
    await page.getByRole("button", { name: "Copy snippet" }).click();
    shop.paste(await page.evaluate(() => navigator.clipboard.readText()));
    await expect(page.getByText(/Waiting for your site/)).toBeVisible();
    const visit = await (await newBrowser()).newPage();
    await visit.goto(shop.url);
    await new Widget(visit).shows(/Open chat/);
    await expect(page.getByText(/Seen on localhost/)).toBeVisible({ timeout: 3_000 });
    await page.getByRole("button", { name: "Continue" }).click();
  });

  await test.step("the first message: it arrives here, and is answered here", async () => {
    const visit = await (await newBrowser()).newPage();
    await visit.goto(shop.url);
    const chat = await new Widget(visit).open();
    await expect(chat.frame.getByRole("heading", { name: "Acme Support" })).toBeVisible();
    await chat.says("Hello, is this on?");
    await expect(page.getByText(/wrote to you/)).toBeVisible();
    await page.getByRole("textbox", { name: /^Reply to/ }).fill("It is.");
    await page.getByRole("button", { name: /send to/i }).click();
    await expect(chat.message("It is.")).toBeVisible();
    await expect(page.getByText(/^Answered\./)).toBeVisible();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page).toHaveURL(/\/inbox/);
  });

  expect(Date.now() - started).toBeLessThan(120_000);
});

test("a wrong code is refused in words, and what was typed stays", async ({ desk, newBrowser }) => {
  const page = await (await newBrowser({ permissions })).newPage();
  await page.goto(`${desk.url}/setup`);
  await page.getByLabel("Set-up code").fill("not-the-code");
  await page.getByLabel("Your name").fill(ANA.name);
  await page.getByLabel("Email").fill(ANA.email);
  await page.getByLabel("Company").fill(COMPANY);
  await page.getByLabel("Password", { exact: true }).fill(ANA.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText(/set-up code/i);
  await expect(page.getByLabel("Your name")).toHaveValue(ANA.name);
});

test("a server that is set up asks to sign in, and says nothing of what was wrong", async ({
  desk,
  open,
  newBrowser,
}) => {
  expect(open.inbox.key).toMatch(/^pk_/);
  const page = await (await newBrowser()).newPage();
  await page.goto(`${desk.url}/setup`);
  await expect(page).toHaveURL(/\/sign-in/);
  const answers: string[] = [];
  for (const email of [ANA.email, "nobody@acme.example"]) {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("not the password at all");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    answers.push((await page.getByRole("alert").textContent()) ?? "");
  }
  expect(answers[0]).toBe(answers[1]);
  await page.getByLabel("Email").fill(ANA.email);
  await page.getByLabel("Password", { exact: true }).fill(ANA.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/inbox/);
});
