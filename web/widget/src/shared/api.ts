/** What `window.chatdesk` is: types shared by the loader and the launcher. */

export interface BootOptions {
  key?: string;
  locale?: string;
  /** Set once the visitor agreed, where the snippet says `data-consent="wait"`. */
  consent?: boolean;
}

export type Call = ArrayLike<unknown>;

export interface Api {
  (...call: unknown[]): void;
  /** Calls made before the launcher came. */
  q?: Call[];
  /** The launcher's handler, once it is there. */
  h?: ((call: Call) => void) | undefined;
  /** Set by the loader, so that a second snippet does nothing. */
  v?: number;
}

/** What the loader hands to the launcher. */
export interface StartOptions {
  api: Api;
  /** Where the widget is served from, `https://desk.example`. */
  origin: string;
  key: string;
  /** Where this launcher is, with its words in a language. */
  address?: (locale: string) => string;
  /** Where the chat's page is, when it is not the inbox's own. */
  frame?: string;
  locale?: string | undefined;
  /** Lets a later `boot` load the launcher again. */
  reset: () => void;
}

declare global {
  interface Window {
    chatdesk?: Api;
  }
}
