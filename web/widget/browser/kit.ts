/** A desk and a shop on two sites, a visitor's browser, and what went wrong in its console. */
import { test as base, expect, type Frame, type Page } from "@playwright/test";
import { Desk, KEY } from "../mock/desk.mjs";
import { Shop } from "../mock/shop.mjs";

export { expect, KEY };

interface Kit {
  desk: Desk;
  shop: Shop & { url: string };
  visitor: Visitor;
  /** Visits the shop on the desk's own site, where a frame may keep things. */
  neighbour: Visitor;
}

export class Visitor {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  get frame(): Frame | undefined {
    return this.page.frames().find((frame) => frame.url().includes("/widget/frame"));
  }

  async arrives(path = "/"): Promise<void> {
    await this.page.goto(this.url + path);
    await this.page.waitForFunction(() => Boolean(window.chatdesk?.h));
  }

  /** Calls the JS API as the site would. */
  calls(...call: unknown[]): Promise<void> {
    return this.page.evaluate((given) => window.chatdesk?.(...given), call);
  }

  async opens(): Promise<Frame> {
    await this.calls("open");
    return this.chat();
  }

  async chat(): Promise<Frame> {
    await expect.poll(() => this.frame !== undefined).toBe(true);
    const frame = this.frame as Frame;
    await expect(field(frame)).toBeVisible();
    return frame;
  }

  unread(): Promise<number> {
    return this.page.evaluate(
      () => new Promise<number>((tell) => window.chatdesk?.("get", "unread", tell)),
    );
  }
}

export const field = (chat: Frame | Page) => chat.getByRole("textbox", { name: "Write a message" });
export const row = (chat: Frame | Page, text: string) =>
  chat.getByRole("listitem").filter({ hasText: text });

export async function says(chat: Frame | Page, text: string): Promise<void> {
  await field(chat).fill(text);
  await field(chat).press("Enter");
  await expect(row(chat, text)).toBeVisible();
}

export const test = base.extend<Kit & { complaints: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  desk: async ({}, use) => {
    const desk = await new Desk().listen();
    await use(desk);
    await desk.close();
  },
  shop: async ({ desk }, use) => {
    const shop = await new Shop(`http://localhost:${desk.port}`).listen();
    await use(Object.assign(shop, { url: `http://127.0.0.1:${shop.port}` }));
    await shop.close();
  },
  visitor: async ({ page, shop }, use) => {
    await use(new Visitor(page, shop.url));
  },
  neighbour: async ({ page, shop }, use) => {
    await use(new Visitor(page, `http://localhost:${shop.port}`));
  },
  /** Fails a test whose page complained, unless the test empties the list. */
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        const network = /Failed to load resource|WebSocket connection/.test(message.text());
        if (message.type() === "error" && !network) complaints.push(message.text());
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});
