//! What every world has to do, the fake one and the real one: each scene is played on both.

mod connector;
mod grants;
mod group;
mod place;
mod record;
mod task;
mod topic;

pub(super) use topic::topic;

/// Plays each scene in memory and, where the sandbox is up, on each real stage that is named. A scene is an async function that is given a
/// [`Stage`](super::stage::Stage).
macro_rules! scenes {
    ($live:ident, $other:ident: $($scene:ident),+ $(,)?) => {
        $crate::provider::contract::scenes!($live: $($scene),+);
        $crate::provider::contract::scenes!(@real $other: $($scene),+);
    };
    ($live:ident: $($scene:ident),+ $(,)?) => {
        mod in_memory {
            use crate::provider::stage::Stage;
            $(#[tokio::test]
            async fn $scene() {
                super::$scene(&Stage::memory()).await;
            })+
        }

        $crate::provider::contract::scenes!(@real $live: $($scene),+);
    };
    (@real $live:ident: $($scene:ident),+) => {
        mod $live {
            use crate::provider::stage::Stage;
            $(#[tokio::test]
            async fn $scene() {
                let Some(stage) = Stage::$live() else { return };
                super::$scene(&stage).await;
            })+
        }
    };
}

pub(super) use scenes;
