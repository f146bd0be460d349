use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::{RefusedNetworks, reserved};

/// Leads outside when it is asked first, and inside ever after.
#[derive(Default)]
struct Rebinding(Arc<AtomicUsize>);

impl Lookup for Rebinding {
    fn look_up(&self, _: &str) -> Looking {
        let asked = Arc::clone(&self.0);
        Box::pin(async move {
            let before = asked.fetch_add(1, Ordering::SeqCst);
            Ok(vec![if before == 0 { OUTSIDE } else { INSIDE }])
        })
    }
}

const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8));
const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

fn guard(allow_loopback: bool) -> Guard {
    Guard {
        allow_loopback,
        refused: RefusedNetworks::default(),
    }
}

async fn dialled(resolver: &GuardedResolver, name: &str) -> Result<Vec<IpAddr>, String> {
    let found = resolver.resolve(Name::from_str(name).unwrap()).await;
    found
        .map(|addresses| addresses.map(|address| address.ip()).collect())
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_name_that_turns_inside_is_refused_as_soon_as_it_is_asked_for_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let lookup = Arc::new(Rebinding(Arc::clone(&asked)));
    let resolver = GuardedResolver::keeping(guard(false), lookup, Duration::ZERO);
    assert_eq!(
        dialled(&resolver, "hooks.example.com").await,
        Ok(vec![OUTSIDE])
    );
    // One question: what was judged is what was given, not a second answer to the same question.
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let refused = dialled(&resolver, "hooks.example.com").await.unwrap_err();
    assert!(refused.contains("a metadata service"), "{refused}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn while_an_answer_is_fresh_nothing_else_is_dialled() {
    let resolver = GuardedResolver::new(guard(false), Arc::new(Rebinding::default()));
    for _ in 0..3 {
        assert_eq!(
            dialled(&resolver, "Hooks.Example.com").await,
            Ok(vec![OUTSIDE])
        );
    }
}

#[tokio::test]
async fn no_resolver_is_asked_where_localhost_is() {
    let asked = Arc::new(AtomicUsize::new(0));
    for allow_loopback in [false, true] {
        let guard = guard(allow_loopback);
        let resolver = GuardedResolver::new(guard, Arc::new(Rebinding(Arc::clone(&asked))));
        for name in ["localhost", "LOCALHOST.", "app.localhost"] {
            let found = dialled(&resolver, name).await;
            assert_eq!(found.is_ok(), allow_loopback, "{name}: {found:?}");
            assert!(found.is_err() || found.unwrap().iter().all(IpAddr::is_loopback));
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// Half of them in a block that is refused.
fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<Ipv4Addr>().prop_map(IpAddr::V4),
        any::<Ipv6Addr>().prop_map(IpAddr::V6),
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits >> 8 | 10 << 24).into()),
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits >> 3 | 1 << 125).into()),
    ]
}

proptest! {
    #[test]
    fn of_any_answers_exactly_the_public_are_dialled(
        found in prop::collection::vec(address(), 0..6),
    ) {
        let public: Vec<IpAddr> =
            found.iter().copied().filter(|found| reserved(*found).is_none()).collect();
        match permitted(&guard(false), found.clone()) {
            Ok(dialled) => prop_assert_eq!(dialled, public),
            Err(ResolveFailure::Refused(_)) => prop_assert!(public.is_empty() && !found.is_empty()),
            Err(ResolveFailure::Dns(_)) => prop_assert!(found.is_empty()),
        }
    }
}
