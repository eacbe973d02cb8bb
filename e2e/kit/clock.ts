/** How long people wait, measured inside the pages: from the event of an action to the frame that shows its effect. */
import type { Frame, Page } from "@playwright/test";

type Screen = Page | Frame;

interface Marks {
  begun?: Promise<number>;
  shown?: Promise<number>;
}

/** Notes when the next event of this type happens on the screen, in milliseconds since 1970 with fractions. */
async function noteEvent(
  screen: Screen,
  type: "keydown" | "click",
): Promise<() => Promise<number>> {
  await screen.evaluate((name) => {
    (window as Marks).begun = new Promise((resolve) => {
      const note = (event: Event) => resolve(performance.timeOrigin + event.timeStamp);
      addEventListener(name, note, { capture: true, once: true });
    });
  }, type);
  return () => screen.evaluate(() => (window as Marks).begun as Promise<number>);
}

/** Notes when an element of this kind with this text is in the page and its frame is drawn. */
async function noteText(
  screen: Screen,
  selector: string,
  text: string,
): Promise<() => Promise<number>> {
  await screen.evaluate(
    ([kind, wanted]) => {
      const isThere = () =>
        [...document.querySelectorAll(kind)].some((node) => node.textContent?.includes(wanted));
      (window as Marks).shown = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (!isThere()) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
    },
    [selector, text] as const,
  );
  return () => screen.evaluate(() => (window as Marks).shown as Promise<number>);
}

interface Wait {
  from: Screen;
  event: "keydown" | "click";
  /** What the event is followed by on this screen; may be another browser of the same machine. */
  to: Screen;
  selector: string;
  text: string;
  act: () => Promise<void>;
}

/** Milliseconds from the event that `act` causes to the frame with the text. */
export async function timeOf({ from, event, to, selector, text, act }: Wait): Promise<number> {
  const begun = await noteEvent(from, event);
  const shown = await noteText(to, selector, text);
  await act();
  return (await shown()) - (await begun());
}

/** The middle one: a busy machine delays some, and none of them hides in it. */
export function median(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
