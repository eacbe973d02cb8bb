//! What open chats are told when their inbox was changed: to ask again how it looks. The rest of an inbox's events is the
//! agents' alone.

use db::Committed;

use super::{Holder, Inner};
use crate::consumer::frame;
use crate::event::Kind;

impl Inner {
    /// A change of an inbox reaches its open chats.
    pub(super) fn tell_sites(&self, event: &Committed) {
        if event.conversation_id.is_some() || event.kind != Kind::InboxUpdated.as_str() {
            return;
        }
        let Some(changed) = frame::changed_inbox(event) else { return };
        let frame = frame::inbox_changed();
        for socket in self.sockets.values() {
            if matches!(&socket.who, Holder::Contact { inbox, .. } if inbox.to_string() == changed) {
                socket.hint(&frame);
            }
        }
    }
}
