/** What the browser checks share: a page that fails on any policy report, and the pretend world. */
import { test as base, expect } from "@playwright/test";

const EXPECTED = /Failed to load resource|WebSocket connection/;

export const test = base.extend({
  page: async ({ page }, use) => {
    const complaints = [];
    page.on("console", (message) => {
      const loud = message.type() === "error" || message.type() === "warning";
      if (loud && !EXPECTED.test(message.text())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await use(page);
    expect(complaints).toEqual([]);
  },
  desk: async ({ request, page }, use) => {
    const scene = async (name, data = {}) => {
      const response = await request.post(`/mock/${name}`, { data });
      return response.status() === 204 ? undefined : response.json();
    };
    await scene("line");
    await scene("reset");
    const enter = async (email = "maya@acme.test", on = page) => {
      await on.goto("/");
      await on.getByLabel("Email").fill(email);
      await on.getByLabel("Password", { exact: true }).fill("correct horse");
      await on.getByRole("button", { name: "Sign in" }).click();
      await expect(on.getByRole("navigation", { name: "Lists" })).toBeVisible();
      await on.getByRole("button", { name: "Not now" }).click();
    };
    const pick = async (fits) => (await scene("list")).filter(fits).at(-1);
    await use({
      scene,
      enter,
      mine: () => pick((each) => each.head_seq === 180),
      sams: () => pick((each) => each.owner?.name === "Sam Ortiz"),
      waiting: () => pick((each) => each.state === "waiting"),
    });
  },
});

export { expect };

export const row = (page, id) => page.locator(`[data-row="${id}"]`);
export const bubble = (page, text) => page.locator("article", { hasText: text });
export const field = (page) => page.getByRole("region", { name: "Write" }).getByRole("textbox");

/** Opens a conversation and waits until its messages are there. */
export async function open(page, id, view = "all") {
  await page.goto(`/inbox/${id}?view=${view}`);
  await expect(page.locator("[data-thread] article").first()).toBeVisible();
}
