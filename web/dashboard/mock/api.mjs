/** The agents' calls of the contract over the pretend desk. Answers `{status, body, cookie?}`. */
import { randomUUID } from "node:crypto";
import * as world_ from "./world.mjs";

const { claim, emit, emitOwnership, reopen, store } = world_;

const ok = (body, status = 200) => ({ status, body });
const none = { status: 204, body: undefined };

export function problem(status, code, detail, more = {}) {
  const body = { type: `/problems/${code}`, title: code, status, detail, code };
  return { status, body: { ...body, request_id: randomUUID(), ...more } };
}

const missing = () => problem(404, "not_found", "There is nothing here, or not for you.");
const actorOf = (me) => ({ type: "agent", id: me.id, name: me.name });

function sessionOf(world, me, origin) {
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  return { agent: me, company: world.company, public_url: origin, expires_at };
}

function begin(world, agent, origin, status = 201, more = (session) => session) {
  const token = randomUUID();
  world.sessions.set(token, agent.id);
  return { ...ok(more(sessionOf(world, agent, origin)), status), cookie: token };
}

/** Calls that need no session. */
export function openCall({ world, method, path, body, origin }) {
  const key = `${method} ${path}`;
  if (key === "GET /api/v1/setup") return ok({ needed: world.needed });
  if (key === "POST /api/v1/setup") return setUp(world, body, origin);
  if (key === "POST /api/v1/session") {
    const agent = world.agents.find((each) => each.email === body.email && each.active);
    if (!agent || world.passwords.get(body.email) !== body.password) {
      return problem(
        401,
        "sign_in_failed",
        "Email or password is not right. Wait a minute and try again.",
      );
    }
    return begin(world, agent, origin);
  }
  if (key === "POST /api/v1/invites/accept") {
    const invite = world.invites.find((each) => each.token === body.token);
    if (!invite) return problem(404, "invite_not_found", "Ask for a new link.");
    world.invites = world.invites.filter((each) => each !== invite);
    const agent = world_.addAgent(world, body.name, body.email, invite.role);
    world.passwords.set(body.email, body.password);
    emit(world, "invite.accepted", null, actorOf(agent), { id: invite.id, role: invite.role });
    emit(world, "agent.joined", null, actorOf(agent), { agent });
    return begin(world, agent, origin);
  }
  return null;
}

function setUp(world, body, origin) {
  if (!world.needed) return problem(409, "already_set_up", "Sign in instead.");
  if (body.code !== "mock-code")
    return problem(403, "bad_setup_code", "That set-up code is wrong.");
  world.needed = false;
  world.company = body.company;
  const agent = world_.addAgent(world, body.name, body.email, "administrator");
  world.passwords.set(body.email, body.password);
  const inbox = world_.addInbox(world, body.company);
  return begin(world, agent, origin, 201, (session) => ({
    session,
    inbox: { id: inbox.id, key: inbox.key },
  }));
}

export function call(request) {
  const { world, method, path, me, origin } = request;
  const key = `${method} ${path}`;
  if (key === "GET /api/v1/session") return ok(sessionOf(world, me, origin));
  if (key === "DELETE /api/v1/session") {
    world.sessions.delete(request.token);
    return none;
  }
  if (key === "PUT /api/v1/password") {
    if (world.passwords.get(me.email) !== request.body.current) {
      return problem(403, "forbidden", "The current password is not right.");
    }
    world.passwords.set(me.email, request.body.password);
    return none;
  }
  return people(request, key) ?? inboxes(request) ?? conversations(request) ?? missing();
}

