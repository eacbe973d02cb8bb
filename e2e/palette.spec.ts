/** One box to do, to go and to find; and keys that are one's own. */
import type { Page } from "@playwright/test";
import { Agent } from "./kit/agent.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/test.ts";

const box = (page: Page) => page.getByRole("combobox", { name: "Search or run a command" });
const active = (page: Page) => page.getByRole("option", { selected: true });

test("the palette goes, does and finds without the mouse", async ({ desk, open, customer }) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Where is my refund for order 8812?");
  const ana = await Agent.atWork(open.administrator, desk);
  const { page } = ana;
  await ana.view("Waiting");
  await expect(ana.row("refund")).toBeVisible();

  await page.keyboard.press("Control+k");
  await box(page).fill("refnud");
  await expect(active(page)).toContainText("Where is my refund");
  await expectAccessible(page, "palette");
  await page.keyboard.press("Enter");
  await expect(ana.message("Where is my refund")).toBeVisible();

  await ana.field.focus();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("take it");
  await expect(active(page)).toContainText("Take it");
  await page.keyboard.press("Enter");
  await expect(page.getByText("You have this")).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("keyb");
  await page.keyboard.press("ArrowDown");
  await expect(active(page)).toContainText("Settings: keyboard");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/settings\/keyboard/);
});

test("what the server finds comes below and moves nothing", async ({ desk, open, customer }) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("The violet lantern arrived broken");
  await chat.says("It was for my sister");
  const page = await open.administrator.newPage();
  await page.goto(`${desk.url}/home`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  let answer = () => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  await page.route("**/api/v1/search?*", async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await box(page).fill("lantern");
  await expect(active(page)).toContainText("All results for");
  const place = await active(page).boundingBox();
  answer();
  const found = page.getByRole("option").filter({ hasText: "The violet lantern" });
  await expect(found).toBeVisible();
  await expect(active(page)).toContainText("All results for");
  expect(await active(page).boundingBox()).toEqual(place);
  await found.click();
  await expect(page.getByRole("article").filter({ hasText: "The violet lantern" })).toBeVisible();
});

test("Escape closes the palette and gives the cursor back", async ({ desk, open, customer }) => {
  const { widget } = await customer();
  const chat = await widget.open();
  await chat.says("Hello there");
  const ana = await Agent.atWork(open.administrator, desk);
  await ana.opens("Hello there");
  await ana.field.fill("half a thou");
  await ana.page.keyboard.press("Control+k");
  await expect(box(ana.page)).toBeFocused();
  await ana.page.keyboard.press("Escape");
  await expect(ana.field).toBeFocused();
  await ana.page.keyboard.type("ght");
  await expect(ana.field).toHaveValue("half a thought");
});

test("a key can be changed; who had it is named; help shows the new one", async ({
  desk,
  open,
}) => {
  const page = await open.administrator.newPage();
  await page.goto(`${desk.url}/settings/keyboard`);
  await page.getByRole("button", { name: "Change the key for Home" }).click();
  await page.keyboard.press("n");
  await expect(page.getByRole("alert")).toContainText("n belongs to “Write a note”");
  await page.getByRole("button", { name: "Leave it" }).click();
  await page.getByRole("button", { name: "Change the key for Home" }).click();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText("needed to move around")).toBeVisible();
  await page.keyboard.press("q");
  await expect(page.getByRole("button", { name: "Reset the key for Home" })).toBeEnabled();
  await expectAccessible(page, "keyboard settings");

  await page.reload();
  await expect(page.getByRole("button", { name: "Reset the key for Home" })).toBeEnabled();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help.getByText("Home", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
  await page.keyboard.press("q");
  await expect(page).toHaveURL(/home$/);
});
