-- What happened to a conversation, without its messages, marks and drafts: those are written all the time and have their
-- own places, and must not pay for this index.
CREATE INDEX event_trail ON event (conversation_id, seq) WHERE conversation_id IS NOT NULL
    AND kind <> 'message.created' AND kind <> 'conversation.marked' AND kind <> 'draft.saved' AND kind <> 'draft.deleted';

ALTER TABLE contact ADD COLUMN email TEXT;
ALTER TABLE contact ADD COLUMN phone TEXT;
ALTER TABLE contact ADD COLUMN locale TEXT;
CREATE INDEX contact_identity_of ON contact_identity (contact_id);

-- What the team wrote down about a contact, whatever the conversation.
CREATE TABLE contact_note (
    id TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL REFERENCES contact (id),
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX contact_note_of ON contact_note (contact_id, id);
