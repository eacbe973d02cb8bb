/** What a site may say of who its visitor is. Whatever else it sends along stays here. */
import type { ChatIdentity } from "@chatdesk/client/types";

/** Null: nobody any more. Undefined: nothing that can be understood was said. */
export function readIdentity(json: string): ChatIdentity | null | undefined {
  let said: unknown;
  try {
    said = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (said === null) return null;
  if (typeof said !== "object" || Array.isArray(said)) return undefined;
  const given = new Map(Object.entries(said));
  const identity: ChatIdentity = {};
  for (const name of ["token", "id", "hash", "name"] as const) {
    const value = given.get(name);
    if (typeof value === "string") identity[name] = value;
    else if (name === "id" && Number.isSafeInteger(value)) identity.id = String(value);
  }
  const exp = given.get("exp");
  if (Number.isSafeInteger(exp)) identity.exp = exp as number;
  return Object.keys(identity).length > 0 ? identity : undefined;
}
