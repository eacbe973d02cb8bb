//! The letter that carries an invitation.

use base::Secret;
use db::Tx;

use super::{Letter, Purpose, send};
use crate::actor::{Actor, Role};
use crate::agent::{self, Invite};
use crate::context::Context;
use crate::error::Result;
use crate::setting;

/// Makes an invitation and writes it to `email`; `public_url` is the desk's own address. The link is also handed back, to be
/// copied. The address is not the account's: whoever accepts names their own.
pub fn invite(
    tx: &mut Tx<'_>,
    cx: &Context,
    actor: &Actor,
    role: Role,
    email: &str,
    public_url: &str,
) -> Result<(Invite, Secret<String>)> {
    let (invite, token) = agent::create_invite(tx, cx, actor, role)?;
    let company = setting::company(tx)?;
    let name = &actor.agent()?.name;
    // behind the #, so that it reaches no server's log
    let url = format!("{public_url}/join#{}", token.reveal());
    let letter = Letter::new(&company, &format!("{name} invites you to {company}"))
        .text(format!("{name} would like you to answer customers of {company} together, in Chatdesk."))
        .link("Join the team", &url)
        .small("The link is good for 72 hours and works once. If you did not expect it, ignore this letter: nothing happens.");
    send(tx, cx, Purpose::Invitation, email, &letter)?;
    Ok((invite, token))
}
