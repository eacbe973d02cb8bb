// A server that keeps the customer's side of the wire contract, for browser tests: no agents, no
// storage; the test plays the agent through the methods of `Desk`.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";

const DIST = `${import.meta.dirname}/../dist`;
export const KEY = "pk_test";
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; connect-src 'self'";
const TYPES = { js: "text/javascript", css: "text/css", html: "text/html", svg: "image/svg+xml" };

export class Desk {
  look = {
    colour: "#0560dc",
    text_colour: "#ffffff",
    position: "right",
    label: "",
    font: "system",
    space_side: 20,
    space_bottom: 20,
    corner: 16,
    icon: "chat",
    z_index: 1000,
  };
  widget = {
    hide_on: [],
    greetings: [],
    menu: [],
    form: { enabled: false, fields: [] },
    hours: { enabled: false, time_zone: "", open: [] },
    survey: { after_agent: false, after_customer: false },
    hide_reply_time: false,
    texts: { greeting: "", label: "", away: "", person: "", question: "", thanks: "" },
    languages: {},
  };
  inbox = { name: "Acme", greeting: "Hi 👋 How can we help?" };
  /** Faults a test switches on. */
  faults = { sockets: true, cookies: true, limit: 0, refuse: 0, down: false, answerLost: false };
  requests = [];
  contacts = new Map();
  conversations = new Map();
  #sockets = new Map();
  #server;
  #wss = new WebSocketServer({ noServer: true });

