/** The real server on free ports with a folder of its own, and the few calls that prepare a scene. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BrowserContext } from "@playwright/test";

export interface Person {
  name: string;
  email: string;
  password: string;
}

export const ANA: Person = {
  name: "Ana Lima",
  email: "ana@acme.example",
  password: "correct horse battery staple",
};
export const GIL: Person = {
  name: "Gil Reis",
  email: "gil@acme.example",
  password: "seven quiet lanterns drift",
};
export const HUGO: Person = {
  name: "Hugo Matos",
  email: "hugo@acme.example",
  password: "a ladder made of violet ink",
};
export const COMPANY = "Acme";

/** What a set-up deployment starts with. */
export interface Inbox {
  id: string;
  /** The public key of the snippet, `pk_…`. */
  key: string;
}

const START_LIMIT = 20_000;
const STOP_LIMIT = 25_000;

function binary(): string {
  const path = resolve(process.env.CHATDESK_BIN ?? "../target/debug/chatdesk");
  if (!existsSync(path)) throw new Error(`No server at ${path}: build it, or set CHATDESK_BIN.`);
  return path;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export class Desk {
  readonly url: string;
  readonly data: string;
  #process: ChildProcess;
  #log = "";

  private constructor(process: ChildProcess, url: string, data: string) {
    this.#process = process;
    this.url = url;
    this.data = data;
    const keep = (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-64 * 1024);
    };
    process.stdout?.on("data", keep);
    process.stderr?.on("data", keep);
  }

  /** `more` are further flags of the server. */
  static async start(more: readonly string[] = []): Promise<Desk> {
    const data = await mkdtemp(join(tmpdir(), "chatdesk-e2e-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const flags = ["--listen", new URL(url).host, "--admin-listen", "off", "--data", data];
    const child = spawn(binary(), ["serve", ...flags, "--rate-limits", "off", ...more], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH },
    });
    const desk = new Desk(child, url, data);
    process.once("exit", () => child.kill("SIGKILL"));
    await desk.#answers();
    return desk;
  }

  async #answers(): Promise<void> {
    const until = Date.now() + START_LIMIT;
    while (Date.now() < until && this.#process.exitCode === null) {
      const answer = await fetch(`${this.url}/api/v1/setup`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`The server does not answer:\n${this.#log}`);
  }

  /** Ends the server as an operator would; not to be used again. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const gone = once(this.#process, "exit");
      this.#process.kill("SIGTERM");
      const timer = setTimeout(() => this.#process.kill("SIGKILL"), STOP_LIMIT);
      await gone;
      clearTimeout(timer);
    }
    await rm(this.data, { recursive: true, force: true });
  }

  /** What the server wrote to its outputs, the last 64 KiB. */
  log(): string {
    return this.#log;
  }

  async setupCode(): Promise<string> {
    return (await readFile(join(this.data, "setup-code"), "utf8")).trim();
  }

  /** A call with the context's own cookies. Throws on anything but 2xx. */
  async call<T>(
    context: BrowserContext,
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T> {
    const answer = await context.request.fetch(this.url + path, {
      method,
      headers: { Origin: this.url },
      ...(body === undefined ? {} : { data: body }),
    });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Makes the first account; the context is then signed in as that administrator. */
  async setUp(context: BrowserContext, person: Person = ANA): Promise<Inbox> {
    const code = await this.setupCode();
    const body = { code, ...person, company: COMPANY };
    const answer = await this.call<{ inbox: Inbox }>(context, "POST", "/api/v1/setup", body);
    return answer.inbox;
  }

  /** Adds a colleague by invite; their context is then signed in. */
  async join(
    administrator: BrowserContext,
    context: BrowserContext,
    person: Person,
  ): Promise<void> {
    const invite = await this.call<{ url: string }>(administrator, "POST", "/api/v1/invites", {
      role: "agent",
    });
    const token = new URL(invite.url).hash.slice(1);
    await this.call(context, "POST", "/api/v1/invites/accept", { token, ...person });
  }
}
