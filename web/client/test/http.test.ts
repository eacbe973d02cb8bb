import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, request } from "../src/http.ts";

function answer(status: number, body: string | null, headers: Record<string, string> = {}) {
  const mock = vi.fn<typeof fetch>(async () => new Response(body, { status, headers }));
  vi.stubGlobal("fetch", mock);
  return mock;
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error("expected an ApiError");
  return error;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("request", () => {
  it("sends JSON with same-origin credentials and answers the body", async () => {
    const mock = answer(201, '{"id":"a"}', { "Content-Type": "application/json" });
    await expect(request("POST", "/api/x", { a: 1 }, { headers: { X: "1" } })).resolves.toEqual({
      id: "a",
    });
    const init = mock.mock.calls[0]?.[1];
    expect(init).toMatchObject({ method: "POST", credentials: "same-origin", body: '{"a":1}' });
    expect(init?.headers).toEqual({
      Accept: "application/json",
      "Content-Type": "application/json",
      X: "1",
    });
  });

  it("answers undefined for 204 and sends no content type without a body", async () => {
    const mock = answer(204, null);
    await expect(request("DELETE", "/api/x")).resolves.toBeUndefined();
    expect(mock.mock.calls[0]?.[1]?.headers).not.toHaveProperty("Content-Type");
  });

  it("carries a problem whole", async () => {
    const problem = {
      type: "about:blank",
      title: "Slow down",
      status: 429,
      detail: "20 a minute is the limit.",
      code: "slow_down",
      request_id: "r1",
      retry_after: 12,
    };
    answer(429, JSON.stringify(problem), { "Content-Type": "application/problem+json" });
    const error = await failure(request("POST", "/api/x", {}));
    expect(error).toMatchObject({
      status: 429,
      code: "slow_down",
      title: "Slow down",
      requestId: "r1",
      retryAfter: 12,
      problem,
      temporary: true,
    });
  });

  it("reads Retry-After and the request id when a proxy answers in HTML", async () => {
    answer(503, "<h1>Bad</h1>", {
      "Content-Type": "text/html",
      "Retry-After": "5",
      "X-Request-Id": "r2",
    });
    const error = await failure(request("GET", "/api/x"));
    expect(error).toMatchObject({
      status: 503,
      code: "http_503",
      retryAfter: 5,
      requestId: "r2",
      problem: null,
      temporary: true,
    });
  });

  it("a login page in place of an answer is not an answer", async () => {
    answer(200, "<html>Welcome to the hotel</html>", { "Content-Type": "text/html" });
    const error = await failure(request("GET", "/api/x"));
    expect(error).toMatchObject({ code: "bad_answer", temporary: true });
  });

  it("tells offline, too late and cancelled apart", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
    expect((await failure(request("GET", "/x"))).code).toBe("offline");

    vi.stubGlobal(
      "fetch",
      (_: string, init: RequestInit) =>
        new Promise((_resolve, reject) => {
          const abort = () => reject(new DOMException("x", "AbortError"));
          if (init.signal?.aborted) abort();
          else init.signal?.addEventListener("abort", abort);
        }),
    );
    const late = failure(request("GET", "/x", undefined, { timeout: 1000 }));
    vi.advanceTimersByTime(1000);
    expect(await late).toMatchObject({ code: "timeout", status: 0, temporary: true });

    const controller = new AbortController();
    const cancelled = failure(request("GET", "/x", undefined, { signal: controller.signal }));
    controller.abort();
    expect(await cancelled).toMatchObject({ code: "aborted", temporary: false });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([400, 401, 403, 404, 409, 413, 422])("%i is not worth repeating", async (status) => {
    answer(status, "{}", { "Content-Type": "application/json" });
    expect((await failure(request("GET", "/x"))).temporary).toBe(false);
  });
});
