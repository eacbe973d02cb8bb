/** The calls about canned replies. */
import { type Canned, type CannedReplies, request } from "@chatdesk/client";
import { useFollowed } from "@/live/followed";
import { applyToCanned } from "./live";

const path = (id: string, rest = "") => `/api/v1/canned/${encodeURIComponent(id)}${rest}`;

export const useCanned = () =>
  useFollowed(["canned"], () => request<CannedReplies>("GET", "/api/v1/canned"), applyToCanned);

export interface CannedFields {
  name: string;
  body: string;
  tags: string[];
}

export const createCanned = (
  fields: CannedFields & { shared: boolean; department_id: string | null },
) => request<Canned>("POST", "/api/v1/canned", fields);

export const updateCanned = (id: string, fields: CannedFields) =>
  request<Canned>("PATCH", path(id), fields);

export const deleteCanned = (id: string) => request<void>("DELETE", path(id));

/** A use that is not counted changes nothing for anybody. */
export function countUse(id: string): void {
  request<void>("POST", path(id, "/uses")).catch(() => {});
}
