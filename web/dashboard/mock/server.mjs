/**
 * Serves the built dashboard with the production policy over the pretend desk.
 * `node mock/server.mjs [port] [--fresh] [--count=64]`; POST /mock/… plays customers and colleagues.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { call, openCall, problem } from "./api.mjs";
import { claim, customerSays, emit, emitOwnership, makeWorld, store } from "./world.mjs";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const argument = (name) =>
  process.argv.find((each) => each.startsWith(`--${name}=`))?.split("=")[1];
const port = Number(process.argv[2] ?? 8080);
const origin = `http://127.0.0.1:${port}`;
let world = makeWorld({
  fresh: process.argv.includes("--fresh"),
  count: Number(argument("count") ?? 64),
});
const sockets = new Set();
let delay = 0;
let broken = 0;

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

async function handle(request, response) {
  const url = new URL(request.url, origin);
  if (url.pathname.startsWith("/mock/")) return answer(response, await play(url, request));
  if (!url.pathname.startsWith("/api/")) return page(url.pathname, response);
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  if (broken > 0) {
    broken -= 1;
    return answer(response, problem(503, "unavailable", "The server is busy. Try again."));
  }
  const body = await readBody(request);
  const token = /session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const me = world.agents.find((each) => each.id === world.sessions.get(token));
  const all = { world, method: request.method, path: url.pathname, search: url.searchParams };
  const open = openCall({ ...all, body, origin });
  if (open) return answer(response, open);
  if (!me)
    return answer(response, problem(401, "unauthenticated", "You're signed out. Sign in again."));
  return answer(response, call({ ...all, body, me, token, origin }));
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : JSON.parse(text);
}

function answer(response, { status, body, cookie }) {
  const headers = { "Content-Type": "application/json", "X-Request-Id": crypto.randomUUID() };
  if (status >= 400) headers["Content-Type"] = "application/problem+json";
  if (cookie) headers["Set-Cookie"] = `session=${cookie}; Path=/; HttpOnly; SameSite=Lax`;
  response.writeHead(status, headers);
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function page(path, response) {
  const file = extname(path) ? normalize(path) : "/index.html";
  try {
    const bytes = await readFile(DIST + file);
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Security-Policy": POLICY,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

/* ---------- what tests make happen ---------- */

async function play(url, request) {
  const body = await readBody(request);
  const conversation = world.conversations.get(body.conversation_id);
  const sam = world.agents.find((each) => each.name.startsWith(body.agent ?? "Sam"));
  const scene = SCENES[url.pathname.slice("/mock/".length)];
  if (!scene) return { status: 404, body: {} };
  const told = scene({ body, conversation, sam });
  return told === undefined ? { status: 204 } : { status: 200, body: told };
}

const nobody = { type: "system", id: null, name: "" };

const SCENES = {
  reset({ body }) {
    world = makeWorld({ fresh: body.fresh ?? false, count: body.count ?? 64 });
    world.listeners.add(broadcast);
    for (const socket of sockets) socket.close(1012);
  },
  say: ({ body }) =>
    customerSays(world, body.text, { conversationId: body.conversation_id, name: body.name }),
  list: () => [...world.conversations.values()],
  claim: ({ conversation, sam }) => claim(world, conversation, sam),
  resolve({ conversation, sam }) {
    const resolved_at = new Date().toISOString();
    Object.assign(conversation, { state: "resolved", resolved_at, waiting_since: null });
    conversation.epoch += 1;
    emitOwnership(world, "conversation.resolved", conversation, sam);
  },
  note({ body, conversation, sam }) {
    const author = { type: "agent", id: sam.id, name: sam.name };
    const message = store(world, conversation, author, body.text, { note: true });
    emit(world, "message.created", conversation.id, author, { message });
  },
  marks({ body, conversation }) {
    const { head_seq, agent_marks } = conversation;
    conversation.contact_marks = { delivered_seq: head_seq, read_seq: body.read ? head_seq : 0 };
    const data = { contact_marks: conversation.contact_marks, agent_marks };
    emit(world, "conversation.marked", conversation.id, nobody, data);
  },
  seen({ body }) {
    const [inbox] = world.inboxes;
    inbox.seen = { host: body.host ?? "localhost", at: new Date().toISOString() };
    emit(world, "inbox.seen", null, nobody, { inbox_id: inbox.id, ...inbox.seen });
  },
  frame({ body }) {
    for (const socket of sockets) send(socket, body);
  },
  line({ body }) {
    delay = body.delay ?? 0;
    broken = body.broken ?? 0;
    if (body.close === 4001) world.sessions.clear();
    if (body.close) for (const socket of sockets) socket.close(body.close);
  },
};

/* ---------- the socket ---------- */

const live = new WebSocketServer({ noServer: true });
let refuse = false;

server.on("upgrade", (request, stream, head) => {
  const token = /session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const agentId = world.sessions.get(token);
  if (refuse) return stream.destroy();
  live.handleUpgrade(request, stream, head, (socket) => {
    if (!agentId) return socket.close(4001);
    socket.agentId = agentId;
    sockets.add(socket);
    presence(agentId, true);
    socket.on("message", (data) => hear(socket, JSON.parse(data.toString())));
    socket.on("close", () => {
      sockets.delete(socket);
      if (![...sockets].some((each) => each.agentId === agentId)) presence(agentId, false);
    });
  });
});

const send = (socket, frame) => socket.send(JSON.stringify(frame));
const toOthers = (socket, frame) => {
  for (const each of sockets) if (each !== socket) send(each, frame);
};

function presence(agentId, online) {
  const agent = world.agents.find((each) => each.id === agentId);
  if (agent) agent.online = online;
  for (const socket of sockets) send(socket, { type: "presence", agent_id: agentId, online });
}

function broadcast(frame, only) {
  for (const socket of sockets) if (!only || only === socket.agentId) send(socket, frame);
}
world.listeners.add(broadcast);

function hear(socket, frame) {
  const agent = world.agents.find((each) => each.id === socket.agentId);
  if (frame.type === "hello") {
    send(socket, { type: "ready", head: world.head });
    for (const { frame: event, only } of world.events) {
      if (event.seq > (frame.after ?? world.head) && (!only || only === socket.agentId))
        send(socket, event);
    }
  }
  if (frame.type === "typing") {
    const author = { type: "agent", id: agent.id, name: agent.name };
    toOthers(socket, { type: "typing", conversation_id: frame.conversation_id, author });
  }
  if (frame.type === "viewing") look(socket, frame.conversation_id);
  if (frame.type === "ping") send(socket, { type: "pong" });
}

function look(socket, id) {
  const before = socket.viewing;
  socket.viewing = id;
  for (const each of [before, id]) {
    if (!each) continue;
    const agents = [...sockets]
      .filter((other) => other.viewing === each)
      .map((other) => world.agents.find((one) => one.id === other.agentId))
      .map(({ id: agentId, name }) => ({ id: agentId, name }));
    for (const other of sockets) send(other, { type: "viewing", conversation_id: each, agents });
  }
}

setInterval(() => {
  for (const socket of sockets) send(socket, { type: "heartbeat", head: world.head });
}, 20_000).unref();

process.on("SIGUSR2", () => {
  refuse = !refuse;
  if (refuse) for (const socket of sockets) socket.terminate();
});

server.listen(port, "127.0.0.1", () => process.stdout.write(`mock on ${origin}\n`));
