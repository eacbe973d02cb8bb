/** The dashboard as the people who answer use it: by what they see, and by nothing else. */
import { type BrowserContext, expect, type Page } from "@playwright/test";
import type { Desk } from "./desk.ts";

type View = "Mine" | "Waiting" | "All" | "Resolved" | "Snoozed";

export class Agent {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the inbox in a browser that is signed in already. */
  static async atWork(context: BrowserContext, desk: Desk, path = "/inbox"): Promise<Agent> {
    const page = await context.newPage();
    await page.goto(desk.url + path);
    const agent = new Agent(page);
    await expect(agent.list).toBeVisible();
    return agent;
  }

  get list() {
    return this.page.getByRole("region", { name: "Conversations" });
  }

  get thread() {
    return this.page.getByRole("region", { name: "Messages" });
  }

  get composer() {
    return this.page.getByRole("region", { name: "Write" });
  }

  get field() {
    return this.composer.getByRole("textbox");
  }

  /** What sends; its words say to whom. */
  get send() {
    return this.composer.getByRole("button", { name: /send to/i });
  }

  get take() {
    return this.page.getByRole("button", { name: "Take it", exact: true });
  }

  row(text: string) {
    return this.list.getByRole("link").filter({ hasText: text });
  }

  message(text: string) {
    return this.thread.getByRole("article").filter({ hasText: text });
  }

  async view(name: View): Promise<void> {
    const lists = this.list.getByRole("navigation", { name: "Lists" });
    if (name === "Resolved" || name === "Snoozed") {
      await lists.getByRole("button", { name: "More lists" }).click();
      await this.page.getByRole("menuitem", { name }).click();
      return;
    }
    await lists.getByRole("link", { name: new RegExp(`^${name}`) }).click();
  }

  /** Opens the conversation whose row shows this text. */
  async opens(text: string, view: View = "All"): Promise<void> {
    await this.view(view);
    await this.row(text).click();
    await expect(this.message(text).first()).toBeVisible();
  }

  /** Takes the open conversation; afterwards it is this agent's. */
  async takes(): Promise<void> {
    await this.take.click();
    await expect(this.page.getByText("You have this")).toBeVisible();
  }

  async types(text: string): Promise<void> {
    await this.field.pressSequentially(text);
  }

  async replies(text: string): Promise<void> {
    await this.field.fill(text);
    await this.send.click();
    await expect(this.message(text)).toBeVisible();
  }

  async switchTo(mode: "Reply" | "Note"): Promise<void> {
    const name = mode === "Reply" ? /^Reply to/ : "Note: team only";
    await this.composer.getByRole("button", { name }).click();
  }

  async notes(text: string): Promise<void> {
    await this.switchTo("Note");
    await this.field.fill(text);
    await this.page.getByRole("button", { name: "Add note" }).click();
    await expect(this.message(text)).toBeVisible();
  }

  /** Every message of the open thread in order, as words. */
  async reads(): Promise<string[]> {
    const texts = await this.thread.getByRole("article").locator("p").allTextContents();
    return texts.map((text) => text.trim());
  }
}
