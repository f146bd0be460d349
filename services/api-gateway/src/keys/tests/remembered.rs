//! What is in memory about a token, which nobody is asked for.

use super::*;

async fn remembered(fixture: &Fixture) -> &'static str {
    match fixture.cache.remembered(&fixture.token.digest()).await {
        Remembered::Key(_) => "key",
        Remembered::Token => "token",
        Remembered::Nothing => "nothing",
    }
}

#[tokio::test]
async fn a_key_is_remembered_until_it_changes_and_its_token_longer() {
    for forget_everything in [false, true] {
        let fixture = Fixture::new(60_000);
        assert_eq!(remembered(&fixture).await, "nothing");
        let found = fixture.find();
        let reply = fixture.asked().await;
        assert_eq!(remembered(&fixture).await, "token", "asked for just now");
        reply.send(key(&["one"])).unwrap();
        assert_eq!(scopes_of(found).await, ["one"]);
        assert_eq!(remembered(&fixture).await, "key");

        if forget_everything {
            fixture.cache.forget_all();
        } else {
            fixture.forget().await;
        }
        assert_eq!(remembered(&fixture).await, "token");
        fixture.assert_nothing_asked().await;
    }
}

#[tokio::test]
async fn a_key_is_remembered_for_its_lease() {
    let fixture = Fixture::new(200);
    fixture.found(&["one"]).await;
    let known = Instant::now();
    eventually("the lease ends", LIMIT, async || {
        let asked_after = known.elapsed();
        if remembered(&fixture).await == "token" {
            return Some(());
        }
        assert!(asked_after < Duration::from_millis(200));
        None
    })
    .await;
}

#[tokio::test]
async fn of_a_token_without_a_key_nothing_is_left_once_it_is_forgotten() {
    let fixture = Fixture::new(60_000);
    fixture.found(&["one"]).await;
    fixture.forget().await;
    let found = fixture.find();
    fixture.asked().await.send(no_key()).unwrap();
    assert!(found.await.unwrap().unwrap().is_none());
    assert_eq!(remembered(&fixture).await, "token", "there is none");
    fixture.forget().await;
    assert_eq!(remembered(&fixture).await, "nothing");
}

#[tokio::test]
async fn unknown_tokens_take_no_more_room_than_there_is() {
    let fixture = Fixture::new(60_000);
    for number in 0..2_000_u16 {
        let mut entropy = [0; 32];
        entropy[..2].copy_from_slice(&number.to_be_bytes());
        let token = ApiToken::from_entropy(Surface::GaFlight, &entropy);
        let cache = fixture.cache.clone();
        let found = tokio::spawn(async move { cache.find(token.digest()).await });
        fixture.asked().await.send(no_key()).unwrap();
        assert!(found.await.unwrap().unwrap().is_none());
    }
    fixture.cache.slots.run_pending_tasks().await;
    let kept = fixture.cache.slots.entry_count();
    assert!((1..=100).contains(&kept), "{kept}");
    assert_eq!(fixture.cache.existing.entry_count(), 0);
}
