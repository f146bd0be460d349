mod alert;
mod due_item;
mod squawk;
mod work_order;

use domain::maintenance::work_order::MeterAt;
use domain::meter::Meter;

use super::{Read, parse};
use crate::v1;

pub use due_item::done_in;

fn meter_at_out(at: MeterAt) -> v1::MeterAt {
    v1::MeterAt {
        kind: at.kind.to_string(),
        value_hundredths: at.value.0,
    }
}

fn meter_at_in(field: &'static str, at: v1::MeterAt) -> Read<MeterAt> {
    Ok(MeterAt {
        kind: parse(field, &at.kind)?,
        value: Meter(at.value_hundredths),
    })
}
