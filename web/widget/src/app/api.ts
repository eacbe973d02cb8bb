/**
 * The customer's calls. Holds the visitor token, in memory only and only until the cookie has
 * taken over; where the browser refuses the cookie, the token stays in use.
 */
import { ApiError, type Method, type RequestOptions, request } from "@chatdesk/client/http";
import type {
  Attachment,
  ChatHistory,
  ChatIdentity,
  ChatMessageBody,
  ChatSummary,
  InitializeAnswer,
  InitializeBody,
  Message,
  UploadState,
} from "@chatdesk/client/types";

/** What the chat asks of whoever answers it: the server, or the preview. */
export type Api = Pick<
  ChatApi,
  | "needsToken"
  | "initialize"
  | "send"
  | "useCookie"
  | "logout"
  | "forget"
  | "history"
  | "status"
  | "typing"
  | "end"
  | "rate"
  | "skipRating"
  | "chats"
  | "mailCopy"
  | "beginFile"
  | "file"
  | "picture"
  | "link"
>;

export class ChatApi {
  #key: string;
  #token: string | null = null;
  #bearer = false;

  /** `key` is the inbox's public key. */
  constructor(key: string) {
    this.#key = key;
  }

  /** The cookie is not in use: a socket, which can only bring the cookie, would be refused. */
  get needsToken(): boolean {
    return this.#bearer;
  }

  async initialize(
    locale: string,
    page: string | null,
    identity: ChatIdentity | null = null,
  ): Promise<InitializeAnswer> {
    const body: InitializeBody = { inbox: this.#key, locale };
    if (page) body.page = page;
    if (identity) body.identity = identity;
    // Without it, a browser that refused the cookie would come back as a stranger.
    if (this.#token) body.token = this.#token;
    const answer = await this.#call<InitializeAnswer>("POST", "/api/chat/initialize", body);
    this.#bearer = answer.token !== null;
    this.#token = answer.token;
    // Whoever is vouched for got the cookie at once.
    if (answer.identity?.state === "verified") this.useCookie();
    return answer;
  }

  async send(body: Omit<ChatMessageBody, "inbox">, signal: AbortSignal): Promise<Message> {
    const { message } = await this.#call<{ message: Message }>(
      "POST",
      "/api/chat/message",
      { inbox: this.#key, ...body },
      // The page may be left while the message is under way.
      { signal, keepalive: true },
    );
    this.useCookie();
    return message;
  }

  /** The cookie has been set; the token is kept for a browser that did not take it. */
  useCookie(): void {
    if (!this.#refused) this.#bearer = false;
  }
  #refused = false;

  /** The token is no longer good for anything. */
  forget(): void {
    this.#token = null;
    this.#bearer = false;
    this.#refused = false;
  }

  history(id: string, bounds: { after?: number; before?: number; limit?: number }) {
    const query = new URLSearchParams();
    if (bounds.after !== undefined) query.set("after_seq", String(bounds.after));
    if (bounds.before !== undefined) query.set("before_seq", String(bounds.before));
    if (bounds.limit !== undefined) query.set("limit", String(bounds.limit));
    return this.#call<ChatHistory>("GET", `/api/chat/history/${encodeURIComponent(id)}?${query}`);
  }

  status(messageId: string, status: "delivered" | "read") {
    const path = `/api/chat/status/${encodeURIComponent(messageId)}`;
    return this.#call<void>("PUT", path, { status }, { keepalive: true });
  }

  typing(id: string) {
    return this.#call<void>("POST", `/api/chat/typing/${encodeURIComponent(id)}`, {});
  }

  end(id: string) {
    return this.#call<void>("POST", `/api/chat/end/${encodeURIComponent(id)}`, {});
  }

  /** The visitor's chats, newest first, at most 50. */
  async chats(): Promise<ChatSummary[]> {
    return (await this.#call<{ items: ChatSummary[] }>("GET", "/api/chat/conversations")).items;
  }

  mailCopy(id: string, email: string) {
    const path = `/api/chat/transcript/${encodeURIComponent(id)}`;
    return this.#call<void>("POST", path, { email });
  }

  /** How it was: 1 to 5 stars. */
  rate(id: string, stars: number, comment: string) {
    const path = `/api/chat/survey/${encodeURIComponent(id)}`;
    return this.#call<void>("PUT", path, { stars, comment });
  }

  skipRating(id: string) {
    return this.#call<void>("DELETE", `/api/chat/survey/${encodeURIComponent(id)}`);
  }

  logout() {
    return this.#call<void>("POST", "/api/chat/logout", {});
  }

  beginFile(conversation_id: string | null, name: string, size: number, signal: AbortSignal) {
    const body = { inbox: this.#key, conversation_id, name, size };
    return this.#call<UploadState>("POST", "/api/chat/attachment", body, { signal });
  }

  file<T>(method: Method, id: string, rest: string, body: unknown, opts: RequestOptions) {
    const path = `/api/chat/attachment/${encodeURIComponent(id)}${rest}`;
    return this.#call<T>(method, path, body, opts);
  }

  async picture(file: Attachment): Promise<Blob> {
    const size = file.thumbnail ? "?size=small" : "";
    const path = `/api/chat/files/${encodeURIComponent(file.id)}${size}`;
    const answer = await fetch(path, { headers: this.#headers(), credentials: "same-origin" });
    if (!answer.ok) throw new ApiError({ status: answer.status, code: "not_shown", title: "" });
    return answer.blob();
  }

  async link(id: string): Promise<string> {
    const path = `/api/chat/files/${encodeURIComponent(id)}/link`;
    return (await this.#call<{ url: string }>("GET", path)).url;
  }

  async #call<T>(
    method: Method,
    path: string,
    body?: unknown,
    opts: RequestOptions = {},
  ): Promise<T> {
    try {
      return await request<T>(method, path, body, { ...opts, headers: this.#headers() });
    } catch (error) {
      const refused = error instanceof ApiError && error.status === 401;
      if (!refused || this.#bearer || !this.#token) throw error;
      this.#bearer = this.#refused = true;
      return request<T>(method, path, body, { ...opts, headers: this.#headers() });
    }
  }

  #headers(): Record<string, string> {
    const headers: Record<string, string> = { "X-Chatdesk-Widget": "1" };
    if (this.#bearer && this.#token) headers.Authorization = `Bearer ${this.#token}`;
    return headers;
  }
}