function people({ world, path, me, body, origin }, key) {
  if (key === "GET /api/v1/agents") return ok({ items: world.agents });
  if (key === "GET /api/v1/invites")
    return ok({ items: world.invites.map(({ token, ...rest }) => rest) });
  if (key === "POST /api/v1/invites") {
    const now = Date.now();
    const invite = { id: world_.id("invite"), role: body.role, token: randomUUID() };
    invite.created_at = new Date(now).toISOString();
    invite.expires_at = new Date(now + 7 * 86_400_000).toISOString();
    world.invites.push(invite);
    const { token, ...rest } = invite;
    return ok({ ...rest, url: `${origin}/join#${token}` }, 201);
  }
  const invite = /^DELETE \/api\/v1\/invites\/(\w+)$/.exec(key);
  if (invite) {
    world.invites = world.invites.filter((each) => each.id !== invite[1]);
    return none;
  }
  const one = /^\/api\/v1\/agents\/(\w+)(\/sessions)?$/.exec(path);
  const agent = one && world.agents.find((each) => each.id === one[1]);
  if (!agent) return null;
  if (one[2]) return none;
  const admins = world.agents.filter((each) => each.role === "administrator" && each.active);
  const loses = body.role === "agent" || body.active === false;
  if (loses && admins.length === 1 && admins[0] === agent) {
    return problem(
      409,
      "last_administrator",
      "This is the last active administrator. Make somebody else one first.",
    );
  }
  Object.assign(agent, body);
  emit(world, "agent.updated", null, actorOf(me), { agent });
  return ok(agent);
}

function inboxes({ world, method, path, me, body }) {
  if (path === "/api/v1/inboxes") return ok({ items: world.inboxes });
  const one = /^\/api\/v1\/inboxes\/(\w+)$/.exec(path);
  const inbox = one && world.inboxes.find((each) => each.id === one[1]);
  if (!inbox || method !== "PATCH") return null;
  Object.assign(inbox, body);
  emit(world, "inbox.updated", null, actorOf(me), { inbox });
  return ok(inbox);
}

function conversations(request) {
  const { world, path, search, me } = request;
  if (path === "/api/v1/drafts") {
    const items = [...world.drafts.values()].filter((each) => each.agent === me.id);
    return ok({ items: items.map(({ agent, ...draft }) => draft) });
  }
  if (path === "/api/v1/events") return ok({ events: [], head: world.head });
  if (path === "/api/v1/conversations/counts") return ok(counts(world, me));
  if (path === "/api/v1/conversations") return list(world, search, me);
  const one = /^\/api\/v1\/conversations\/(\w+)(?:\/(\w+))?$/.exec(path);
  const conversation = one && world.conversations.get(one[1]);
  if (!conversation) return null;
  if (!one[2]) return ok({ conversation, head: world.head });
  return VERBS[one[2]]?.(request, conversation) ?? null;
}

const isOpen = (each) => each.state !== "resolved";
const VIEWS = {
  mine: (each, me) => isOpen(each) && each.owner?.id === me.id,
  waiting: (each) => each.state === "waiting",
  all: isOpen,
  resolved: (each) => !isOpen(each),
};

function counts(world, me) {
  const all = [...world.conversations.values()];
  const of = (view) => all.filter((each) => VIEWS[view](each, me)).length;
  return { mine: of("mine"), waiting: of("waiting"), all: of("all"), head: world.head };
}

function list(world, search, me) {
  const view = search.get("view") ?? "all";
  const field =
    view === "waiting" ? "waiting_since" : view === "resolved" ? "resolved_at" : "last_message_at";
  const sign = view === "waiting" ? 1 : -1;
  const rows = [...world.conversations.values()].filter((each) => VIEWS[view](each, me));
  const text = (each) => each[field] + each.id;
  rows.sort((a, b) => (text(a) < text(b) ? -sign : sign));
  const from = Number(search.get("cursor") ?? 0);
  const limit = Number(search.get("limit") ?? 50);
  const next = from + limit < rows.length ? String(from + limit) : null;
  return ok({ items: rows.slice(from, from + limit), next, head: world.head });
}

function stale(conversation, body) {
  if (body.epoch === conversation.epoch) return null;
  return problem(409, "stale_epoch", "This conversation changed while you were writing.", {
    epoch: conversation.epoch,
  });
}

