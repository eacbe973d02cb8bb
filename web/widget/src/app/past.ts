/** The visitor's chats: which there are, how another one is opened or begun, and what of one can be taken along. */
import type { ChatState, ChatSummary, Message } from "@chatdesk/client/types";
import type { Api } from "./api.ts";
import type { Store } from "./store.ts";

/** As many as a page of history carries, and the pages of one chat that are taken along. */
const PAGE = 200;
const MOST_PAGES = 50;

type Show = (chat: ChatState | null, messages: readonly Message[]) => void;

export class Past {
  #api: Api;
  #store: Store;
  #show: Show;

  constructor(api: Api, store: Store, show: Show) {
    this.#api = api;
    this.#store = store;
    this.#show = show;
  }

  list(): Promise<ChatSummary[]> {
    return this.#api.chats();
  }

  /** Rejects when its messages cannot be had; what is shown then stays. */
  async open(chat: ChatSummary): Promise<void> {
    const { messages } = await this.#api.history(chat.id, { limit: 50 });
    this.#show(chat, messages);
    this.#store.set({ sheet: null, focus: this.#store.view.focus + 1 });
  }

  begin(): void {
    this.#show(null, []);
    this.#store.set({ sheet: null, focus: this.#store.view.focus + 1 });
  }

  /** Every message of the chat that is shown, oldest first. */
  async whole(): Promise<Message[]> {
    const id = this.#store.model.chat?.id;
    const all: Message[] = [];
    if (!id) return all;
    for (let page = 0; page < MOST_PAGES; page++) {
      const after = all.at(-1)?.seq ?? 0;
      const { messages, head_seq } = await this.#api.history(id, { after, limit: PAGE });
      all.push(...messages);
      if (messages.length === 0 || (all.at(-1)?.seq ?? 0) >= head_seq) break;
    }
    return all;
  }

  mail(email: string): Promise<void> {
    const id = this.#store.model.chat?.id ?? "";
    return this.#api.mailCopy(id, email);
  }
}
