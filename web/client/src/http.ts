/**
 * One JSON request to our own server, and the one error it can throw.
 * Knows nothing of any endpoint; retries and queues live with those who call it.
 */
import type { Problem } from "./types.ts";

/** Codes made on this side, when no answer of the server's says why. */
export type LocalCode = "offline" | "timeout" | "aborted" | "bad_answer";

export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The server's stable code, or a {@link LocalCode}. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | null;
  /** Seconds to wait before another try, when the server said so. */
  readonly retryAfter: number | null;
  readonly problem: Problem | null;

  constructor(init: {
    status: number;
    code: string;
    title: string;
    detail?: string;
    requestId?: string | null;
    retryAfter?: number | null;
    problem?: Problem | null;
  }) {
    super(`${init.code}: ${init.title}`);
    this.status = init.status;
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail ?? "";
    this.requestId = init.requestId ?? null;
    this.retryAfter = init.retryAfter ?? null;
    this.problem = init.problem ?? null;
  }

  /** The same call may succeed later, unchanged: no answer, a server fault, or "slow down". */
  get temporary(): boolean {
    if (this.code === "bad_answer") return true;
    if (this.status === 0) return this.code !== "aborted";
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export interface RequestOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Milliseconds until the call is given up as `timeout`; 15,000 when left out. */
  timeout?: number;
  /** Lets the call outlive the page. */
  keepalive?: boolean;
}

const DEFAULT_TIMEOUT = 15_000;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Calls `path` on our own origin with same-origin credentials and answers the parsed body
 * (`undefined` for 204). Throws only {@link ApiError}.
 */
export async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  opts: RequestOptions = {},
): Promise<T> {
  const { signal, cancel, timedOut } = withTimeout(opts.signal, opts.timeout ?? DEFAULT_TIMEOUT);
  const headers: Record<string, string> = { Accept: "application/json", ...opts.headers };
  const init: RequestInit = { method, headers, credentials: "same-origin", signal };
  if (body !== undefined) {
    const bytes = body instanceof Blob;
    headers["Content-Type"] = bytes ? "application/octet-stream" : "application/json";
    init.body = bytes ? body : JSON.stringify(body);
  }
  if (opts.keepalive) init.keepalive = true;
  try {
    const response = await fetch(path, init);
    if (!response.ok) throw await errorOf(response);
    return (await bodyOf(response)) as T;
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw unanswered(timedOut(), opts.signal?.aborted ?? false);
  } finally {
    cancel();
  }
}

function withTimeout(outer: AbortSignal | undefined, ms: number) {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  const follow = () => controller.abort();
  if (outer?.aborted) follow();
  else outer?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => late,
    cancel: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
    },
  };
}

function unanswered(late: boolean, aborted: boolean): ApiError {
  if (late) {
    return new ApiError({
      status: 0,
      code: "timeout",
      title: "The server took too long to answer",
      detail: "Nothing is lost. Try again.",
    });
  }
  if (aborted) return new ApiError({ status: 0, code: "aborted", title: "Cancelled" });
  return new ApiError({
    status: 0,
    code: "offline",
    title: "We can't reach the server",
    detail: "Check your connection. Nothing is lost.",
  });
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError({
      status: response.status,
      code: "bad_answer",
      title: "The server's answer could not be read",
      requestId: response.headers.get("X-Request-Id"),
    });
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = await problemOf(response);
  return new ApiError({
    status: response.status,
    code: problem?.code ?? `http_${response.status}`,
    title: problem?.title ?? `The server answered ${response.status}`,
    detail: problem?.detail ?? "",
    requestId: problem?.request_id ?? response.headers.get("X-Request-Id"),
    retryAfter: problem?.retry_after ?? secondsOf(response.headers.get("Retry-After")),
    problem,
  });
}

/** A proxy in between may answer with HTML; then there is no problem to read. */
async function problemOf(response: Response): Promise<Problem | null> {
  if (!/\bjson\b/.test(response.headers.get("Content-Type") ?? "")) return null;
  const parsed: unknown = await response.json().catch(() => null);
  const isProblem =
    typeof parsed === "object" &&
    parsed !== null &&
    typeof (parsed as { code?: unknown }).code === "string";
  return isProblem ? (parsed as Problem) : null;
}

function secondsOf(header: string | null): number | null {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
