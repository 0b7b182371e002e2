//! Figures that may be unknown.

use crate::estate::{Address, Fault, ObjectId, Reading, What};
use crate::offsets::Flow;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A figure, or why it is not known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Figure<T> {
    /// What it is.
    Known(T),
    /// It is not known.
    Unknown {
        /// Why not, in one sentence.
        why: String,
        /// What it was when it was last known, if that is remembered.
        #[serde(skip_serializing_if = "Option::is_none")]
        last: Option<Last<T>>,
    },
}

/// A figure as it was.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Last<T> {
    /// The figure.
    pub value: T,
    /// When it was read.
    pub at: Timestamp,
}

impl<T> Figure<T> {
    /// A figure that is not known, for this reason.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown { why: why.into(), last: None }
    }

    /// The figure, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown { .. } => None,
        }
    }

    /// Why it is not known, if it is not.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Known(_) => None,
            Self::Unknown { why, .. } => Some(why),
        }
    }
}

impl<T: Clone> Figure<T> {
    /// Keeps what the figure was at `at`, if it is not known any more.
    pub(super) fn remember(&mut self, before: &Self, at: Timestamp) {
        if let Self::Unknown { last: last @ None, .. } = self {
            *last = match before {
                Self::Known(value) => Some(Last { value: value.clone(), at }),
                Self::Unknown { last, .. } => last.clone(),
            };
        }
    }
}

/// A number of records: the bound that is proven, and the number that is likely.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    /// Most likely so many. At most [`Count::at_most`].
    pub likely: i64,
    /// Certainly no more.
    pub at_most: i64,
}

impl Count {
    /// A number that is certain.
    pub const fn exactly(number: i64) -> Self {
        Self { likely: number, at_most: number }
    }

    /// Whether it is a number that is certain.
    pub const fn is_exact(self) -> bool {
        self.likely == self.at_most
    }
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { likely: self.likely + other.likely, at_most: self.at_most + other.at_most }
    }
}

/// Why a cluster does not say something: in few words if it says nothing at all, since that is told elsewhere.
pub(super) fn silence(flow: &Flow, cluster: &Address, fault: &Fault) -> String {
    match flow.observed.reading(&ObjectId::new(cluster, What::Cluster)) {
        Some(Reading::Unreachable(_)) => format!("{} does not answer", cluster.name),
        Some(Reading::Present(_) | Reading::Absent) | None => fault.message.clone(),
    }
}

/// The sum; unknown for the first reason if one of them is, with what it was if all of them were known then.
pub(super) fn sum<'a>(counts: impl IntoIterator<Item = &'a Figure<Count>>) -> Figure<Count> {
    let (mut sum, mut unknown, mut was) = (Count::default(), None, Some(None));
    for count in counts {
        let value = match count {
            Figure::Known(count) => Some(*count),
            Figure::Unknown { why, last } => {
                unknown.get_or_insert(why);
                was = was.filter(|_| last.is_some()).map(|at: Option<Timestamp>| {
                    let of = last.as_ref().map(|last| last.at);
                    at.map_or(of, |at| of.map(|of| of.min(at)))
                });
                last.as_ref().map(|last| last.value)
            }
        };
        sum = sum + value.unwrap_or_default();
    }
    match unknown {
        None => Figure::Known(sum),
        Some(why) => {
            let last = was.flatten().map(|at| Last { value: sum, at });
            Figure::Unknown { why: why.clone(), last }
        }
    }
}