  async listen(port = 0) {
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((error) => {
        response.writeHead(500).end(String(error));
      });
    });
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise((done) => this.#server.listen(port, "0.0.0.0", done));
    this.port = this.#server.address().port;
    return this;
  }

  close() {
    this.dropSockets();
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(done));
  }

  /* ---------- the agents ---------- */

  get only() {
    const all = [...this.conversations.values()];
    if (all.length !== 1) throw new Error(`expected one conversation, there are ${all.length}`);
    return all[0];
  }

  claim(name = "Maya") {
    const chat = this.only;
    chat.owner = { name };
    chat.state = "active";
    this.#tell(chat, "conversation.claimed", { owner: chat.owner });
  }

  says(text, name = this.only.owner?.name ?? "Maya") {
    return this.#store(this.only, { type: "agent", id: "agent_1", name }, text, null);
  }

  types(name = "Maya") {
    const chat = this.only;
    this.#send(chat, { type: "typing", conversation_id: chat.id, author: { type: "agent", name } });
  }

  marks(marks) {
    const chat = this.only;
    Object.assign(chat.agent_marks, marks);
    this.#marked(chat);
  }

  resolve() {
    const chat = this.only;
    chat.state = "resolved";
    this.#tell(chat, "conversation.resolved", {});
  }

  heartbeat() {
    const chat = this.only;
    this.#send(chat, {
      type: "heartbeat",
      head: 1,
      conversations: { [chat.id]: chat.messages.length },
    });
  }

  /** Stores a message without telling any socket. */
  saysSilently(text) {
    return this.#add(this.only, { type: "agent", id: "agent_1", name: "Maya" }, text, null);
  }

  dropSockets(code = 1012) {
    for (const socket of this.#wss.clients) socket.close(code);
  }

  cutSockets() {
    for (const socket of this.#wss.clients) socket.terminate();
  }

  get socketCount() {
    return this.#wss.clients.size;
  }

  /* ---------- conversations ---------- */

  #open(contact, given) {
    const known = given && this.conversations.get(given);
    if (given && (!known || known.contact !== contact)) return null;
    const open = [...this.conversations.values()].find(
      (chat) => chat.contact === contact && chat.state !== "resolved",
    );
    const found = known ?? open;
    if (found) {
      if (found.state === "resolved") {
        found.state = found.owner ? "active" : "waiting";
        this.#tell(found, "conversation.reopened", { state: found.state });
      }
      return found;
    }
    const chat = {
      id: `conversation_${randomUUID()}`,
      contact,
      state: "waiting",
      owner: null,
      survey: false,
      messages: [],
      contact_marks: { delivered_seq: 0, read_seq: 0 },
      agent_marks: { delivered_seq: 0, read_seq: 0 },
    };
    this.conversations.set(chat.id, chat);
    return chat;
  }

  #add(chat, author, text, client_id) {
    const message = {
      id: `message_${randomUUID()}`,
      conversation_id: chat.id,
      seq: chat.messages.length + 1,
      client_id,
      author,
      content: { type: "text", text },
      note: false,
      reply_to: null,
      status: "sent",
      created_at: new Date().toISOString(),
    };
    chat.messages.push(message);
    return message;
  }

  #store(chat, author, text, clientId) {
    const message = this.#add(chat, author, text, clientId);
    this.#send(chat, {
      type: "event",
      seq: message.seq,
      kind: "message.created",
      conversation_id: chat.id,
      data: { message },
    });
    return message;
  }

  #state(chat) {
    const { state, contact_marks, agent_marks, owner } = chat;
    return { state, head_seq: chat.messages.length, contact_marks, agent_marks, owner };
  }

  #marked(chat) {
    const { contact_marks, agent_marks } = chat;
    this.#tell(chat, "conversation.marked", { contact_marks, agent_marks });
  }

  #tell(chat, kind, data) {
    const seq = chat.messages.length;
    this.#send(chat, { type: "event", seq, kind, conversation_id: chat.id, data });
  }

  #send(chat, frame) {
    for (const [socket, ids] of this.#sockets) {
      if (ids.has(chat.id)) socket.send(JSON.stringify(frame));
    }
  }

  /* ---------- the socket ---------- */

  #upgrade(request, socket, head) {
    if (!this.faults.sockets || this.faults.down) {
      socket.destroy();
      return;
    }
    this.#wss.handleUpgrade(request, socket, head, (ws) => {
      const contact = this.#byCookie(request);
      if (!contact) {
        ws.close(4001);
        return;
      }
      this.#sockets.set(ws, new Set());
      ws.on("close", () => this.#sockets.delete(ws));
      ws.on("message", (data) => this.#hear(ws, contact, JSON.parse(String(data))));
    });
  }

  #hear(ws, contact, frame) {
    this.requests.push(`ws ${frame.type}`);
    if (frame.type === "ping") ws.send('{"type":"pong"}');
    if (frame.type !== "hello") return;
    ws.send('{"type":"ready","head":1}');
    for (const [id, after] of Object.entries(frame.conversations)) {
      const chat = this.conversations.get(id);
      if (chat?.contact !== contact) continue;
      this.#sockets.get(ws).add(id);
      for (const message of chat.messages.slice(after)) {
        const event = { type: "event", seq: message.seq, kind: "message.created" };
        ws.send(JSON.stringify({ ...event, conversation_id: id, data: { message } }));
      }
      ws.send(JSON.stringify({ type: "conversation", conversation_id: id, ...this.#state(chat) }));
    }
  }

  /* ---------- HTTP ---------- */

  #byCookie(request) {
    const token = /(?:^|;\s*)visitor=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    return token && this.contacts.has(token) ? token : null;
  }

  #who(request) {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (bearer?.startsWith("visitor_")) return bearer;
    return request.headers["x-chatdesk-widget"] === "1" ? this.#byCookie(request) : null;
  }

  async #route(request, response) {
    const url = new URL(request.url, "http://desk");
    if (this.faults.down) {
      request.socket.destroy();
      return;
    }
    if (!url.pathname.startsWith("/api/")) return this.#page(url, response);
    this.requests.push(`${request.method} ${url.pathname.split("/").slice(0, 4).join("/")}`);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const answer = this.#api(request, url, text === "" ? {} : JSON.parse(text));
    if (this.faults.answerLost) {
      this.faults.answerLost = false;
      request.socket.destroy();
      return;
    }
    const [status, body, headers = {}] = answer;
    if (status === 204) return void response.writeHead(204, headers).end();
    const type = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "Content-Type": type, ...headers }).end(JSON.stringify(body));
  }

  #problem(status, code, more = {}) {
    return [
      status,
      { type: "about:blank", title: code, detail: "", status, code, request_id: "r", ...more },
    ];
  }

  #api(request, url, body) {
    const [, , , name, id] = url.pathname.split("/");
    if (name === "initialize") return this.#initialize(request, body);
    const who = this.#who(request);
    if (!who) return this.#problem(401, "unauthorized");
    if (name === "message") return this.#message(request, who, body);
    if (name === "status") return this.#status(who, id, body);
    const chat = this.conversations.get(id);
    if (chat?.contact !== who) return this.#problem(404, "not_found");
    if (name === "history") return this.#history(chat, url.searchParams);
    if (name === "typing") return [204];
    if (name === "end") {
      chat.state = "resolved";
      this.#tell(chat, "conversation.resolved", {});
      return [204];
    }
    return this.#problem(404, "not_found");
  }

  #initialize(request, body) {
    if (body.inbox !== KEY) return this.#problem(404, "not_found");
    const cookie = this.#who(request);
    const token = cookie ?? body.token ?? `visitor_${randomUUID()}`;
    const mine = [...this.conversations.values()].filter((chat) => chat.contact === token).at(-1);
    const conversation = mine ? { id: mine.id, ...this.#state(mine) } : null;
    const inbox = {
      id: "inbox_1",
      key: KEY,
      menu: [],
      mail: false,
      look: this.look,
      widget: this.widget,
      reply_seconds: null,
      now: new Date().toISOString(),
      ...this.inbox,
    };
    const byCookie = cookie !== null && !request.headers.authorization;
    return [200, { token: byCookie ? null : token, inbox, conversation, agent: null }];
  }

  #message(request, who, body) {
    if (this.faults.limit > 0) {
      this.faults.limit -= 1;
      return this.#problem(429, "slow_down", { retry_after: 3 });
    }
    if (this.faults.refuse > 0) {
      this.faults.refuse -= 1;
      return this.#problem(422, "invalid");
    }
    const again = [...this.conversations.values()]
      .filter((chat) => chat.contact === who)
      .flatMap((chat) => chat.messages)
      .find((message) => message.client_id === body.client_id);
    const headers = this.#cookie(request, who);
    if (again) return [200, { message: again }, headers];
    const chat = this.#open(who, body.conversation_id);
    if (!chat) return this.#problem(404, "not_found");
    this.contacts.set(who, true);
    const author = { type: "user", id: "contact_1", name: "Visitor 1" };
    return [
      201,
      { message: this.#store(chat, author, body.content.text, body.client_id) },
      headers,
    ];
  }

  #cookie(request, who) {
    if (!this.faults.cookies || request.headers["x-chatdesk-widget"] !== "1") return {};
    return { "Set-Cookie": `visitor=${who}; HttpOnly; Secure; SameSite=None; Partitioned; Path=/` };
  }

  #status(who, id, body) {
    for (const chat of this.conversations.values()) {
      const message = chat.contact === who && chat.messages.find((m) => m.id === id);
      if (!message) continue;
      const marks = chat.contact_marks;
      marks.delivered_seq = Math.max(marks.delivered_seq, message.seq);
      if (body.status === "read") marks.read_seq = Math.max(marks.read_seq, message.seq);
      this.#marked(chat);
      return [204];
    }
    return this.#problem(404, "not_found");
  }

  #history(chat, query) {
    const limit = Number(query.get("limit") ?? 50);
    const after = query.get("after_seq");
    const before = Number(query.get("before_seq") ?? Number.POSITIVE_INFINITY);
    const all = chat.messages.filter((m) => m.seq > Number(after ?? 0) && m.seq < before);
    const page = after === null ? all.slice(-limit) : all.slice(0, limit);
    const messages = page.map((m) => ({ ...m, status: this.#statusOf(chat, m) }));
    return [200, { messages, head_seq: chat.messages.length }];
  }

  #statusOf(chat, message) {
    const marks = message.author.type === "user" ? chat.agent_marks : chat.contact_marks;
    if (message.seq <= marks.read_seq) return "read";
    return message.seq <= marks.delivered_seq ? "delivered" : "sent";
  }

  async #page(url, response) {
    const path = url.pathname;
    const headers = { "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*" };
    const serve = async (file, more = {}) => {
      let body = await readFile(`${DIST}/${file}`, "utf8");
      const { hide_on, greetings } = this.widget;
      const words = JSON.parse(await readFile(`${DIST}/launcher-words.json`, "utf8")).en;
      const site = {
        key: KEY,
        ...this.inbox,
        look: this.look,
        hide_on,
        greetings,
        labels: {},
        words,
      };
      const look = JSON.stringify(site);
      body = body.replace('"__CHATDESK_LOOK__"', look);
      const type = TYPES[file.split(".").at(-1)];
      const gzip = { "Content-Encoding": "gzip", "Content-Type": `${type}; charset=utf-8` };
      response.writeHead(200, { ...headers, ...gzip, ...more }).end(gzipSync(body));
    };
    if (path === "/w.js") return serve("w.js");
    if (path === "/widget/launcher.js") return serve("launcher.js");
    if (path.startsWith("/widget/assets/")) return serve(path.slice("/widget/".length));
    if (path === "/widget/frame" || path.startsWith("/chat/")) {
      return serve("frame.html", { "Content-Security-Policy": CSP });
    }
    response.writeHead(404).end();
  }
}
