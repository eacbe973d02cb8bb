/** Canned replies as TypeScript types. */

export interface Canned {
  id: string;
  /** Whose own it is; with `department_id` null too: everybody's. */
  agent_id: string | null;
  department_id: string | null;
  name: string;
  body: string;
  tags: string[];
  /** How often the caller used it. */
  times: number;
  updated_at: string;
}

export interface CannedReplies {
  /** By name. */
  items: Canned[];
  head: number;
}

export interface CannedEvents {
  /** `times` is 0 here, whatever it was. */
  "canned.created": { canned: Canned };
  "canned.updated": { canned: Canned };
  "canned.deleted": { id: string };
  "canned.used": { id: string; times: number };
}
