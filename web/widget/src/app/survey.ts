/** How it was: the visitor's stars on their way to the server. What is chosen is kept by the view until it got through. */
import type { Api } from "./api.ts";
import { applyState } from "./model.ts";
import type { Store } from "./store.ts";

export class Survey {
  #api: Api;
  #store: Store;

  constructor(api: Api, store: Store) {
    this.#api = api;
    this.#store = store;
  }

  /** Rejects when it did not get through. */
  async rate(stars: number, comment: string): Promise<void> {
    const { chat } = this.#store.model;
    if (!chat) return;
    await this.#api.rate(chat.id, stars, comment);
    this.#store.set({ rated: chat.id });
    this.#close(chat.id);
  }

  /** Gone at once; should the server not hear of it, it asks again another time. */
  skip(): void {
    const { chat } = this.#store.model;
    if (!chat) return;
    this.#close(chat.id);
    this.#api.skipRating(chat.id).catch(() => {});
  }

  #close(id: string): void {
    const { chat } = this.#store.model;
    if (chat?.id !== id) return;
    this.#store.setModel(applyState(this.#store.model, { ...chat, survey: false }));
  }
}