const VERBS = {
  messages(request, conversation) {
    return request.method === "GET" ? history(request, conversation) : write(request, conversation);
  },
  claim({ world, method, me, body }, conversation) {
    if (method === "DELETE") {
      const refused = stale(conversation, body);
      if (refused) return refused;
      const waiting_since = new Date().toISOString();
      Object.assign(conversation, { owner: null, state: "waiting", waiting_since });
      conversation.epoch += 1;
      emitOwnership(world, "conversation.released", conversation, me);
      return ok(conversation);
    }
    const { owner } = conversation;
    if (owner && owner.id !== me.id) {
      return problem(409, "already_claimed", `${owner.name} took this first.`, { owner });
    }
    if (!owner) claim(world, conversation, me);
    return ok(conversation);
  },
  state({ world, me, body }, conversation) {
    const refused = stale(conversation, body);
    if (refused) return refused;
    if (body.state === "resolved") {
      const resolved_at = new Date().toISOString();
      Object.assign(conversation, { state: "resolved", resolved_at, waiting_since: null });
      conversation.epoch += 1;
      emitOwnership(world, "conversation.resolved", conversation, me);
    } else {
      const owner = body.state === "active" ? { id: me.id, name: me.name } : null;
      reopen(world, conversation, me, owner);
    }
    return ok(conversation);
  },
  transfer({ world, me, body }, conversation) {
    const refused = stale(conversation, body);
    if (refused) return refused;
    const to = world.agents.find((each) => each.id === body.agent_id);
    Object.assign(conversation, { owner: { id: to.id, name: to.name }, state: "active" });
    conversation.epoch += 1;
    emitOwnership(world, "conversation.transferred", conversation, me);
    return ok(conversation);
  },
  marks({ world, me, body }, conversation) {
    const marks = conversation.agent_marks;
    marks.read_seq = Math.max(marks.read_seq, body.read_seq ?? 0);
    marks.delivered_seq = Math.max(marks.delivered_seq, marks.read_seq, body.delivered_seq ?? 0);
    const { contact_marks, agent_marks } = conversation;
    emit(world, "conversation.marked", conversation.id, actorOf(me), {
      contact_marks,
      agent_marks,
    });
    return none;
  },
  draft({ world, method, me, body, search }, conversation) {
    const mode = search.get("mode");
    const key = `${me.id}:${conversation.id}:${mode}`;
    if (method === "PUT") {
      const updated_at = new Date().toISOString();
      const draft = { conversation_id: conversation.id, mode, text: body.text, updated_at };
      world.drafts.set(key, { ...draft, agent: me.id });
      emit(
        world,
        "draft.saved",
        conversation.id,
        actorOf(me),
        { mode, text: body.text, updated_at },
        me.id,
      );
      return none;
    }
    const held = world.drafts.get(key);
    if (!held) return missing();
    if (method === "GET") return ok({ text: held.text, updated_at: held.updated_at });
    world.drafts.delete(key);
    emit(world, "draft.deleted", conversation.id, actorOf(me), { mode }, me.id);
    return none;
  },
};

function history({ world, search }, conversation) {
  const all = world.messages.get(conversation.id);
  const limit = Number(search.get("limit") ?? 50);
  const after = search.get("after_seq");
  const before = search.get("before_seq");
  const answer = (messages) => ok({ messages, head_seq: conversation.head_seq, head: world.head });
  if (after !== null) return answer(all.filter((each) => each.seq > Number(after)).slice(0, limit));
  const older = before === null ? all : all.filter((each) => each.seq < Number(before));
  return answer(older.slice(-limit));
}

function write({ world, me, body }, conversation) {
  const held = world.messages
    .get(conversation.id)
    .find((each) => each.client_id === body.client_id);
  if (held) return ok({ message: held });
  if (!body.note) {
    if (conversation.owner?.id !== me.id) {
      const { owner } = conversation;
      return problem(409, "not_owner", "You don't have this conversation.", owner ? { owner } : {});
    }
    const refused = stale(conversation, body);
    if (refused) return refused;
  }
  const note = body.note ?? false;
  const message = store(world, conversation, actorOf(me), body.content.text, {
    note,
    clientId: body.client_id,
  });
  emit(world, "message.created", conversation.id, actorOf(me), { message });
  return ok({ message }, 201);
}
