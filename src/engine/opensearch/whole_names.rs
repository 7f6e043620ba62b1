//! Which articles have a name of exactly these words? Of all that may be asked for a query it is found out at once.

use super::client::Again;
use super::index::Index;
use super::places::Records;
use super::schema::MOST_VALUES;
use crate::engine::ArticleEntry;
use crate::engine::names::Names;
use crate::error::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many names are remembered; nearly all that is typed is none.
const MOST_REMEMBERED: usize = 10_000;

/// The names of one commit, as they were asked for.
pub(super) struct WholeNames {
    index: Index,
    known: Mutex<HashMap<String, Vec<ArticleEntry>>>,
}

impl WholeNames {
    pub(super) fn new(index: Index) -> Self {
        Self {
            index,
            known: Mutex::default(),
        }
    }

    /// Asks for all of these names that are not known yet, among the passages that `alive` finds.
    pub(super) fn look_up(&self, names: &[String], alive: &Value, records: &Records) -> Result<()> {
        let mut new: Vec<&String> = names.iter().collect();
        new.sort_unstable();
        new.dedup();
        let mut known = self.known();
        if known.len() > MOST_REMEMBERED {
            known.clear();
        }
        new.retain(|name| !known.contains_key(*name));
        drop(known);
        for some in new.chunks(MOST_VALUES) {
            let mut found: BTreeMap<&String, Vec<ArticleEntry>> =
                some.iter().map(|name| (*name, Vec::new())).collect();
            let query = json!({"bool": {"filter": [alive, {"terms": {"whole_name": some}}]}});
            let what = json!({"_source": ["record"], "size": 1000});
            self.index
                .each(&query, &["article"], &what, Again::Briefly, |hit| {
                    let article = records.read(hit)?.article;
                    for name in Names::of(&article, |_| {}).whole {
                        if let Some(articles) = found.get_mut(&name) {
                            articles.push(article.clone());
                        }
                    }
                    Ok(())
                })?;
            let found = found
                .into_iter()
                .map(|(name, articles)| (name.clone(), articles));
            self.known().extend(found);
        }
        Ok(())
    }

    /// The articles that have this name; `None` where it was not looked up, or is not remembered any more.
    pub(super) fn get(&self, name: &str) -> Option<Vec<ArticleEntry>> {
        self.known().get(name).cloned()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Vec<ArticleEntry>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
