import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LiveSocket, type LiveState, reconnectDelay, socketUrl } from "../src/live.ts";
import { FakeSocket } from "./fake-socket.ts";

let states: LiveState[];
let frames: { type: string }[];
let after: number;
let live: LiveSocket;

function start(onFailure: (failures: number) => void = () => {}): LiveSocket {
  live = new LiveSocket({
    url: "/api/v1/socket",
    hello: () => ({ type: "hello", after }),
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onFailure,
    dial: (url) => new FakeSocket(url) as unknown as WebSocket,
    random: () => 0.5,
  });
  return live;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  states = [];
  frames = [];
  after = 7;
});
afterEach(() => {
  live?.close();
  vi.useRealTimers();
});

describe("reconnectDelay", () => {
  it("doubles from half a second to thirty seconds", () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 99].map((attempt) => reconnectDelay(attempt, 0.5));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });
  it("spreads by a quarter either way and never passes the limit", () => {
    expect(reconnectDelay(1, 0)).toBe(750);
    expect(reconnectDelay(1, 1)).toBe(1250);
    expect(reconnectDelay(9, 1)).toBe(30_000);
  });
});

describe("socketUrl", () => {
  it("follows the page's own scheme", () => {
    expect(socketUrl("/s", "https://desk.example/inbox")).toBe("wss://desk.example/s");
    expect(socketUrl("/s", "http://127.0.0.1:8080/x/")).toBe("ws://127.0.0.1:8080/s");
    expect(socketUrl("wss://a.example/s", "https://b.example")).toBe("wss://a.example/s");
  });
});

describe("LiveSocket", () => {
  it("greets first and is live only once the server is ready", () => {
    start();
    FakeSocket.last.accept();
    expect(FakeSocket.last.sent).toEqual([{ type: "hello", after: 7 }]);
    expect(states).toEqual(["connecting"]);
    FakeSocket.last.says({ type: "ready", head: 9 });
    expect(states).toEqual(["connecting", "live"]);
    expect(frames).toEqual([{ type: "ready", head: 9 }]);
  });

  it("comes back with the place it has reached by then", () => {
    start();
    FakeSocket.last.ready();
    after = 12;
    FakeSocket.last.drop();
    expect(states.at(-1)).toBe("offline");
    vi.advanceTimersByTime(499);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    FakeSocket.last.ready();
    expect(FakeSocket.last.sent).toEqual([{ type: "hello", after: 12 }]);
    expect(states).toEqual(["connecting", "live", "offline", "live"]);
  });

  it("waits longer after each fruitless try and starts small after a good connection", () => {
    const counted = vi.fn();
    start(counted);
    for (const delay of [500, 1000, 2000, 4000]) {
      const before = FakeSocket.all.length;
      FakeSocket.last.drop();
      vi.advanceTimersByTime(delay - 1);
      expect(FakeSocket.all).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(before + 1);
    }
    expect(live.failures).toBe(4);
    expect(counted.mock.calls).toEqual([[1], [2], [3], [4]]);
    FakeSocket.last.ready();
    expect(live.failures).toBe(0);
    vi.advanceTimersByTime(6000);
    FakeSocket.last.drop();
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(6);
  });

  it("a server that accepts and drops at once is not hammered", () => {
    start();
    const times: number[] = [];
    const t0 = Date.now();
    for (let i = 0; i < 4; i++) {
      times.push(Date.now() - t0);
      FakeSocket.last.ready();
      FakeSocket.last.drop();
      vi.advanceTimersToNextTimer();
    }
    expect(times).toEqual([0, 500, 1500, 3500]);
  });

  it.each([4008, 1012])("resumes quickly after close code %i", (code) => {
    start();
    FakeSocket.last.ready();
    FakeSocket.last.drop(code);
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("ends for good on 4001", () => {
    start();
    FakeSocket.last.ready();
    FakeSocket.last.drop(4001);
    expect(states.at(-1)).toBe("ended");
    dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("pings a quiet line and gives up a silent one", () => {
    start();
    FakeSocket.last.ready();
    const first = FakeSocket.last;
    vi.advanceTimersByTime(25_000);
    expect(first.sent.at(-1)).toEqual({ type: "ping" });
    vi.advanceTimersByTime(20_000);
    expect(states.at(-1)).toBe("offline");
    expect(first.readyState).toBe(3);
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("stays while heartbeats come", () => {
    start();
    FakeSocket.last.ready();
    for (let i = 0; i < 30; i++) {
      vi.advanceTimersByTime(20_000);
      FakeSocket.last.says({ type: "heartbeat", head: i });
    }
    expect(FakeSocket.all).toHaveLength(1);
    expect(live.state).toBe("live");
  });

  it("gives up a dial that hangs", () => {
    start();
    vi.advanceTimersByTime(10_000);
    expect(states.at(-1)).toBe("offline");
    expect(FakeSocket.open).toHaveLength(0);
  });

  it("dials at once when the network is back, and never twice", () => {
    start();
    for (const delay of [500, 1000, 2000]) {
      FakeSocket.last.drop();
      vi.advanceTimersByTime(delay);
    }
    FakeSocket.last.drop();
    expect(FakeSocket.open).toHaveLength(0);
    dispatchEvent(new Event("online"));
    dispatchEvent(new Event("pageshow"));
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeSocket.open).toHaveLength(1);
    FakeSocket.last.ready();
    vi.advanceTimersByTime(60_000 - 1);
    expect(FakeSocket.open.length).toBeLessThanOrEqual(1);
  });

  it("after a sleep longer than the limit it comes back without waiting for a probe", () => {
    start();
    FakeSocket.last.ready();
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(states.at(-1)).toBe("offline");
    vi.advanceTimersByTime(500);
    expect(FakeSocket.open).toHaveLength(1);
  });

  it("probes when the browser says it is offline, and believes the answer", () => {
    start();
    FakeSocket.last.ready();
    dispatchEvent(new Event("offline"));
    expect(FakeSocket.last.sent.at(-1)).toEqual({ type: "ping" });
    FakeSocket.last.says({ type: "pong" });
    vi.advanceTimersByTime(4000);
    expect(live.state).toBe("live");
    dispatchEvent(new Event("offline"));
    vi.advanceTimersByTime(4000);
    expect(live.state).toBe("offline");
  });

  it("ignores what an abandoned socket still says", () => {
    start();
    const first = FakeSocket.last;
    const late = first.onmessage;
    first.ready();
    live.reconnect();
    late?.({ data: '{"type":"heartbeat","head":1}' });
    expect(frames).toHaveLength(1);
    expect(FakeSocket.open).toHaveLength(1);
  });

  it("survives frames that are not frames", () => {
    start();
    FakeSocket.last.ready();
    for (const text of ["", "{", "null", "[]", "3", '{"kind":"x"}']) FakeSocket.last.says(text);
    expect(frames).toHaveLength(1);
  });

  it("does not send into a closed line", () => {
    start();
    expect(live.send({ type: "ping" })).toBe(false);
    FakeSocket.last.ready();
    expect(live.send({ type: "ping" })).toBe(true);
    live.close();
    expect(live.send({ type: "ping" })).toBe(false);
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(states.at(-1)).toBe("live");
  });

  it("leaves no timer behind when closed", () => {
    start();
    FakeSocket.last.ready();
    live.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
