//! Stories about the SQL seam, told on both engines unless they are about one.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod close;
mod durability;
mod feed;
mod group;
mod migration;
mod place;
mod postgres_only;
mod snapshot;
mod statement;

/// Runs each story on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story($crate::place::Place::sqlite()).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    super::$story($crate::place::Place::postgres()).await;
                }
            )+
        }
    };
}
