//! `gaf retention`

use serde_json::Value;

use crate::fakes::FakeWebhooks;
use crate::world::{World, org};

#[tokio::test]
async fn it_is_shown_chosen_and_taken_back() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let shown = world.json(&["retention", "show"]).await;
    assert_eq!(
        (&shown["days"], &shown["organization_id"]),
        (&30.into(), &org().into())
    );
    assert_eq!(shown["chosen_at"], Value::Null);

    let ran = world.gaf(&["retention", "set", "7"]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("kept for 7 days, as was chosen"),
        "{}",
        ran.out
    );
    assert_eq!(*fake.retention.lock().unwrap(), Some(7));
    let ran = world.gaf(&["retention", "set", "1"]).await;
    assert!(ran.out.contains("kept for 1 day, "), "{}", ran.out);

    let ran = world.gaf(&["retention", "reset"]).await;
    assert!(ran.out.contains("30 days, as for everybody"), "{}", ran.out);
    assert_eq!(*fake.retention.lock().unwrap(), None);
}

#[tokio::test]
async fn what_is_not_1_to_90_days_is_refused_before_anybody_is_asked() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    for wrong in ["0", "91", "-1", "long"] {
        let ran = world.gaf(&["retention", "set", wrong]).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong}");
    }
    assert_eq!(*fake.retention.lock().unwrap(), None);
}
