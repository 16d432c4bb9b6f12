//! The product tree of a CSAF document: every product id with its name and what identifies it.

use std::collections::BTreeMap;

use crate::load::text::node::Data;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::model::vex::VexProduct;

/// The products of a document.
#[derive(Default)]
pub(super) struct Products {
    by_id: BTreeMap<String, VexProduct>,
    groups: BTreeMap<String, Vec<String>>,
    /// Ids that are given to two products.
    pub twice: Vec<String>,
}

const BRANCH: &[&str] = &["branches", "category", "name", "product"];
const NAME: &[&str] = &["name", "product_id", "product_identification_helper"];
const RELATION: &[&str] =
    &["category", "full_product_name", "product_reference", "relates_to_product_reference"];
const PATH: &[&str] = &["beginning_product_reference", "full_product_name", "subpaths"];
const GROUP: &[&str] = &["group_id", "product_ids", "summary"];

impl Products {
    /// Reads the tree; branches are walked with a stack, so their depth does not matter.
    pub(super) fn read(tree: &Map<'_, '_, '_>) -> Self {
        let mut products = Self::default();
        let reader = tree.reader();
        let mut stack: Vec<&Node<'_>> =
            if tree.has("branches") { tree.list("branches").iter().collect() } else { Vec::new() };
        while let Some(node) = stack.pop() {
            let Some(branch) = reader.map(node, BRANCH) else { continue };
            if branch.has("branches") {
                stack.extend(branch.list("branches"));
            }
            products.take(branch.map("product", NAME));
        }
        for name in tree.list("full_product_names") {
            products.take(reader.map(name, NAME));
        }
        for relation in tree.maps("relationships", RELATION) {
            products.take(relation.map("full_product_name", NAME));
        }
        for path in tree.maps("product_paths", PATH) {
            products.take(path.map("full_product_name", NAME));
        }
        for group in tree.maps("product_groups", GROUP) {
            if let Some(id) = group.owned("group_id") {
                products.groups.insert(id, group.texts("product_ids"));
            }
        }
        products
    }

    fn take(&mut self, name: Option<Map<'_, '_, '_>>) {
        let Some(name) = name else { return };
        let Some(id) = name.owned("product_id") else {
            name.reader().warn(name.node(), "missing-id", "a product without an id: nothing can speak of it");
            return;
        };
        let mut product = VexProduct {
            id: id.clone(),
            name: name.owned("name").unwrap_or_else(|| id.clone()),
            purls: Vec::new(),
            identifiers: Vec::new(),
        };
        if let Some(helper) = name.get("product_identification_helper") {
            identifiers(helper, &mut product);
        }
        if self.by_id.insert(id.clone(), product).is_some() {
            self.twice.push(id);
        }
    }

    /// The product with this id.
    pub(super) fn get(&self, id: &str) -> Option<&VexProduct> {
        self.by_id.get(id)
    }

    /// The ids in the group with this id.
    pub(super) fn group(&self, id: &str) -> &[String] {
        self.groups.get(id).map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }
}

/// Everything that a helper says: package URLs apart, the rest as `kind value`.
fn identifiers(helper: &Node<'_>, product: &mut VexProduct) {
    for entry in helper.map().unwrap_or_default() {
        let key = entry.key.as_ref();
        match (key, &entry.value.data) {
            ("purl", Data::Text(text)) => product.purls.push(text.to_string()),
            ("purls", Data::List(items)) => {
                product.purls.extend(items.iter().filter_map(|item| item.text().map(str::to_owned)));
            }
            ("hashes", Data::List(files)) => {
                for file in files {
                    let name = file.text_of("filename").unwrap_or_default();
                    for hash in file.get("file_hashes").and_then(Node::list).unwrap_or_default() {
                        let algorithm = hash.text_of("algorithm").unwrap_or_default();
                        let value = hash.text_of("value").unwrap_or_default();
                        product.identifiers.push(format!("{algorithm} {value} {name}").trim().to_owned());
                    }
                }
            }
            ("x_generic_uris", Data::List(items)) => {
                product
                    .identifiers
                    .extend(items.iter().filter_map(|item| item.text_of("uri")).map(str::to_owned));
            }
            (_, Data::Text(text)) => product.identifiers.push(format!("{} {text}", key.replace('_', " "))),
            (_, Data::List(items)) => {
                let kind = key.trim_end_matches('s').replace('_', " ");
                product
                    .identifiers
                    .extend(items.iter().filter_map(Node::text).map(|text| format!("{kind} {text}")));
            }
            (_, Data::Null | Data::Bool(_) | Data::Number(_) | Data::Map(_)) => {}
        }
    }
}
