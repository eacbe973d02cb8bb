/** Set-up, people, settings, and every screen under axe. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, open, test } from "./desk.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function grave(page) {
  await page.evaluate(`${AXE};0`);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

test("from a fresh server to the first answer, going on after a closed tab", async ({
  page,
  desk,
}) => {
  await desk.scene("reset", { fresh: true });
  await page.goto("/setup#mock-code");
  await page.getByLabel("Your name").fill("Ana");
  await page.getByLabel("Email").fill("ana@acme.test");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByLabel("Company").fill("Acme");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Colour code").fill("#FFE08A");
  await expect(page.getByText("Too weak to read")).toBeVisible();
  await expect(page.getByRole("button", { name: "Continue" })).toBeDisabled();
  await page.getByRole("button", { name: "the nearest that works" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("Waiting for your site…")).toBeVisible();
  await desk.scene("seen", { host: "shop.acme.com" });
  await expect(page.getByText("Seen on shop.acme.com")).toBeVisible();
  await page.reload();
  await expect(page.getByText("3 of 4")).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await desk.scene("say", { text: "Is this thing on?", name: "Visitor 1" });
  await expect(page.locator("article")).toContainText("Is this thing on?");
  await page.getByRole("textbox").fill("It is.");
  await page.getByRole("textbox").press("Enter");
  await expect(page.getByText("Answered.")).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page).toHaveURL(/\/inbox/);
});

test("someone joins by a copied link and appears live", async ({ page, desk, browser }) => {
  await desk.enter();
  await page.getByRole("link", { name: "People" }).click();
  await page.getByRole("button", { name: "Make invite link" }).click();
  const link = await page.getByLabel("Invite link").inputValue();
  const guest = await browser.newPage();
  await guest.goto(link);
  await guest.getByLabel("Your name").fill("Gil");
  await guest.getByLabel("Email").fill("gil@acme.test");
  await guest.getByLabel("Password", { exact: true }).fill("another horse");
  await guest.getByRole("button", { name: "Join" }).click();
  await expect(guest).toHaveURL(/\/inbox/);
  await expect(guest.getByText("Turn on sound to hear new chats?")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "gil@acme.test" })).toContainText(
    "Online",
  );
  await expect(page.getByLabel("Invite link")).toHaveCount(0);
});

test("agents learn whom to ask for what they may not do", async ({ page, desk }) => {
  await desk.enter("sam@acme.test");
  await page.goto("/settings/widget");
  await expect(page.getByText("Ask Maya Alves (admin) for access.")).toBeVisible();
  await page.goto("/people");
  await expect(page.getByText("Rui Costa")).toBeVisible();
  await expect(page.getByRole("button", { name: "Make invite link" })).toHaveCount(0);
});

test("the theme is chosen, kept, and there before the first paint", async ({ page, desk }) => {
  await desk.enter();
  await page.goto("/settings/profile");
  await page.getByLabel("Dark").check();
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  expect(await theme()).toBe("dark");
  await page.goto("/settings/profile", { waitUntil: "commit" });
  await expect.poll(theme).toBe("dark");
});

for (const [width, height, theme] of [
  [1440, 900, "light"],
  [1440, 900, "dark"],
  [390, 844, "light"],
  [360, 740, "dark"],
]) {
  test(`axe finds nothing grave at ${width} px, ${theme}`, async ({ page, desk }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await page.goto("/sign-in");
    await expect(page.getByLabel("Email")).toBeVisible();
    expect(await grave(page)).toEqual([]);
    await desk.enter();
    await page.goto("/inbox?view=all");
    await expect(page.locator("[data-row]").first()).toBeVisible();
    expect(await grave(page)).toEqual([]);
    for (const { id } of [await desk.mine(), await desk.sams(), await desk.waiting()]) {
      await open(page, id);
      expect(await grave(page)).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wide).toBe(false);
    }
    for (const [path, sign] of [
      ["/people", "Rui Costa"],
      ["/settings/profile", "Theme"],
      ["/settings/widget", "Preview"],
    ]) {
      await page.goto(path);
      await expect(page.getByText(sign).first()).toBeVisible();
      expect(await grave(page)).toEqual([]);
    }
  });
}
