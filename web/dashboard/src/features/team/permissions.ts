/** Permissions in the order and groups in which they are shown. Pure. */
import type { Permission } from "@chatdesk/client";

type Group = "conversation" | "contact" | "shared" | "team" | "admin" | "insight";

export const GROUPS: Readonly<Record<Group, readonly Permission[]>> = {
  conversation: [
    "conversation.read_all",
    "conversation.transfer",
    "conversation.take_over",
    "conversation.bulk",
  ],
  contact: ["contact.merge", "contact.delete"],
  shared: ["canned.share", "view.share", "tag.manage", "field.manage", "macro.manage"],
  team: ["people.manage", "people.status", "role.manage", "department.manage"],
  admin: ["inbox.manage", "setting.manage"],
  insight: ["monitoring.read", "report.read", "csat.read", "audit.read", "data.export"],
};

export const GROUP_NAMES = Object.keys(GROUPS) as Group[];

type Word<P extends string> = P extends `${infer Noun}.${infer Verb}` ? `${Noun}_${Verb}` : P;

/** A permission's name as a key of the language files, where a dot divides. */
export const wordOf = <P extends Permission>(permission: P) =>
  permission.replace(".", "_") as Word<P>;
