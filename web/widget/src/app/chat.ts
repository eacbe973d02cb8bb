/**
 * The visitor's chat: opens it, sends, receives, catches up. Everything it knows goes into the
 * store; what it looks like is the view's business.
 */
import { ApiError } from "@chatdesk/client/http";
import { reconnectDelay } from "@chatdesk/client/live";
import { Outbox } from "@chatdesk/client/outbox";
import type { QueueItem } from "@chatdesk/client/queue";
import type {
  Attachment,
  ChatIdentity,
  ChatState,
  CustomerServerFrame,
  Message,
} from "@chatdesk/client/types";
import type { UploadRoutes } from "@chatdesk/client/upload";
import type { IdentityState } from "../shared/protocol.ts";
import type { Api } from "./api.ts";
import { forgetAll, outboxStorage } from "./keep.ts";
import {
  addMessages,
  addOlder,
  applyEvent,
  applyState,
  begin,
  empty,
  endedByVisitor,
  hasGap,
  isMine,
  type Model,
  markRead,
  newestFromAgents,
  oldestUnsettled,
  reached,
  replaceMessages,
  withAgentMarks,
} from "./model.ts";
import { Past } from "./past.ts";
import { Receipts } from "./receipts.ts";
import { readSound, ring } from "./sound.ts";
import { Speech } from "./speech.ts";
import type { Store, Written } from "./store.ts";
import { Survey } from "./survey.ts";
import { currentLocale, t } from "./t.ts";
import { joinTabs, type Tabs } from "./tabs.ts";
import { Wire } from "./wire.ts";

/** Milliseconds. */
const TYPING_SHOWN = 6_000;
const TYPING_PACE = 2_000;
const BACK_SHOWN = 3_000;
const BANNER_AFTER = 1_500;
const CHANGE_WITHIN = 3_000;
const PAGE = 50;
/** Every so many rounds of asking, the owner and the state are asked for too. */
const FULL_ROUND = 5;

const isWritten = (value: unknown): value is Written =>
  typeof (value as Written | null)?.text === "string";

export class Chat {
  #api: Api;
  readonly store: Store;
  #tabs: Tabs;
  #outbox: Outbox<Written, Message>;
  #receipts: Receipts;
  #speech: Speech;
  #wire: Wire | null = null;
  #opening: Promise<void> | null = null;
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  #typedAt = 0;
  #bannerStarts: ReturnType<typeof setTimeout> | undefined;
  #bannerEnds: ReturnType<typeof setTimeout> | undefined;
  /** Messages that came since we were cut off; null while we are not. */
  #missed: number | null = null;
  #changed: ReturnType<typeof setTimeout> | undefined;
  #catchingUp = false;
  #rounds = 0;
  #atBottom = true;
  /** Where each unsent message goes: fixed at its first try, so that every try says the same. */
  #targets = new Map<string, string | null>();
  readonly survey: Survey;
  readonly past: Past;
  page: string | null = null;
  /** Who the site says the visitor is. */
  #identity: ChatIdentity | null = null;
  /** Told what became of that. */
  onIdentity: (state: IdentityState, reason: string) => void = () => {};
  /** Told of each message, by whom only. */
  onMessage: (from: "agent" | "user") => void = () => {};

