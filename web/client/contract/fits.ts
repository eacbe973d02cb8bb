/**
 * The hand-written types against the server's own document (`npm run contract -w web/client` writes
 * `schema.ts` from it): this compiles only while each says what the schema says.
 */

import type * as own from "../src/types.ts";
import type { components } from "./schema.ts";

type Schema = components["schemas"];

/** Fails to compile where `Own` does not fit `Theirs`. */
type Fits<Own extends Theirs, Theirs> = Own;

/** Ours may come without files: one on its way has none yet. */
type Stored = Omit<own.Message, "attachments"> & { attachments: own.Attachment[] };

/** The document leaves a nullable field out of `required`; on the wire it is there as null. */
export type Contract = [
  Fits<Stored, Schema["Message"]>,
  Fits<own.Author, Schema["Author"]>,
  Fits<own.Marks, Schema["Marks"]>,
  Fits<own.Conversation, Schema["Conversation"]>,
  Fits<own.CannedReplies, Schema["CannedReplies"]>,
  Fits<own.Tags, Schema["Tags"]>,
  Fits<Schema["Priority"], own.Priority>,
  Fits<Schema["TagColour"], own.TagColour>,
  Fits<own.Inbox, Schema["Inbox"]>,
  Fits<own.Look, Schema["Look"]>,
  Fits<own.InboxSettings, Schema["InboxSettings"]>,
  Fits<own.InboxVersion, Schema["InboxVersion"]>,
  Fits<keyof Schema["ChatInbox"], keyof own.ChatInbox>,
  Fits<own.Agent, Schema["Colleague"]>,
  Fits<own.Session, Schema["Session"]>,
  Fits<own.Draft, Schema["Drafts"]["items"][number]>,
  Fits<own.Invite, Schema["Invite"]>,
  Fits<own.NewInvite, Schema["CreatedInvite"]>,
  Fits<own.MailState, Schema["MailState"]>,
  Fits<own.DeadMail, Schema["DeadMail"]>,
  Fits<Schema["DeadMail"]["purpose"], own.DeadMail["purpose"]>,
  Fits<own.Targets, Schema["Targets"]>,
  Fits<own.Asks, Schema["Asks"]>,
  Fits<keyof Schema["Ask"], keyof own.Ask>,
  Fits<own.Counts, Schema["Counts"]>,
  Fits<own.SetupNeeded, Schema["SetupState"]>,
  Fits<own.SetupAnswer, Schema["SetupDone"]>,
  Fits<keyof own.ChatHistory, keyof Schema["History"]>,
  Fits<own.ConversationPage, Schema["Conversations"]>,
  Fits<keyof own.MessagePage, keyof Schema["Messages"]>,
  Fits<own.Contact, Schema["Contact"]>,
  Fits<own.ContactProfile, Schema["Profile"]>,
  Fits<keyof Schema["Profile"], keyof own.ContactProfile>,
  Fits<own.ChatInbox["look"], Schema["ChatInbox"]["look"]>,
  Fits<keyof own.ChatState, keyof Schema["Presentation"]>,
  Fits<Schema["Message"]["author"]["type"], own.AuthorType>,
  Fits<Schema["Message"]["status"], own.MessageStatus>,
  Fits<Schema["Conversation"]["state"], own.ConversationState>,
  Fits<keyof Schema["Message"], keyof own.Message>,
  Fits<keyof Schema["Conversation"], keyof own.Conversation>,
  Fits<keyof Schema["Inbox"], keyof own.Inbox>,
  Fits<keyof Schema["Session"], keyof own.Session>,
  Fits<Schema["Kind"], own.SearchKind>,
  Fits<keyof own.SearchHit, keyof Schema["Hit"]>,
  Fits<keyof Schema["ProblemDocument"], keyof own.Problem>,
];
