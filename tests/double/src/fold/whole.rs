//! What acts do to the page as a whole.

use super::Misstep;
use crate::{Document, Incident, Misprint, Page, derived_id};

impl Page {
    pub(super) fn misprint(
        &mut self,
        document: Document,
        incident: &str,
        misprint: Option<Misprint>,
    ) -> Result<(), Misstep> {
        if misprint.is_some() && self.incident(incident).is_none() {
            return Err(Misstep::UnknownIncident(incident.to_owned()));
        }
        self.misprints.retain(|(of, id, _)| *of != document || id != incident);
        self.misprints.extend(misprint.map(|misprint| (document, incident.to_owned(), misprint)));
        Ok(())
    }

    /// Gives everything an id of the page that is called `page_id` from now on.
    pub(super) fn rebuild(&mut self, page_id: &str) {
        let renew = |id: &mut String| *id = derived_id(&format!("{page_id} {id}"));
        page_id.clone_into(&mut self.id);
        self.misprints.clear();
        for component in &mut self.components {
            renew(&mut component.id);
            component.group_id.as_mut().map(renew);
        }
        let shown = self.incidents.iter_mut().chain(&mut self.maintenances);
        for Incident { id, components, updates, .. } in shown.chain(&mut self.deleted) {
            renew(id);
            components.iter_mut().for_each(renew);
            for update in updates {
                renew(&mut update.id);
                update.affected.iter_mut().for_each(|affected| renew(&mut affected.code));
            }
        }
    }
}
