/** Every test gets a server, a shop and browsers of its own: nothing is left for the next one to stumble over. */
import { type BrowserContext, test as base, type Page } from "@playwright/test";
import { ANA, Desk, type Inbox, type Person } from "./desk.ts";
import { Shop } from "./shop.ts";
import { Widget } from "./widget.ts";

interface Scene {
  /** Further flags of the server. */
  flags: string[];
  /** A fresh server that nobody has set up. */
  desk: Desk;
  /** A customer's website without the widget yet. */
  shop: Shop;
  /** Opens a browser of its own: other cookies, other storage. */
  newBrowser: (
    options?: Parameters<import("@playwright/test").Browser["newContext"]>[0],
  ) => Promise<BrowserContext>;
  /** A desk that is set up, its administrator's browser, and the widget on the shop. */
  open: { inbox: Inbox; administrator: BrowserContext };
  /** A customer on the shop's first page. */
  customer: () => Promise<{ page: Page; widget: Widget }>;
}

export const test = base.extend<Scene>({
  flags: [[], { option: true }],

  desk: async ({ flags }, use, info) => {
    const desk = await Desk.start(flags);
    await use(desk);
    if (info.status !== info.expectedStatus) {
      await info.attach("server.log", { body: desk.log(), contentType: "text/plain" });
    }
    await desk.stop();
  },

  shop: async ({ desk }, use) => {
    const shop = await Shop.start(desk.url);
    await use(shop);
    await shop.stop();
  },

  newBrowser: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      return context;
    });
    for (const context of contexts) await context.close();
  },

  open: async ({ desk, shop, newBrowser }, use) => {
    const administrator = await newBrowser();
    const inbox = await desk.setUp(administrator, ANA);
    shop.pasteKey(inbox.key);
    await use({ inbox, administrator });
  },

  customer: async ({ shop, newBrowser }, use) => {
    await use(async () => {
      const page = await (await newBrowser()).newPage();
      await page.goto(shop.url);
      return { page, widget: new Widget(page) };
    });
  },
});

export { expect } from "@playwright/test";
export type { Person };
