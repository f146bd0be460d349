//! Texts of what falls due, defects and work, checked and put into their one form.

use std::ops::RangeInclusive;

use domain::maintenance::DueItem;
use domain::maintenance::squawk::{Deferral, Resolution};
use domain::maintenance::work_order::{ReturnToService, WorkOrderContent};

use super::Checks;

const SHORT: RangeInclusive<usize> = 1..=100;
const LONG: RangeInclusive<usize> = 1..=4_000;
/// ATA 100, to the subject: `32-41-00`.
const CHAPTER: RangeInclusive<usize> = 1..=10;

impl Checks {
    pub fn due_item(&mut self, item: DueItem) -> DueItem {
        self.chosen_id("id", item.id.0);
        DueItem {
            title: self.name("title", &item.title),
            reference: self.optional("reference", item.reference.as_deref(), SHORT),
            assigned_to: self.optional("assigned_to", item.assigned_to.as_deref(), SHORT),
            external_reference: self.reference(item.external_reference.as_deref()),
            ..item
        }
    }

    pub fn work_order(&mut self, content: WorkOrderContent) -> WorkOrderContent {
        let mut content = content;
        for task in &mut content.tasks {
            task.description = self.text("tasks.description", &task.description, LONG);
            task.ata_chapter = self.ata_chapter("tasks.ata_chapter", task.ata_chapter.as_deref());
        }
        for part in &mut content.parts {
            part.part_number = self.text("parts.part_number", &part.part_number, SHORT);
            let serial = part.serial_number.as_deref();
            part.serial_number = self.optional("parts.serial_number", serial, SHORT);
        }
        if !content.currency.is_empty() {
            content.currency = self.currency(&content.currency);
        }
        WorkOrderContent {
            title: self.name("title", &content.title),
            assigned_to: self.optional("assigned_to", content.assigned_to.as_deref(), SHORT),
            shop_name: self.optional("shop_name", content.shop_name.as_deref(), SHORT),
            external_reference: self.reference(content.external_reference.as_deref()),
            ..content
        }
    }

    pub fn return_to_service(&mut self, signed: ReturnToService) -> ReturnToService {
        let number = &signed.certificate_number;
        ReturnToService {
            signed_by: self.text("signed_by", &signed.signed_by, SHORT),
            certificate_number: self.text("certificate_number", number, SHORT),
            statement: self.text("statement", &signed.statement, LONG),
            ..signed
        }
    }

    pub fn deferral(&mut self, deferral: Deferral) -> Deferral {
        Deferral {
            reference: self.optional("reference", deferral.reference.as_deref(), SHORT),
            limitations: self.optional("limitations", deferral.limitations.as_deref(), LONG),
            approved_by: self.text("approved_by", &deferral.approved_by, SHORT),
            ..deferral
        }
    }

    pub fn resolution(&mut self, resolution: Resolution) -> Resolution {
        let number = resolution.certificate_number.as_deref();
        Resolution {
            notes: self.optional("notes", resolution.notes.as_deref(), LONG),
            resolved_by: self.text("resolved_by", &resolution.resolved_by, SHORT),
            certificate_number: self.optional("certificate_number", number, SHORT),
            ..resolution
        }
    }

    pub fn description(&mut self, pointer: &'static str, text: &str) -> String {
        self.text(pointer, text, LONG)
    }

    pub fn ata_chapter(&mut self, pointer: &'static str, chapter: Option<&str>) -> Option<String> {
        self.optional(pointer, chapter, CHAPTER)
    }
}
