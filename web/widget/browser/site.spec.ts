/** What the site around the widget gets: a button, an API, and nothing it did not ask for. */
import { expect, field, row, says, test } from "./kit.ts";

test("under the strictest policy and the worst style sheet the launcher looks the same", async ({
  visitor,
  page,
  desk,
}) => {
  await visitor.arrives();
  await page.mouse.move(1280 - 46, 800 - 46);
  await expect.poll(() => visitor.frame !== undefined).toBe(true);
  expect(desk.requests).toEqual([]);
  await page.mouse.click(1280 - 46, 800 - 46);
  const chat = await visitor.chat();
  await expect(field(chat)).toBeFocused();
  const under = () => page.evaluate(() => document.elementFromPoint(1000, 500)?.tagName);
  expect(await under()).toBe("DIV");
  await page.mouse.click(1280 - 46, 800 - 46);
  await expect.poll(under).not.toBe("DIV");
});

test("the page beside the launcher can be clicked", async ({ visitor, page }) => {
  await visitor.arrives();
  const under = (x: number, y: number) =>
    page.evaluate(([px, py]) => document.elementFromPoint(px ?? 0, py ?? 0)?.tagName, [x, y]);
  expect(await under(1280 - 46, 800 - 46)).toBe("DIV");
  expect(await under(1280 - 100, 800 - 46)).not.toBe("DIV");
  expect(await under(1280 - 46, 800 - 200)).not.toBe("DIV");
});

test("Escape closes and gives the focus back to where it was", async ({ visitor, page }) => {
  await visitor.arrives();
  const own = page.getByRole("link", { name: "Ask us" });
  await own.focus();
  await own.press("Enter");
  const chat = await visitor.chat();
  await expect(field(chat)).toBeFocused();
  await field(chat).press("Escape");
  await expect(own).toBeFocused();
});

test("the API answers, and forgets what it was told to", async ({ visitor, page, desk }) => {
  await visitor.arrives();
  await page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    for (const name of ["ready", "open", "close", "unread", "message", "error"]) {
      window.chatdesk?.("on", name, (value: unknown) => heard.push(value ? [name, value] : name));
    }
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);
  const chat = await visitor.opens();
  await says(chat, "Hello");
  await expect.poll(() => desk.socketCount).toBe(1);
  await visitor.calls("toggle");
  desk.says("Secret text");
  await expect.poll(async () => (await heard()).length).toBe(6);
  expect(await heard()).toEqual([
    "ready",
    "open",
    ["message", { from: "user" }],
    "close",
    ["unread", 1],
    ["message", { from: "agent" }],
  ]);
  expect(JSON.stringify(await heard())).not.toContain("Secret");

  await visitor.calls("off", "open");
  await visitor.calls("open");
  await visitor.calls("hide");
  await visitor.calls("show");
  await visitor.calls("nonsense");
  await visitor.calls("constructor");
  await visitor.calls("destroy");
  await expect.poll(() => page.frames().length).toBe(1);
  await visitor.calls("boot", { key: "pk_test" });
  await expect.poll(() => page.evaluate(() => Boolean(window.chatdesk?.h))).toBe(true);
});

test("calls before the script are kept; without consent nothing is loaded", async ({
  shop,
  visitor,
  page,
}) => {
  shop.attributes = 'data-consent="wait"';
  await page.addInitScript(() => {
    const stub = (...call: unknown[]) => {
      stub.q.push(call);
    };
    stub.q = [] as unknown[][];
    window.chatdesk = stub;
    stub("open");
  });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${shop.url}/`, { waitUntil: "networkidle" });
  expect(asked.filter((path) => path.startsWith("/widget"))).toEqual([]);
  await visitor.calls("boot", { consent: true });
  await expect(field(await visitor.chat())).toBeVisible();
});

test("a stranger's greeting is not answered", async ({ desk, visitor, page }) => {
  await visitor.arrives();
  const chat = await visitor.opens();
  await chat.evaluate(() => {
    const { port1, port2 } = new MessageChannel();
    Object.assign(window, { heard: [] });
    port1.onmessage = ({ data }) => (window as unknown as { heard: unknown[] }).heard.push(data);
    const hello = {
      chatdesk: "hello",
      nonce: "1",
      open: true,
      running: true,
      locale: null,
      page: "x",
    };
    window.postMessage(hello, "*", [port2]);
  });
  await says(chat, "Hello");
  await expect(row(chat, "Hello")).toContainText("Sent");
  expect(await chat.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
  expect(desk.conversations.size).toBe(1);
  expect(page.frames()).toHaveLength(2);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the chat is the whole screen, and the page comes back as it was", async ({
    visitor,
    page,
  }) => {
    await visitor.arrives();
    await page.evaluate(() => scrollTo(0, 300));
    await page.touchscreen.tap(390 - 46, 844 - 46);
    const chat = await visitor.chat();
    const size = await chat.evaluate(() => [innerWidth, innerHeight]);
    expect(size).toEqual([390, 844]);
    await expect(chat.getByRole("heading", { name: "Acme" })).toBeFocused();
    expect(await page.evaluate(() => document.body.inert)).toBe(true);
    const close = chat.getByRole("button", { name: "Close chat" });
    const box = await close.boundingBox();
    expect(box?.width).toBe(44);
    expect(box?.height).toBe(44);
    await close.tap();
    expect(await page.evaluate(() => [document.body.inert, scrollY])).toEqual([false, 300]);
    expect(await page.evaluate(() => document.documentElement.style.overflow)).toBe("");
  });
});
