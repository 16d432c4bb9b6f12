use std::collections::BTreeMap;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut files = BTreeMap::new();
    files.insert("look.typ".to_string(), std::fs::read(format!("{}/look.typ", a[1])).unwrap());
    files.insert("data.json".to_string(), std::fs::read(&a[3]).unwrap());
    let r = trustbook_pdf::compile(trustbook_pdf::Input {
        main: std::fs::read_to_string(format!("{}/{}", a[1], a[2])).unwrap(),
        main_name: a[2].clone(),
        files,
        title: "Security summary".into(),
        language: "en".into(),
        timestamp: 1_767_225_599,
        identifier: "x".into(),
        creator: "trustbook".into(),
    });
    match r {
        Ok(o) => {
            std::fs::write(&a[4], &o.bytes).unwrap();
            println!("{} pages {} bytes", o.pages, o.bytes.len())
        }
        Err(p) => {
            for x in p {
                println!("{x}")
            }
        }
    }
}
