/** Letters: invitations that arrive, a settings page that says how mail stands, and the same without a mail server. */
import type { BrowserContext, Page } from "@playwright/test";
import { expectAccessible } from "./kit/axe.ts";
import { GIL } from "./kit/desk.ts";
import { htmlOf, type Letter, Smtp } from "./kit/smtp.ts";
import { test as base, expect } from "./kit/test.ts";

const test = base.extend<{ smtp: Smtp }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  smtp: async ({}, use) => {
    const smtp = await Smtp.start();
    await use(smtp);
    await smtp.stop();
  },
  flags: async ({ smtp }, use) => use(["--smtp", smtp.url, "--mail-from", "desk@acme.example"]),
});

async function settings(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/settings/mail`);
  return page;
}

async function arrives(smtp: Smtp, to: string): Promise<Letter> {
  let found: Letter | undefined;
  await expect
    .poll(async () => {
      found = (await smtp.letters()).find((letter) => letter.to.includes(to));
      return found !== undefined;
    })
    .toBe(true);
  return found as Letter;
}

test("an invite by mail: the colleague joins from the letter", async ({
  desk,
  open,
  smtp,
  newBrowser,
}) => {
  const people = await open.administrator.newPage();
  await people.goto(`${desk.url}/people`);
  await people.getByLabel("Or send the invite by email").fill("gil@private.example");
  await people.getByRole("button", { name: "Send invite" }).click();
  await expect(people.getByText("Sent to gil@private.example.")).toBeVisible();
  const letter = await arrives(smtp, "gil@private.example");

  const context = await newBrowser();
  const mail = await context.newPage();
  await mail.setContent(htmlOf(letter));
  await mail.getByRole("link", { name: "Join the team" }).click();
  await mail.getByLabel("Your name").fill(GIL.name);
  await mail.getByLabel("Email").fill(GIL.email);
  await mail.getByLabel("Password", { exact: true }).fill(GIL.password);
  await mail.getByRole("button", { name: "Join" }).click();
  await expect(mail).toHaveURL(/\/inbox/);
});

test("the mail page: a try, a letter that was refused, and what became of it", async ({
  desk,
  open,
  smtp,
}) => {
  const page = await settings(open.administrator, desk.url);
  await expect(page.getByRole("heading", { name: "Mail is on" })).toBeVisible();
  await expect(page.getByText("Nothing in the last day")).toBeVisible();
  await page.getByRole("button", { name: "Send test to me" }).click();
  await expect(page.getByText(/^Sent to ana@acme.example/)).toBeVisible();
  await arrives(smtp, "ana@acme.example");

  const invite = { role: "agent", email: "nobody@private.example" };
  await desk.call(open.administrator, "POST", "/api/v1/invites", invite);
  const row = page.getByRole("listitem").filter({ hasText: "nobody@private.example" });
  await expect(row).toContainText("No such mailbox here");
  await expectAccessible(page, "mail settings");
  await row.getByRole("button", { name: "Send again" }).click();
  await expect(row).toContainText("Tried 2 times");
  await row.getByRole("button", { name: "Throw away" }).click();
  await expect(page.getByRole("heading", { name: "Not delivered" })).toHaveCount(0);
});

test("an agent is told whom to ask", async ({ desk, open, newBrowser }) => {
  const gil = await newBrowser();
  await desk.join(open.administrator, gil, GIL);
  const page = await settings(gil, desk.url);
  await expect(page.getByText("Ask Ana Lima (admin) for access.")).toBeVisible();
});

base("without a mail server the page says so, and links are copied", async ({ desk, open }) => {
  const page = await settings(open.administrator, desk.url);
  await expect(page.getByRole("heading", { name: "Mail is off" })).toBeVisible();
  await expectAccessible(page, "mail settings, off");
  await page.goto(`${desk.url}/people`);
  await expect(page.getByRole("button", { name: "Make invite link" })).toBeVisible();
  await expect(page.getByLabel("Or send the invite by email")).toHaveCount(0);
});
