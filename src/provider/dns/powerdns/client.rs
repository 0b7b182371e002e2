//! The HTTP API of PowerDNS, `/api/v1/servers/ID/zones/ZONE`.

use super::fault::ApiFault;
use crate::estate::{Fault, FaultKind, PowerDns, RecordType, Secret};
use crate::provider::dns::question::Swap;
use crate::provider::dns::rrset::Rrset;
use crate::provider::dns::value;
use crate::provider::{Requests, http};
use hickory_proto::rr::Name;
use reqwest::{Method, RequestBuilder, Url};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A PowerDNS server's API.
#[derive(Debug, Clone)]
pub struct Client {
    url: String,
    base: Url,
    server_id: String,
    api_key: Secret,
    timeout: Duration,
    http: reqwest::Client,
    requests: Arc<Requests>,
}

/// A record set that is replaced, or deleted if `wanted` is none.
pub type Patch = Swap;

#[derive(Deserialize)]
struct Zone {
    #[serde(default)]
    rrsets: Vec<Set>,
}

#[derive(Serialize)]
struct Patches {
    rrsets: Vec<Set>,
}

/// A record set as the API has it.
#[derive(Serialize, Deserialize)]
struct Set {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    /// Left out where a set is deleted; the API takes numbers out of range and serves 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<u32>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    changetype: Option<&'static str>,
    #[serde(default)]
    records: Vec<Record>,
}

#[derive(Serialize, Deserialize)]
struct Record {
    content: String,
    /// A disabled record is kept and not served.
    #[serde(default)]
    disabled: bool,
}

impl Client {
    /// A client of the API; nothing is sent yet.
    ///
    /// # Errors
    /// A fault when the URL is none.
    pub fn new(service: &PowerDns, timeout: Duration) -> Result<Self, Fault> {
        let bad = |reason: &str| {
            Fault::new(
                FaultKind::Invalid,
                format!("url {:?} of the dns block is no address: {reason}", service.url),
            )
            .hint("it looks like http://host:8081")
        };
        let base: Url = service.url.parse().map_err(|_| bad("it can't be read"))?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(bad("http or https is expected"));
        }
        Ok(Self {
            url: service.url.trim_end_matches('/').to_owned(),
            base,
            server_id: service.server_id.clone(),
            api_key: service.api_key.clone(),
            timeout,
            http: http::client(timeout, None)?,
            requests: Arc::default(),
        })
    }

    /// The API's address, as configured.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How long one request may take.
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The requests sent until now, to the API and to authorities.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// One record set of a zone.
    ///
    /// # Errors
    /// [`ApiFault`].
    pub async fn set(&self, zone: &Name, name: &Name, rtype: RecordType) -> Result<Option<Rrset>, ApiFault> {
        let query = format!("rrset_name={}&rrset_type={rtype}", value::canonical(name));
        let sets = self.get(zone, Some(&query)).await?;
        Ok(among(&sets, name, rtype))
    }

    /// All record sets of a zone, to be looked up by name and type.
    ///
    /// # Errors
    /// [`ApiFault`].
    pub async fn zone(
        &self,
        zone: &Name,
    ) -> Result<impl Fn(&Name, RecordType) -> Option<Rrset> + use<>, ApiFault> {
        let sets = self.get(zone, None).await?;
        Ok(move |name: &Name, rtype: RecordType| among(&sets, name, rtype))
    }

    /// Replaces or deletes record sets of a zone: all of them, or none.
    ///
    /// # Errors
    /// [`ApiFault`].
    pub async fn patch(&self, zone: &Name, patches: &[Patch]) -> Result<(), ApiFault> {
        self.requests.note("PATCH", patches.len());
        let body = Patches { rrsets: patches.iter().map(set_of).collect() };
        self.send(zone, self.request(Method::PATCH, zone, None).json(&body)).await.map(drop)
    }

    async fn get(&self, zone: &Name, query: Option<&str>) -> Result<Vec<Set>, ApiFault> {
        self.requests.note("GET", 1);
        let body = self.send(zone, self.request(Method::GET, zone, query)).await?;
        let zone_name = value::canonical(zone);
        serde_json::from_str::<Zone>(&body).map(|zone| zone.rrsets).map_err(|error| ApiFault::Other {
            url: self.url.clone(),
            zone: zone_name,
            status: 200,
            said: format!("a body that can't be read ({error})"),
        })
    }

    fn request(&self, method: Method, zone: &Name, query: Option<&str>) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            let zone = value::canonical(zone);
            path.pop_if_empty().extend(["api", "v1", "servers", &self.server_id, "zones", &zone]);
        }
        url.set_query(query);
        self.http.request(method, url).header("X-API-Key", self.api_key.expose())
    }

    async fn send(&self, zone: &Name, request: RequestBuilder) -> Result<String, ApiFault> {
        let lost = |error: reqwest::Error| ApiFault::of_error(&self.url, &error);
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        let body = answer.text().await.map_err(lost)?;
        if status.is_success() {
            return Ok(body);
        }
        let zone = value::canonical(zone);
        Err(ApiFault::of_answer(&self.url, &self.server_id, &zone, status, &body))
    }
}

/// The served records of a name and type. The API keeps the case of a content's names and quotes texts; both
/// vanish in the canonical form.
fn among(sets: &[Set], name: &Name, rtype: RecordType) -> Option<Rrset> {
    let owner = value::canonical(name);
    let set = sets.iter().find(|set| set.kind == rtype.as_str() && set.name.eq_ignore_ascii_case(&owner))?;
    let served = set.records.iter().filter(|record| !record.disabled);
    let data: Vec<_> = served.filter_map(|record| value::parse(rtype, &record.content).ok()).collect();
    (!data.is_empty()).then(|| Rrset::new(name.clone(), rtype, set.ttl.unwrap_or_default(), data))
}

fn set_of(patch: &Patch) -> Set {
    let record = |data| Record { content: value::zone_file_text(data), disabled: false };
    let wanted = patch.wanted.as_ref();
    Set {
        name: value::canonical(&patch.name),
        kind: patch.rtype.as_str().to_owned(),
        ttl: wanted.map(|set| set.ttl),
        changetype: Some(if wanted.is_some() { "REPLACE" } else { "DELETE" }),
        records: wanted.map(|set| set.data().map(record).collect()).unwrap_or_default(),
    }
}
