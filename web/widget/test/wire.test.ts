import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "../../client/test/fake-socket.ts";
import { Wire } from "../src/app/wire.ts";

let wire: Wire;
let told: string[];
let polls: number;
let reachable: boolean;
let shown: boolean;
let silent: boolean;

function open(socketless = false): void {
  wire = new Wire({
    hello: () => ({ type: "hello", conversations: {} }),
    onFrame: () => {},
    poll: async () => {
      polls += 1;
      if (silent) await new Promise(() => {});
      if (!reachable) throw new Error("offline");
    },
    socketless: () => socketless,
    shown: () => shown,
    onCutOff: () => told.push("cut off"),
    onUp: () => told.push("up"),
  });
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Object.assign(FakeSocket, { CONNECTING: 0, OPEN: 1 }));
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  FakeSocket.all = [];
  told = [];
  polls = 0;
  reachable = true;
  shown = true;
  silent = false;
});
afterEach(() => {
  wire.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Wire", () => {
  it("says nothing of a short break", async () => {
    open();
    FakeSocket.last.ready();
    FakeSocket.last.drop();
    await pass(500);
    FakeSocket.last.ready();
    await pass(5000);
    expect(told).toEqual(["up", "up"]);
    expect(polls).toBe(0);
  });

  it("says that we are cut off once it lasts", async () => {
    reachable = false;
    open();
    FakeSocket.last.ready();
    FakeSocket.last.drop();
    await pass(500);
    FakeSocket.last.drop();
    await pass(999);
    expect(told).toEqual(["up"]);
    await pass(1);
    expect(told).toEqual(["up", "cut off"]);
  });

  it("does not mistake a blocked socket for being offline", async () => {
    open();
    for (const delay of [500, 1000, 2000, 4000]) {
      FakeSocket.last.drop();
      await pass(delay);
    }
    expect(told).toContain("up");
    expect(told).not.toContain("cut off");
  });

  it("does not wait for a server that never answers", async () => {
    open();
    FakeSocket.last.ready();
    silent = true;
    FakeSocket.last.drop();
    await pass(3000);
    expect(told).toEqual(["up", "cut off"]);
  });

  it("asks every few seconds when sockets are blocked, and stops when one gets through", async () => {
    open();
    for (const delay of [500, 1000, 2000]) {
      FakeSocket.last.drop();
      await pass(delay);
    }
    expect(polls).toBeGreaterThanOrEqual(1);
    const before = polls;
    await pass(4000);
    expect(polls).toBe(before + 1);
    shown = false;
    await pass(4000);
    const hidden = polls;
    await pass(15_000);
    expect(polls).toBe(hidden);
    FakeSocket.last.ready();
    const after = polls;
    await pass(20_000);
    expect(polls).toBe(after);
  });

  it("does not say cut off while asking works", async () => {
    open();
    for (const delay of [500, 1000, 2000, 4000, 8000, 16_000]) {
      FakeSocket.last.drop();
      await pass(delay);
    }
    told = [];
    await pass(30_000);
    expect(told).not.toContain("cut off");
  });

  it("asks from the start where a socket cannot be used, slower while nobody answers", async () => {
    reachable = false;
    open(true);
    await pass(60_000);
    expect(FakeSocket.all).toHaveLength(0);
    expect(told).toEqual(["cut off"]);
    expect(polls).toBeLessThan(11);
    reachable = true;
    dispatchEvent(new Event("online"));
    await pass(0);
    expect(told).toEqual(["cut off", "up"]);
  });

  it("believes a frame over the browser's word", async () => {
    open();
    FakeSocket.last.ready();
    dispatchEvent(new Event("offline"));
    FakeSocket.last.says({ type: "pong" });
    await pass(5000);
    expect(told).toEqual(["up"]);
    expect(FakeSocket.last.sent.at(-1)).toMatchObject({ type: "hello" });
  });

  it("asks when its token has ended, and dials no more", async () => {
    open();
    FakeSocket.last.accept();
    FakeSocket.last.drop(4001);
    await pass(10_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(polls).toBe(3);
  });

  it("leaves nothing running when closed", async () => {
    open();
    FakeSocket.last.drop();
    wire.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
