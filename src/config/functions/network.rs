//! IP addresses and prefixes, as Terraform's cidr functions compute them.

use super::arguments::{Arguments, Refusal};
use super::{ANY, Answer, Function};
use crate::config::value::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("cidrcontains(prefix, address or prefix)", 2, 2, cidrcontains),
    Function::new("cidrhost(prefix, number)", 2, 2, cidrhost),
    Function::new("cidrnetmask(prefix)", 1, 1, |a| {
        let prefix = Prefix::argument(a, 0)?;
        if prefix.width != 32 {
            return Err(Arguments::refuse(0, "only IPv4 has netmasks"));
        }
        Ok(address(prefix.mask(), 32).to_string().into())
    }),
    Function::new("cidrsubnet(prefix, new bits, number)", 3, 3, cidrsubnet),
    Function::new("cidrsubnets(prefix, new bits, …)", 2, ANY, cidrsubnets),
];

/// A network: its address as a number, the length of its prefix, and 32 or 128 bits in all.
#[derive(Clone, Copy)]
struct Prefix {
    network: u128,
    length: u32,
    width: u32,
}

impl Prefix {
    fn argument(a: &Arguments<'_>, index: usize) -> Result<Self, Refusal> {
        Self::parse(&a.text(index)?)
            .ok_or_else(|| Arguments::refuse(index, "a prefix such as 10.0.0.0/8 or fd00::/8 is needed"))
    }

    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (bits, width) = number(address.parse().ok()?);
        let length: u32 = length.parse().ok().filter(|length| *length <= width)?;
        let whole = Self { network: bits, length, width };
        Some(Self { network: bits & whole.mask(), ..whole })
    }

    fn mask(self) -> u128 {
        let all = if self.width == 128 { u128::MAX } else { (1 << self.width) - 1 };
        let host = self.width - self.length;
        if host >= 128 { 0 } else { all & (u128::MAX << host) }
    }

    /// How many addresses it has, less one.
    fn span(self) -> u128 {
        let host = self.width - self.length;
        if host >= 128 { u128::MAX } else { (1 << host) - 1 }
    }

    fn subnet(self, bits: i64, number: u128) -> Result<Self, &'static str> {
        let longer = u32::try_from(bits).ok().and_then(|bits| self.length.checked_add(bits));
        let length =
            longer.filter(|length| *length <= self.width).ok_or("there are not so many bits left")?;
        let subnet = Self { length, ..self };
        let offset =
            number.checked_mul(subnet.span().saturating_add(1)).filter(|offset| *offset <= self.span());
        let offset = offset.ok_or("there are not so many subnets")?;
        Ok(Self { network: self.network + offset, ..subnet })
    }

    fn text(self) -> String {
        format!("{}/{}", address(self.network, self.width), self.length)
    }
}

fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u32::from(v4).into(), 32),
        IpAddr::V6(v6) => (v6.into(), 128),
    }
}

fn address(bits: u128, width: u32) -> IpAddr {
    match u32::try_from(bits) {
        Ok(bits) if width == 32 => Ipv4Addr::from(bits).into(),
        _ => Ipv6Addr::from(bits).into(),
    }
}

fn cidrcontains(a: &Arguments<'_>) -> Answer {
    let outer = Prefix::argument(a, 0)?;
    let text = a.text(1)?;
    let inner =
        text.parse().ok().map(number).map(|(network, width)| Prefix { network, length: width, width });
    let inner = inner.map_or_else(|| Prefix::argument(a, 1), Ok)?;
    let inside = inner.network & outer.mask() == outer.network && inner.length >= outer.length;
    Ok((inner.width == outer.width && inside).into())
}

fn cidrhost(a: &Arguments<'_>) -> Answer {
    let prefix = Prefix::argument(a, 0)?;
    let number = a.integer(1)?;
    let distance = u128::from(number.unsigned_abs());
    let too_far = || Arguments::refuse(1, format!("{} has not so many addresses", prefix.text()));
    let offset = if number >= 0 {
        Some(distance).filter(|distance| *distance <= prefix.span())
    } else {
        prefix.span().checked_sub(distance - 1)
    };
    Ok(address(prefix.network + offset.ok_or_else(too_far)?, prefix.width).to_string().into())
}

fn cidrsubnet(a: &Arguments<'_>) -> Answer {
    let number =
        u128::try_from(a.integer(2)?).map_err(|_| Arguments::refuse(2, "a number from 0 is needed"))?;
    Ok(Prefix::argument(a, 0)?.subnet(a.integer(1)?, number)?.text().into())
}

/// Each subnet begins at the next free address that its own size divides.
fn cidrsubnets(a: &Arguments<'_>) -> Answer {
    let prefix = Prefix::argument(a, 0)?;
    let mut next: u128 = 0;
    let mut subnets = Vec::new();
    for index in 1..a.values.len() {
        let size = prefix.subnet(a.integer(index)?, 0)?.span().saturating_add(1);
        let number = next.div_ceil(size);
        let subnet =
            prefix.subnet(a.integer(index)?, number).map_err(|reason| Arguments::refuse(index, reason))?;
        subnets.push(Value::from(subnet.text()));
        next = (number + 1).saturating_mul(size);
    }
    Ok(Value::list(subnets))
}
