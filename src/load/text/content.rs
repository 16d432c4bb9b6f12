//! Lists in which what a document is about stands: reading nothing from one that holds something would say that there is nothing.

use super::node::Node;
use super::reader::Map;

impl<'n, 'r, 't> Map<'n, 'r, 't> {
    /// The maps in the list of `key`. Where something stands there and none of it can be read, the document cannot be used.
    pub(crate) fn content(&self, key: &str, known: &'static [&'static str]) -> Vec<Map<'n, 'r, 't>> {
        let read = self.maps(key, known);
        self.refuse_unread(key, read.len());
        read
    }

    /// Says that the document cannot be used where `key` holds something and nothing of it was read.
    pub(crate) fn refuse_unread(&self, key: &str, read: usize) {
        if read > 0 {
            return;
        }
        if let Some(node) = self.get(key).filter(|node| node.holds()) {
            let message = match node.list() {
                Some(_) => format!("`{key}` holds something, and none of it could be read"),
                None => format!("`{key}` must be a list, found {}: nothing in it could be read", node.kind()),
            };
            let help = format!("`{key}` is a list of objects: have the producer fix it");
            self.reader().error(node, "nothing-read", message, help);
        }
    }

    /// Whether `key` holds anything, readable or not.
    pub(crate) fn holds(&self, key: &str) -> bool {
        self.get(key).is_some_and(Node::holds)
    }
}
