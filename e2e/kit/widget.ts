/** The widget as a visitor meets it. The launcher stands in a closed shadow root, so it is found as assistive technology does. */
import { type CDPSession, expect, type Frame, type Page } from "@playwright/test";

interface Seen {
  name: string;
  expanded: boolean;
  focused: boolean;
  node: number;
}

export class Widget {
  readonly page: Page;
  #cdp: CDPSession | null = null;

  constructor(page: Page) {
    this.page = page;
  }

  async #session(): Promise<CDPSession> {
    if (!this.#cdp) {
      this.#cdp = await this.page.context().newCDPSession(this.page);
      await this.#cdp.send("Accessibility.enable");
    }
    return this.#cdp;
  }

  /** The launcher's button in the accessibility tree; null while there is none. */
  async launcher(): Promise<Seen | null> {
    const cdp = await this.#session();
    const { nodes } = await cdp.send("Accessibility.getFullAXTree");
    const named = nodes.find(
      (node) =>
        !node.ignored &&
        node.role?.value === "button" &&
        /(open|close) chat/i.test(String(node.name?.value)),
    );
    if (!named?.backendDOMNodeId) return null;
    const state = (name: string) =>
      named.properties?.find((property) => property.name === name)?.value.value === true;
    return {
      name: String(named.name?.value),
      expanded: state("expanded"),
      focused: state("focused"),
      node: named.backendDOMNodeId,
    };
  }

  async shows(name: RegExp): Promise<void> {
    await expect.poll(async () => (await this.launcher())?.name ?? "").toMatch(name);
  }

  async click(): Promise<void> {
    await this.shows(/chat/i);
    const seen = await this.launcher();
    if (!seen) throw new Error("the launcher is gone");
    const { model } = await (await this.#session()).send("DOM.getBoxModel", {
      backendNodeId: seen.node,
    });
    const [left, top, right, , , bottom] = model.border as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    await this.page.mouse.click((left + right) / 2, (top + bottom) / 2);
  }

  /** The chat's own document, once the launcher has made it. */
  async panel(): Promise<Frame> {
    const find = () =>
      this.page.frames().find((frame) => frame.url().includes("/widget/frame")) ?? null;
    await expect.poll(() => find() !== null, { message: "the chat's frame" }).toBe(true);
    const frame = find();
    if (!frame) throw new Error("the chat's frame is gone");
    await frame.waitForLoadState();
    return frame;
  }

  async open(): Promise<Chat> {
    await this.click();
    return this.chat();
  }

  async chat(): Promise<Chat> {
    const frame = await this.panel();
    await expect(new Chat(frame).field).toBeVisible();
    return new Chat(frame);
  }
}

/** The chat's page, in the frame or on its own as the hosted page. */
export class Chat {
  readonly frame: Frame | Page;

  constructor(frame: Frame | Page) {
    this.frame = frame;
  }

  get field() {
    return this.frame.getByRole("textbox", { name: "Write a message" });
  }

  /** The message bubble that holds exactly this text. */
  message(text: string) {
    return this.frame.getByRole("listitem").filter({ hasText: text });
  }

  /** Writes and sends as a visitor with a keyboard does. */
  async says(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press("Enter");
    await expect(this.message(text)).toBeVisible();
  }

  async hasStatus(text: string, status: string): Promise<void> {
    await expect(this.message(text)).toContainText(status);
  }
}
