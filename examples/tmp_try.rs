//! temp
#![allow(clippy::all, clippy::print_stdout)]
use std::path::Path;
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let asof = trustbook::model::time::Instant::parse(&std::env::args().nth(2).unwrap()).unwrap();
    let l = trustbook::load::project(Path::new(&root)).unwrap();
    print!("{}", trustbook::load::display::render(&l.project.findings, &l.texts, false));
    let Some(p) = l.project.value else {
        println!("NO PROJECT");
        return;
    };
    println!("source state {:?}", p.source_state);
    let a =
        trustbook::evaluate::evaluate(&p.catalog, &p.profiles, &p.config, p.source_state.as_deref(), asof);
    print!("{}", trustbook::load::display::render(&a.findings, &l.texts, false));
    for e in p.catalog.evidence.values() {
        println!("{:34} {:?} {:?} {:?} {:?}", e.id.as_str(), e.kind(), e.mode, e.trust, e.captured_at);
        if let trustbook::model::evidence::Body::Drill(d) = &e.body {
            println!("      drill {:?} {:?} {:?}", d.declared, d.computed, d.reasons);
        }
    }
    let a = a.value.unwrap();
    for (i, c) in &a.claims {
        println!(
            "{:26} {:?} {:?}",
            i.as_str(),
            c.status,
            c.criteria
                .iter()
                .map(|x| format!("{}: {:?} {} {}", x.id, x.status, x.reason, x.found))
                .collect::<Vec<_>>()
        );
    }
    for v in &a.verdicts {
        println!("VERDICT {} {} {}", v.profile, v.state, v.sentence);
        for c in &v.criteria {
            println!("   {} {:?} {} | {}", c.id, c.status, c.found, c.help);
        }
    }
    println!("{:?}", p.catalog.counts());
}