  constructor(key: string, api: Api, store: Store) {
    this.#api = api;
    this.store = store;
    this.survey = new Survey(api, store);
    this.past = new Past(api, store, (chat, messages) => this.#show(chat, messages));
    store.set({ sound: readSound() });
    this.#speech = new Speech(
      (spoken) => store.set({ spoken }),
      (count) => t("live_many", { n: count }),
    );
    this.#receipts = new Receipts({
      newest: () => newestFromAgents(store.model),
      seeing: () => this.#seeing(),
      put: (message, status) => api.status(message.id, status),
      onSeen: ({ seq }) => store.setModel(markRead(store.model, seq)),
    });
    this.#outbox = new Outbox<Written, Message>({
      send: (item, signal) => this.#post(item, signal),
      isPayload: isWritten,
      onChange: (pending, hold) => {
        store.set({ pending, hold });
        if (hold?.reason === "offline" && !this.#wire) this.#unsentOffline();
      },
      onSent: (item, message) => this.#sent(item, message),
      storage: outboxStorage(key),
    });
    store.set({ pending: this.#outbox.items });
    this.#tabs = joinTabs(key, (news) => {
      if (news.type === "began") this.#joinRunning();
      else if (news.type === "left") this.#vanish();
      else if (news.id === store.model.chat?.id) store.setModel(endedByVisitor(store.model));
    });
    document.addEventListener("visibilitychange", () => this.look());
    addEventListener("online", () => this.#outbox.wake());
  }

  /** Nothing was asked of the server yet, and something waits to be sent. */
  get hasUnsent(): boolean {
    return this.#outbox.items.length > 0;
  }

  /** Opens the chat if that has not happened; safe to call again. */
  start(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      this.#openFailed(error);
      throw error;
    });
    return this.#opening;
  }

  /** A person does not want to wait for the next try. */
  tryAgain(): void {
    clearTimeout(this.#retry);
    this.start().catch(() => {});
  }

  async #open(): Promise<void> {
    const { store } = this;
    // While it is tried again, what failed stays said: a notice that comes and goes cannot be clicked.
    if (store.view.phase === "idle") store.set({ phase: "loading" });
    const answer = await this.#api.initialize(currentLocale(), this.page, this.#identity);
    if (answer.identity) {
      const { state, reason = "" } = answer.identity;
      this.onIdentity(state, reason);
    }
    let model: Model = { ...store.model, inbox: answer.inbox };
    if (answer.conversation) {
      const { id, contact_marks } = answer.conversation;
      const { messages } = await this.#api.history(id, { limit: PAGE });
      this.#receipts.confirm(contact_marks);
      model = applyState(replaceMessages(model, messages), answer.conversation);
      this.#settle(messages);
    }
    this.#tries = 0;
    store.set({ model, phase: "ready", retryAt: null });
    if (answer.conversation) this.#connect();
    this.#receipts.consider();
    this.#outbox.wake();
  }

  /** The site knows who this is; null: it is nobody any more. */
  identify(identity: ChatIdentity | null): void {
    const changed = JSON.stringify(identity) !== JSON.stringify(this.#identity);
    this.#identity = identity;
    if (identity === null) void this.#leave();
    else if (changed && this.#opening) void this.#openAnew();
  }

  async #openAnew(): Promise<void> {
    await this.#opening?.catch(() => {});
    this.#forgetChat();
    await this.start().catch(() => {});
  }

  #forgetChat(): void {
    this.#wire?.close();
    this.#wire = null;
    this.#receipts.reset();
    this.#opening = null;
    const { inbox } = this.store.model;
    this.store.set({ model: { ...empty, inbox }, phase: "loading" });
  }

  /** Nothing of this visitor stays on the device, in no tab. */
  async #leave(): Promise<void> {
    await this.#api.logout().catch(() => {});
    this.#tabs.tell({ type: "left" });
    this.onIdentity("left", "");
    this.#vanish();
  }

  #vanish(): void {
    this.#wire?.close();
    forgetAll();
    location.reload();
  }

  #openFailed(error: unknown): void {
    const { store } = this;
    if (error instanceof ApiError && error.status === 404) {
      store.set({ phase: "not_found" });
      return;
    }
    const told = error instanceof ApiError ? error.retryAfter : null;
    const slow = error instanceof ApiError && error.status === 429;
    const delay = told === null ? reconnectDelay(this.#tries + 2, Math.random()) : told * 1000;
    this.#tries += 1;
    store.set({ phase: "failed", retryAt: slow ? Date.now() + delay : null });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.tryAgain(), delay);
  }

  /* ---------- writing ---------- */

  /** False when too many wait already; the text then stays in the field. */
  send(text: string, files: readonly Attachment[] = []): boolean {
    const written: Written = files.length > 0 ? { text, files } : { text };
    const taken = this.#outbox.push(written) !== null;
    this.store.set({ notice: taken ? null : "full" });
    return taken;
  }

  /** How files reach the server; the chat is opened first, for they need its visitor. */
  get routes(): UploadRoutes {
    const begin = async (name: string, size: number, signal: AbortSignal) => {
      if (this.store.view.phase !== "ready") await this.start();
      return this.#api.beginFile(this.store.model.chat?.id ?? null, name, size, signal);
    };
    return { begin, call: (...args) => this.#api.file(...args) };
  }

  /** The bytes of a picture, small if there is a small one. */
  picture = (file: Attachment): Promise<Blob> => this.#api.picture(file);

  /** An address that opens a file for a few minutes. */
  link = (file: Attachment): Promise<string> => this.#api.link(file.id);

  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  discard(clientId: string): void {
    this.#targets.delete(clientId);
    this.#outbox.discard(clientId);
  }

  /** The visitor is writing: the agents may see that, at most every two seconds. */
  typing(): void {
    const { chat } = this.store.model;
    if (!chat || chat.state === "resolved" || Date.now() - this.#typedAt < TYPING_PACE) return;
    this.#typedAt = Date.now();
    if (this.#wire?.send({ type: "typing", conversation_id: chat.id })) return;
    this.#api.typing(chat.id).catch(() => {});
  }

  async end(): Promise<void> {
    const { chat } = this.store.model;
    if (!chat) return;
    try {
      await this.#api.end(chat.id);
      this.store.set({ model: endedByVisitor(this.store.model), notice: null });
      this.#tabs.tell({ type: "ended", id: chat.id });
      // where no socket tells, whether the visitor is asked how it was has to be asked for
      if (this.#api.needsToken) void this.#askState().catch(() => {});
    } catch {
      this.store.set({ notice: "end_failed" });
    }
  }

  async #post(item: QueueItem<Written>, signal: AbortSignal): Promise<Message> {
    if (this.store.view.phase !== "ready") await this.start();
    const { clientId, payload } = item;
    const pinned = this.#targets.get(clientId);
    const target = pinned === undefined ? (this.store.model.chat?.id ?? null) : pinned;
    this.#targets.set(clientId, target);
    const post = (conversation_id: string | null) =>
      this.#api.send(
        {
          conversation_id,
          client_id: clientId,
          content: { type: "text", text: payload.text },
          attachments: payload.files?.map((file) => file.id) ?? [],
        },
        signal,
      );
    try {
      return await post(target);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404 && target !== null) return post(this.#retarget(clientId));
      if (error.status !== 401) throw error;
      await this.#lose();
      return post(this.#retarget(clientId));
    }
  }

  #retarget(clientId: string): null {
    this.#targets.set(clientId, null);
    return null;
  }

  /** The server no longer knows this visitor: what is unsent starts a new chat. */
  async #lose(): Promise<void> {
    this.#api.forget();
    this.#forgetChat();
    this.store.set({ notice: "lost" });
    await this.start();
  }

  #sent(item: QueueItem<Written>, message: Message): void {
    this.#targets.delete(item.clientId);
    const { store } = this;
    const first = store.model.chat?.id !== message.conversation_id;
    store.setModel(addMessages(begin(store.model, message), [message]));
    clearTimeout(this.#bannerStarts);
    this.#bannerStarts = undefined;
    // With a wire, only it knows that nothing is missing any more.
    if (!this.#wire) this.#backOnline();
    this.onMessage("user");
    if (!first) {
      if (hasGap(store.model)) void this.#catchUp();
      return;
    }
    this.#receipts.reset();
    this.#wire?.close();
    this.#connect();
    this.#tabs.tell({ type: "began" });
    if (message.seq > 1) void this.#reload();
  }

  /** Another of the visitor's chats, or none: what is written then begins a new one. */
  #show(chat: ChatState | null, messages: readonly Message[]): void {
    const { store } = this;
    this.#wire?.close();
    this.#wire = null;
    this.#receipts.reset();
    const bare: Model = { ...empty, inbox: store.model.inbox };
    const model = chat ? applyState(replaceMessages(bare, messages), chat) : bare;
    store.set({ model, wroteBefore: true, typing: null, rated: null, notice: null });
    if (!chat) return;
    this.#receipts.confirm(chat.contact_marks);
    this.#connect();
    this.#receipts.consider();
  }

  /** Another tab began the chat: its cookie is ours too. */
  #joinRunning(): void {
    if (this.store.model.chat || this.store.view.phase !== "ready") return;
    this.#api.useCookie();
    this.#opening = null;
    this.start().catch(() => {});
  }

  /* ---------- receiving ---------- */

  #connect(): void {
    this.#wire?.close();
    this.#wire = new Wire({
      hello: () => {
        const { chat } = this.store.model;
        const conversations = chat ? { [chat.id]: reached(this.store.model) } : {};
        return { type: "hello", conversations };
      },
      onFrame: (frame) => this.#receive(frame),
      poll: () => this.#ask(),
      socketless: () => this.#api.needsToken,
      shown: () => this.#shown(),
      onCutOff: () => this.#cutOff(),
      onUp: () => {
        if (this.store.view.hold?.reason === "offline") this.#outbox.wake();
        this.#receipts.consider();
      },
    });
  }

  #receive(frame: CustomerServerFrame): void {
    const { store } = this;
    switch (frame.type) {
      case "event":
        if (frame.kind === "message.created") this.#arrived([frame.data.message]);
        else {
          store.setModel(applyEvent(store.model, frame));
          if (frame.kind === "survey.asked") this.#speech.add(t("rate_ask"));
          if (frame.kind === "conversation.marked") {
            this.#receipts.confirm(frame.data.contact_marks);
          } else this.#showTyping(null);
        }
        break;
      case "conversation": {
        const { type: _, conversation_id: id, ...state } = frame;
        if (id !== store.model.chat?.id) return;
        store.setModel(applyState(store.model, { id, ...state }));
        this.#receipts.confirm(state.contact_marks);
        if (hasGap(store.model)) void this.#catchUp();
        this.#backOnline();
        break;
      }
      case "typing":
        if (frame.conversation_id === store.model.chat?.id) this.#showTyping(frame.author.name);
        break;
      case "heartbeat": {
        const id = store.model.chat?.id ?? "";
        if (hasGap(store.model, frame.conversations[id] ?? 0)) void this.#catchUp();
        break;
      }
      case "snapshot_required":
        void this.#reload();
        break;
      case "inbox_changed":
        this.#askLater();
        break;
    }
  }

  /** Stored messages, from the socket or from a page of history. */
  #arrived(messages: readonly Message[]): void {
    const { store } = this;
    const before = store.model;
    const here = messages.filter((message) => message.conversation_id === before.chat?.id);
    const model = addMessages(before, here);
    if (model === before) return;
    store.setModel(model);
    const held = new Set(before.messages.map((message) => message.seq));
    const fresh = here.filter((message) => !held.has(message.seq));
    this.#settle(fresh);
    for (const message of fresh) if (!isMine(message)) this.#fromAgent(message);
    if (hasGap(model)) void this.#catchUp();
    this.#receipts.consider();
  }

  /** What is stored is no longer on its way, whatever became of our own try. */
  #settle(messages: readonly Message[]): void {
    for (const { client_id } of messages) if (client_id) this.#outbox.settle(client_id);
  }

  #fromAgent(message: Message): void {
    this.#showTyping(null);
    if (this.#missed !== null) this.#missed += 1;
    const name = message.author.name || t("someone");
    const files = (message.attachments ?? []).map((file) => file.name).join(", ");
    const text = message.content.text || files;
    this.#speech.add(t("live_message", { name, text }));
    this.onMessage("agent");
    if (this.store.view.sound) ring(message.id);
  }

  #showTyping(name: string | null): void {
    clearTimeout(this.#typingEnds);
    this.store.set({ typing: name });
    if (name === null) return;
    this.#typingEnds = setTimeout(() => this.store.set({ typing: null }), TYPING_SHOWN);
  }

  /** Fetches what is missing above what is held, page by page. */
  async #catchUp(): Promise<void> {
    const { chat } = this.store.model;
    if (!chat || this.#catchingUp) return;
    this.#catchingUp = true;
    try {
      for (;;) {
        const from = reached(this.store.model);
        const page = await this.#api.history(chat.id, { after: from, limit: 200 });
        if (this.store.model.chat?.id !== chat.id) return;
        this.#arrived(page.messages);
        const to = reached(this.store.model);
        if (to >= page.head_seq || to === from) return;
      }
    } catch {
      // The next heartbeat tells of the gap again.
    } finally {
      this.#catchingUp = false;
    }
  }

  /** The newest page in place of whatever was held. */
  async #reload(): Promise<void> {
    const { chat } = this.store.model;
    if (!chat) return;
    try {
      const { messages } = await this.#api.history(chat.id, { limit: PAGE });
      if (this.store.model.chat?.id !== chat.id) return;
      this.store.setModel(replaceMessages(this.store.model, messages));
      this.#receipts.consider();
    } catch {
      // The heartbeat's gap brings the rest.
    }
  }

  /** One round without a socket: new messages, and what became of our own. */
  async #ask(): Promise<void> {
    const { chat } = this.store.model;
    if (!chat) return;
    try {
      if (this.#rounds++ % FULL_ROUND === 0) await this.#askState();
      const from = oldestUnsettled(this.store.model);
      const { messages } = await this.#api.history(chat.id, { after: from, limit: 200 });
      this.#arrived(messages);
      this.store.setModel(withAgentMarks(this.store.model, messages));
      this.#backOnline();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      await this.#lose();
    }
  }

  async #askState(): Promise<void> {
    const answer = await this.#api.initialize(currentLocale(), this.page);
    const { conversation, inbox } = answer;
    this.store.setModel({ ...this.store.model, inbox });
    if (!conversation || conversation.id !== this.store.model.chat?.id) return;
    this.#receipts.confirm(conversation.contact_marks);
    this.store.setModel(applyState(this.store.model, conversation));
  }

  /** Every open chat hears of a change at the same moment: they ask one after the other. */
  #askLater(): void {
    clearTimeout(this.#changed);
    this.#changed = setTimeout(
      () => this.#askState().catch(() => {}),
      Math.random() * CHANGE_WITHIN,
    );
  }

  async loadOlder(): Promise<void> {
    const { store } = this;
    const { chat, messages, older } = store.model;
    const [first] = messages;
    if (!chat || !first || !older || store.view.older === "loading") return;
    store.set({ older: "loading" });
    try {
      const page = await this.#api.history(chat.id, { before: first.seq, limit: PAGE });
      store.set({ model: addOlder(store.model, page.messages), older: "idle" });
    } catch {
      store.set({ older: "failed" });
    }
  }

  /* ---------- being cut off ---------- */

  #cutOff(): void {
    clearTimeout(this.#bannerEnds);
    this.#missed = 0;
    this.store.set({ banner: { kind: "offline" } });
  }

  /** Before there is a chat only sending can tell that we are cut off. */
  #unsentOffline(): void {
    this.#bannerStarts ??= setTimeout(() => this.#cutOff(), BANNER_AFTER);
  }

  /** All that was missed is here: say so, then stop saying it. */
  #backOnline(): void {
    if (this.#missed === null) return;
    const count = this.#missed;
    this.#missed = null;
    this.store.set({ banner: { kind: "back", count } });
    this.#bannerEnds = setTimeout(() => this.store.set({ banner: null }), BACK_SHOWN);
  }

  /* ---------- looking ---------- */

  #shown(): boolean {
    return this.store.view.open && document.visibilityState === "visible";
  }

  #seeing(): boolean {
    return this.#shown() && this.#atBottom;
  }

  /** The view tells whether the newest message is in sight. */
  setAtBottom(atBottom: boolean): void {
    if (this.#atBottom === atBottom) return;
    this.#atBottom = atBottom;
    this.#receipts.consider();
  }

  /** The panel was opened, or the tab came to the front. */
  look(): void {
    this.#receipts.consider();
    if (!this.#shown()) return;
    this.#wire?.wake();
    // Without a wire nobody tells us of a change; whoever opens the chat sees it as it is now.
    if (!this.#wire && this.store.view.phase === "ready") this.#askState().catch(() => {});
  }
}
