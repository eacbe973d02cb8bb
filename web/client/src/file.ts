/** Files on the wire: as a message carries them, and on their way up. Types only. */

/** What a file is, by its bytes. */
export type FileKind =
  | "png"
  | "jpeg"
  | "gif"
  | "webp"
  | "pdf"
  | "text"
  | "document"
  | "archive"
  | "audio"
  | "video"
  | "other";

/** A file as it was when its message was sent. */
export interface Attachment {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  kind: FileKind;
  /** Pixels, of a picture that could be read. */
  width: number | null;
  height: number | null;
  thumbnail: boolean;
}

/** A file on its way up. */
export interface UploadState {
  id: string;
  name: string;
  size: number;
  /** Bytes that are there. */
  offset: number;
  /** The most bytes of one piece. */
  chunk: number;
  expires_at: string | null;
  file: Attachment | null;
}
