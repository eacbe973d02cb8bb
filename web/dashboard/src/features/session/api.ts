/** Who is signed in: finding out, signing in and out, and what happens when a session ends. */
import {
  ApiError,
  request,
  type Session,
  type SetupAnswer,
  type SetupNeeded,
} from "@chatdesk/client";
import { flushDrafts, forgetDrafts } from "@/features/draft/api";
import { closeOutbox, openOutbox } from "@/features/message/outbox";
import { startLive, stopLive } from "@/live/connection";
import { desk } from "@/live/desk";
import { queries } from "@/live/query";

let leave: () => void = () => {};

/** What to do when the session is over: the router knows where people are. */
export function onSessionEnded(handler: () => void): void {
  leave = handler;
}

/** One answer serves the redirects of one visit. */
const ASKED_AGAIN_AFTER = 1_000;
let nobodyAt = Number.NEGATIVE_INFINITY;

/** The session, asked for once; null when nobody is signed in here. */
export async function currentSession(): Promise<Session | null> {
  if (desk.session) return desk.session;
  if (performance.now() - nobodyAt < ASKED_AGAIN_AFTER) return null;
  try {
    const session = await request<Session>("GET", "/api/v1/session");
    enter(session);
    return session;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    nobodyAt = performance.now();
    return null;
  }
}

function enter(session: Session): Session {
  desk.set("session", session);
  openOutbox(sessionEnded);
  void startLive(sessionEnded);
  return session;
}

/** The server no longer knows us. Words not yet saved stay in this browser. */
export function sessionEnded(): void {
  if (!desk.session) return;
  forget();
  leave();
}

function forget(): void {
  stopLive();
  closeOutbox();
  forgetDrafts();
  desk.clear();
  queries.clear();
}

export async function signIn(email: string, password: string): Promise<Session> {
  return enter(await request<Session>("POST", "/api/v1/session", { email, password }));
}

export async function signOut(): Promise<void> {
  flushDrafts();
  await request<void>("DELETE", "/api/v1/session");
  sessionEnded();
}

export const setupNeeded = async (): Promise<boolean> =>
  (await request<SetupNeeded>("GET", "/api/v1/setup")).needed;

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export async function setUp(account: NewAccount & { code: string; company: string }) {
  const answer = await request<SetupAnswer>("POST", "/api/v1/setup", account);
  enter(answer.session);
  return answer;
}

export async function acceptInvite(account: NewAccount & { token: string }): Promise<Session> {
  return enter(await request<Session>("POST", "/api/v1/invites/accept", account));
}

/** True, after ending the session, when that is what the error says. */
export function endsSession(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 401) return false;
  if (!desk.session) return false;
  sessionEnded();
  return true;
}
