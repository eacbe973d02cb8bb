export { ApiError, type LocalCode, type Method, type RequestOptions, request } from "./http.ts";
export {
  type LiveOptions,
  LiveSocket,
  type LiveState,
  reconnectDelay,
  socketUrl,
} from "./live.ts";
export { type Hold, Outbox, type OutboxOptions, type OutboxStorage } from "./outbox.ts";
export type { ItemState, QueueItem } from "./queue.ts";
export type * from "./types.ts";
export {
  sizeText,
  Upload,
  type UploadPhase,
  type UploadRoutes,
  type UploadView,
} from "./upload.ts";
export { uuid } from "./uuid.ts";
