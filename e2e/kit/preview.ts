/** The widget that the wizard and the customiser show beside its settings. */
import type { Frame, Page } from "@playwright/test";
import { expect } from "./test.ts";

/** The chat inside the preview; its launcher stands in a closed shadow root. */
export async function chatOf(page: Page): Promise<Frame> {
  const find = () => page.frame({ url: /\/widget\/preview\/frame$/ });
  await expect.poll(() => find() !== null, { message: "the preview's chat" }).toBe(true);
  return find() as Frame;
}
