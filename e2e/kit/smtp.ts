/** The mail server of `smtp.mjs` for browser tests, and the letters it took. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Letter {
  from: string;
  to: string[];
  data: string;
}

const START_LIMIT = 20_000;

export class Smtp {
  #process: ChildProcess;
  #folder: string;
  readonly url: string;

  private constructor(process: ChildProcess, folder: string, port: string) {
    this.#process = process;
    this.#folder = folder;
    this.url = `smtp://127.0.0.1:${port}`;
  }

  static async start(): Promise<Smtp> {
    const folder = await mkdtemp(join(tmpdir(), "chatdesk-smtp-"));
    const script = join(import.meta.dirname, "smtp.mjs");
    const child = spawn(process.execPath, [script, folder], { stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    const until = Date.now() + START_LIMIT;
    const file = join(folder, "port");
    while (!existsSync(file)) {
      if (Date.now() > until || child.exitCode !== null) throw new Error("no mail server");
      await new Promise((done) => setTimeout(done, 20));
    }
    return new Smtp(child, folder, await readFile(file, "utf8"));
  }

  async letters(): Promise<Letter[]> {
    const text = await readFile(join(this.#folder, "letters"), "utf8");
    return text.split("\n").flatMap((line) => (line ? [JSON.parse(line) as Letter] : []));
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A letter's HTML part as it is read, soft line breaks and encodings undone. */
export function htmlOf(letter: Letter): string {
  const part = letter.data.split(/--=[^\r\n]*/).find((it) => it.includes("text/html")) ?? "";
  const [head = "", ...rest] = part.trim().split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll("=\r\n", "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
