//! What acts do to components.

use jiff::Timestamp;

use super::Misstep;
use crate::{Affected, Component, ComponentStatus, NewComponent, Page};

impl Page {
    pub(super) fn set_component(
        &mut self,
        at: Timestamp,
        code: &str,
        new_status: ComponentStatus,
    ) -> Result<Affected, Misstep> {
        let component = self.find_component(code)?;
        let group = component.group_id.as_deref().and_then(|group| self.component(group));
        let name = match group {
            Some(group) => format!("{} - {}", group.name, component.name),
            None => component.name.clone(),
        };
        let old_status = component.status;
        if old_status != new_status {
            self.touch_component(at, code)?.status = new_status;
        }
        Ok(Affected { code: code.to_owned(), name, old_status, new_status })
    }

    pub(super) fn add_component(
        &mut self,
        at: Timestamp,
        added: &NewComponent,
    ) -> Result<(), Misstep> {
        if self.component(&added.id).is_some() {
            return Err(Misstep::TakenId(added.id.clone()));
        }
        self.check_components(added.group_id.as_slice())?;
        self.components.push(Component {
            id: added.id.clone(),
            name: added.name.clone(),
            status: ComponentStatus::Operational,
            group_id: added.group_id.clone(),
            is_group: added.is_group,
            created_at: at,
            updated_at: at,
        });
        Ok(())
    }

    pub(super) fn remove_component(&mut self, id: &str) -> Result<(), Misstep> {
        self.find_component(id)?;
        self.components.retain(|component| component.id != id);
        for child in &mut self.components {
            child.group_id.take_if(|group| group == id);
        }
        for incident in self.incidents.iter_mut().chain(&mut self.maintenances) {
            incident.components.retain(|component| component != id);
        }
        Ok(())
    }

    pub(super) fn touch_component(
        &mut self,
        at: Timestamp,
        id: &str,
    ) -> Result<&mut Component, Misstep> {
        let component = self
            .components
            .iter_mut()
            .find(|component| component.id == id)
            .ok_or_else(|| Misstep::UnknownComponent(id.to_owned()))?;
        component.updated_at = at;
        Ok(component)
    }

    pub(super) fn find_component(&self, id: &str) -> Result<&Component, Misstep> {
        self.component(id).ok_or_else(|| Misstep::UnknownComponent(id.to_owned()))
    }

    pub(super) fn check_components(&self, ids: &[String]) -> Result<(), Misstep> {
        ids.iter().try_for_each(|id| self.find_component(id).map(|_| ()))
    }
}
