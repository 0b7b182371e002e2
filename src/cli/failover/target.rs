//! What fails over: a pair, or the pairs that a policy puts into waves.

use crate::cli::Failure;
use crate::cli::named::named_pair;
use crate::estate::{Address, Estate, Kind, Side};
use crate::plan::{Failover, Plan};

/// What fails over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Target {
    /// The policy that puts several pairs together; none for one pair alone.
    pub policy: Option<Address>,
    /// The pairs, by wave.
    pub waves: Vec<Vec<Address>>,
}

impl Target {
    /// One pair.
    pub fn one(pair: Address) -> Self {
        Self { policy: None, waves: vec![vec![pair]] }
    }

    /// What a plan is about; none if it is no failover.
    pub fn of(plan: &Plan) -> Option<Self> {
        match (&plan.failover, &plan.in_waves) {
            (Some(failover), _) => Some(Self::one(failover.pair.clone())),
            (None, Some(several)) => {
                let pairs =
                    |wave: &Vec<Failover>| wave.iter().map(|failover| failover.pair.clone()).collect();
                let waves = several.waves.iter().map(pairs).collect();
                Some(Self { policy: Some(several.policy.clone()), waves })
            }
            (None, None) => None,
        }
    }

    /// What a person means by a name: a pair, or a policy of waves; without one, the only pair.
    pub fn named(estate: &Estate, name: Option<&str>) -> Result<Self, Failure> {
        let Some(name) = name else {
            return named_pair(estate, None).map(Self::one).map_err(|failure| with_policies(failure, estate));
        };
        let is_meant =
            |address: &Address| address.to_string() == name || address.name == name && address.key.is_none();
        let policy = policies(estate).find(|(address, _)| is_meant(address));
        let pair = estate.of_kind(Kind::Pair).map(|declared| &declared.address).find(|pair| is_meant(pair));
        match (policy, pair) {
            (Some((policy, _)), Some(pair)) => {
                Err(Failure::new(format!("{policy} and {pair} have one name"))
                    .hint(format!("say which: {policy}, or {pair}")))
            }
            (Some((policy, waves)), None) => Ok(Self { policy: Some(policy.clone()), waves: waves.to_vec() }),
            (None, _) => {
                let own = estate.failover_policies().find(|(address, _)| address.to_string() == name);
                match own.and_then(|(_, policy)| policy.pair()) {
                    Some(pair) => Ok(Self::one(pair.clone())),
                    None => {
                        let pair = named_pair(estate, Some(name)).map(Self::one);
                        pair.map_err(|failure| with_policies(failure, estate))
                    }
                }
            }
        }
    }

    /// The pairs.
    pub fn pairs(&self) -> impl Iterator<Item = &Address> {
        self.waves.iter().flatten()
    }

    /// What a person types to mean it.
    pub fn name(&self) -> &str {
        self.policy.as_ref().or_else(|| self.pairs().next()).map_or("", |address| &address.name)
    }

    /// The same with some of its pairs only, and without waves that have none of them.
    #[must_use]
    pub fn only(&self, is_one: impl Fn(&Address) -> bool) -> Self {
        let mut waves = self.waves.clone();
        waves.iter_mut().for_each(|wave| wave.retain(&is_one));
        waves.retain(|wave| !wave.is_empty());
        Self { policy: self.policy.clone(), waves }
    }

    /// The same in one wave.
    #[must_use]
    pub fn at_once(self) -> Self {
        let all: Vec<Address> = self.waves.into_iter().flatten().collect();
        Self { policy: self.policy, waves: if all.is_empty() { Vec::new() } else { vec![all] } }
    }

    /// The pairs that are not on the side that all of them are led to. Where they stand on different sides a person has to say
    /// which: some would go there and some come back.
    pub fn towards(self, estate: &Estate, to: Option<Side>) -> Result<Self, Failure> {
        let Some(policy) = &self.policy else {
            return match to {
                None => Ok(self),
                Some(_) => Err(Failure::new("-to belongs to a policy of several pairs")
                    .hint("a pair alone goes to its other side")),
            };
        };
        let active = |pair: &Address| estate.pair(pair).map(|pair| pair.active).unwrap_or_default();
        let on = |side: Side| -> Vec<String> {
            let there = self.pairs().filter(|pair| active(pair) == side);
            there.map(|pair| pair.name.clone()).collect()
        };
        let (first, second) = (on(Side::Primary), on(Side::Secondary));
        if to.is_none() && !first.is_empty() && !second.is_empty() {
            let message = format!(
                "the pairs of {policy} are on different sides: {} on the primary, {} on the secondary",
                first.join(", "),
                second.join(", ")
            );
            return Err(Failure::new(message)
                .hint("say where all of them go: -to secondary, or -to primary; those that are there stay"));
        }
        let to = to.unwrap_or(if first.is_empty() { Side::Primary } else { Side::Secondary });
        let away = self.only(|pair| active(pair) != to);
        if away.waves.is_empty() {
            return Err(Failure::new(format!("every pair of {policy} is on its {to} already")));
        }
        Ok(away)
    }
}

fn policies(estate: &Estate) -> impl Iterator<Item = (&Address, &[Vec<Address>])> {
    estate.failover_policies().filter_map(|(address, policy)| Some((address, policy.waves()?)))
}

/// Says of a name that is missing or wrong that policies may be named as well.
fn with_policies(failure: Failure, estate: &Estate) -> Failure {
    let all: Vec<String> = policies(estate).map(|(policy, _)| policy.to_string()).collect();
    match (&all[..], &failure.hint) {
        ([], _) => failure,
        (all, None) => failure.hint(format!("several pairs in waves: {}", all.join(", "))),
        (all, Some(hint)) => {
            let hint = format!("{hint}; several pairs in waves: {}", all.join(", "));
            failure.hint(hint)
        }
    }
}

/// Reads `primary` or `secondary`.
pub(in crate::cli) fn side(text: &str) -> Result<Side, String> {
    [Side::Primary, Side::Secondary]
        .into_iter()
        .find(|side| side.to_string() == text)
        .ok_or_else(|| "it is primary or secondary".to_owned())
}
