/**
 * What `window.chatdesk` understands. Copy this file into your project, or fetch it from your desk: /widget/chatdesk.d.ts.
 * Every call is safe before the widget is there, and may be repeated.
 */

/** Who is signed in on your site. `token`, or `id` with `exp` and `hash`, is made on your server; a name alone proves nothing. */
export type ChatdeskIdentity =
  | {
      /**
       * A JSON Web Token, signed with HS256 and the inbox's secret: `sub` your id of them, `aud` the inbox's key, `exp` at
       * most an hour ahead, `jti` another one for each token; `name` and `email` if you like.
       */
      token: string;
    }
  | {
      id: string | number;
      /** Unix seconds, at most a day ahead. */
      exp: number;
      /** HMAC-SHA256 of the secret over `id`, a line feed and `exp`, in hexadecimal. */
      hash: string;
      name?: string;
    }
  | { name: string };

export interface ChatdeskEvents {
  /** The button is on the page. */
  ready: undefined;
  open: undefined;
  close: undefined;
  /** How many messages are unread. */
  unread: number;
  /** Somebody wrote. What was written is never told to your page. */
  message: { from: "agent" | "user" };
  error: { code: string };
  /** `claimed`: nothing vouches for it. */
  identify: { state: "verified" | "claimed" };
  "identify:rejected": {
    reason: "malformed" | "signature" | "audience" | "expired" | "replayed";
  };
}

export interface Chatdesk {
  (command: "boot", options?: { key?: string; locale?: string; consent?: boolean }): void;
  (command: "identify", identity: ChatdeskIdentity): void;
  (command: "setLocale" | "setLanguage", locale: string): void;
  (command: "show" | "hide" | "open" | "close" | "toggle" | "logout" | "destroy"): void;
  (command: "get", what: "unread", tell: (count: number) => void): void;
  <E extends keyof ChatdeskEvents>(
    command: "on" | "off",
    event: E,
    listener: (value: ChatdeskEvents[E]) => void,
  ): void;
  /** Calls made before the widget came. */
  q?: ArrayLike<unknown>[];
}
