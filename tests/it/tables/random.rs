//! What holds for every built-in profile over random sets of records: what fails never helps, what passes and counts never
//! hurts, names and order change nothing, and time changes a verdict only at the instants that the verdict names.
//!
//! `TRUSTBOOK_RANDOM_CASES` is the number of cases a profile and property, 100 when not given. Every failure names its seed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use serde_json::json;
use trustbook::evaluate::evaluate;
use trustbook::load;
use trustbook::model::assessment::Counts;
use trustbook::model::assessment::Verdict;
use trustbook::model::catalog::Catalog;
use trustbook::model::content::*;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::evidence::Mode;
use trustbook::model::evidence::Trust;
use trustbook::model::id::Id;
use trustbook::model::profile::Profile;
use trustbook::model::receipt::Decision;
use trustbook::model::record::Record;
use trustbook::model::register::Blocker;
use trustbook::model::register::Risk;
use trustbook::model::register::Waiver;
use trustbook::model::time::Instant;
use trustbook::model::vex::VexStatus;

use crate::draw::Draw;
use crate::governance as gov;
use crate::governance::Documents;
use crate::project::Folder;
use crate::project::copy;
use crate::sample;
use crate::sample::at;

/// Everything that random sets of one profile are drawn from.
struct Pool {
    profile: Profile,
    /// What makes it pass.
    base: Catalog,
    /// Further evidence, good and bad.
    more: Vec<Evidence>,
    /// Evidence that fails by itself.
    failing: Vec<Evidence>,
    now: Instant,
}

fn built_in(name: &str) -> Profile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles").join(format!("{name}.yaml"));
    let mut profile: Profile = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    profile.origin = Default::default();
    profile
}

fn catalog_of(folder: &Folder) -> Catalog {
    load::project(folder.path()).unwrap().project.value.unwrap().catalog
}

fn example(name: &str) -> Catalog {
    let folder = Folder::new("random");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), folder.path());
    catalog_of(&folder)
}

/// Evidence of documents, each under another path and id than any other's.
fn evidence_of(prefix: &str, documents: Vec<(&str, String)>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (number, (path, text)) in documents.into_iter().enumerate() {
        let catalog = catalog_of(&Documents::default().with(path, text).written());
        let loaded =
            catalog.evidence.into_values().filter(|one| one.source.path == format!("evidence/{path}"));
        out.extend(loaded.map(|mut one| {
            one.id = Id::new(&format!("{prefix}-{number}")).unwrap();
            one
        }));
    }
    out
}

fn changed(documents: &Documents, path: &'static str, from: &str, to: &str) -> (&'static str, String) {
    (path, documents.clone().change(path, from, to).text(path))
}

/// Tests, a receipt, a drill and a statement about a vulnerability that fail by themselves.
fn failing_evidence(release: Option<Id>) -> Vec<Evidence> {
    let objectives = json!([{"metric": "rto", "target": "4h", "achieved": "5h"}]);
    let bodies = [
        Body::TestReport(Box::new(sample::tests(3, 1))),
        Body::DecisionReceipt(Box::new(sample::receipt(Decision::Deny))),
        Body::Drill(Box::new(sample::drill(objectives, json!("failed")))),
        Body::Vex(Box::new(sample::vex(vec![sample::statement("CVE-2026-7", VexStatus::Affected, None)]))),
    ];
    let named = bodies.into_iter().enumerate().map(|(at, body)| (format!("failing-{at}"), body));
    named.map(|(name, body)| Evidence { release: release.clone(), ..sample::evidence(&name, body) }).collect()
}

fn release_gate() -> Pool {
    let run = gov::run();
    let more = vec![
        changed(&run, gov::GATE, "\"APPROVE\"", "\"NEEDS_HUMAN\""),
        changed(&run, gov::GATE, "\"risk_score\": 20", "\"risk_score\": 60"),
        changed(&run, gov::GATE, "verify_rc=0", "verify skipped"),
        changed(&run, gov::GATE, "run-1", "run-2"),
        changed(&run, gov::PROMOTION, "run-1", "run-2"),
        changed(&run, gov::MANIFEST, "run-1", "run-2"),
        changed(&run, gov::PROMOTION, "0.9", "0.7"),
        changed(&run, gov::MANIFEST, "60", "20"),
        changed(&run, gov::WORK, "\"attempts\": 1", "\"risk_score_hint\": 70"),
        ("run/override.json", gov::overridden("2026-05-01T00:00:00Z")),
        ("run/override.json", gov::overridden("2026-07-01T00:00:00Z")),
    ];
    let failing = vec![
        changed(&run, gov::GATE, "\"APPROVE\"", "\"REJECT\""),
        changed(&run, gov::PROMOTION, "\"APPROVE\"", "\"REJECT\""),
        changed(&run, gov::GATE, "verify_rc=0", "verify_rc=1"),
        changed(&run, gov::GATE, "\"reason_codes\": []", "\"reason_codes\": [\"SEC.LEAK\"]"),
        changed(&run, gov::PLAN, "PASS", "FAIL"),
        changed(&run, gov::WORK, "PASS", "BLOCKED"),
        (
            gov::GATE,
            gov::run().text(gov::GATE).replace("run-1", "run-9").replace("\"APPROVE\"", "\"REJECT\""),
        ),
    ];
    // an override counts only over a decision whose time is known
    let dated = run.clone().with("index.yaml", gov::dated("2026-04-20T00:00:00Z"));
    let mut more = evidence_of("more", more);
    for one in more.iter_mut().filter(|one| one.source.adapter == "gate-decision") {
        one.captured_at = Some(at("2026-04-20T00:00:00Z"));
    }
    Pool {
        profile: built_in("release-gate"),
        base: catalog_of(&dated.written()),
        more,
        failing: evidence_of("failing", failing),
        now: at(gov::NOW),
    }
}

fn certification(profile: &str) -> Pool {
    let all = gov::certification();
    let open = r#""blocker_count": 1, "blockers": [{"blocker_id": "OC-B4", "detail": "d", "scope": "T1.1"}]"#;
    let waiver = |end: &str| {
        format!(
            r#""waivers": [{{"waiver_id": "w", "blocker_id": "OC-B4", "owner": "o", "rationale": "r", "expiry": "{end}"}}]"#
        )
    };
    let more = vec![
        (gov::REGISTER, all.text(gov::REGISTER)),
        changed(&all, gov::REGISTER, "2026-05-20", "2026-05-28"),
        changed(&all, gov::REGISTER, r#""blocker_count": 0, "blockers": []"#, open),
        changed(&all, gov::CERTIFICATE, r#""waivers": []"#, &waiver("2026-06-15")),
        changed(&all, gov::CERTIFICATE, r#""waivers": []"#, &waiver("2026-08-15T06:00:00Z")),
        changed(&all, gov::DRILL, "DR-01", "DR-02"),
        changed(&all, gov::MATRIX, r#"["DR-01"]"#, r#"["DR-02"]"#),
        changed(&all, gov::METRICS, r#""observed": 15"#, r#""observed": 14"#),
    ];
    let failing = vec![
        changed(
            &all,
            gov::REGISTER,
            r#""blocker_count": 0, "blockers": []"#,
            r#""blocker_count": 1, "blockers": ["OC-B1"]"#,
        ),
        changed(&all, gov::DRILL, r#""restore_elapsed_seconds": 900"#, r#""restore_elapsed_seconds": 9000"#),
        changed(&all, gov::COST, r#""attributed_spend_usd": 100"#, r#""attributed_spend_usd": 101"#),
        changed(&all, gov::METRICS, r#""observed": 15"#, r#""observed": 99"#),
        changed(&all, gov::CERTIFICATE, "GREEN", "NOT_STARTED"),
    ];
    Pool {
        profile: built_in(profile),
        base: catalog_of(&all.written()),
        more: evidence_of("more", more),
        failing: evidence_of("failing", failing),
        now: at(gov::NOW),
    }
}

fn closeout() -> Pool {
    let package = gov::closeout();
    let change = |from: &str, to: &str| changed(&package, gov::PACKAGE, from, to);
    let more = vec![
        change("partial_failure", "delivered"),
        change("2026-06-07\"}}}", "2026-09-30\"}}}"),
        change(r#""health_state": "healthy""#, r#""health_state": "warning""#),
        change(r#""schema_version""#, r#""evidence_mode": "sample", "schema_version""#),
        change("2027-06-30", "2026-08-01T10:00:00Z"),
    ];
    let failing = vec![
        change(r#""closeout_state": "closed""#, r#""closeout_state": "open""#),
        change(r#""private_key_stored": false"#, r#""private_key_stored": true"#),
        change(r#""decision_state": "approved""#, r#""decision_state": "rejected""#),
        change(r#""decision": "retry""#, r#""decision": "drop""#),
        change(r#""health_state": "healthy""#, r#""health_state": "critical""#),
    ];
    Pool {
        profile: built_in("closeout"),
        base: catalog_of(&package.written()),
        more: evidence_of("more", more),
        failing: evidence_of("failing", failing),
        now: at(gov::NOW),
    }
}

/// A pool of an example whose evidence is put forward in its content.
fn content(profile: &str, name: &str, now: &str) -> Pool {
    let base = example(name);
    let release = base.newest_release().map(|release| release.id.clone());
    let more = failing_evidence(None);
    Pool { profile: built_in(profile), base, more, failing: failing_evidence(release), now: at(now) }
}

fn pools() -> &'static [Pool] {
    static POOLS: OnceLock<Vec<Pool>> = OnceLock::new();
    POOLS.get_or_init(|| {
        vec![
            content("release", "saas-vendor", "2026-03-31T12:00:00Z"),
            content("stage-gates", "stage-gates", "2026-03-15T12:00:00Z"),
            content("evidence-bundle", "stage-gates", "2026-03-15T12:00:00Z"),
            content("enterprise-packet", "enterprise-packet", "2026-03-15T12:00:00Z"),
            release_gate(),
            certification("certification"),
            certification("certification-first"),
            closeout(),
        ]
    })
}

/// A random set of a pool.
fn draw(pool: &Pool, random: &mut Draw) -> Catalog {
    let mut catalog = pool.base.clone();
    // sometimes everything stays, so that many sets pass before anything is done to them
    let spoil = random.below(4) * 3;
    for one in &pool.more {
        if random.percent(spoil * 2) {
            catalog.evidence.insert(one.id.clone(), one.clone());
        }
    }
    catalog.evidence.retain(|_, _| !random.percent(spoil / 2));
    for one in catalog.evidence.values_mut() {
        if random.percent(spoil / 2) {
            one.mode = [Mode::Sample, Mode::DryRun, Mode::Planned, Mode::Historical][random.below(4)];
        }
        if random.percent(spoil / 3) {
            one.trust = [Trust::Placeholder, Trust::Invalid][random.below(2)];
        }
        if random.percent(spoil) {
            let moved = random.days(-420, 60);
            one.captured_at = one.captured_at.map(|captured| captured.plus_seconds(moved));
        }
        if random.percent(spoil / 4) {
            one.captured_at = None;
        }
    }
    macro_rules! drop_some {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( if stringify!($field) != "evidence" { catalog.$field.retain(|_, _: &mut $type| !random.percent(spoil / 4)); } )*
        };
    }
    trustbook::for_each_kind!(drop_some);
    catalog
}

fn judge(pool: &Pool, catalog: &Catalog, profile: &Profile, when: Instant) -> Verdict {
    let profiles = std::slice::from_ref(profile);
    let mut verdicts = evaluate(catalog, profiles, &sample::config(), None, when).value.unwrap().verdicts;
    assert_eq!(verdicts.len(), 1, "{}", pool.profile.id);
    verdicts.remove(0)
}

/// How good a verdict is; what does not pass is 0, but that a held run is better than a stopped one.
fn rank(verdict: &Verdict) -> u8 {
    match verdict.state.as_str() {
        "hold" => 1,
        _ if !verdict.passes => 0,
        "promoted-by-override" | "ready_with_accepted_risk" => 2,
        _ if verdict.status == trustbook::model::status::Status::Waived => 2,
        _ => 3,
    }
}

fn cases() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one switch of these tests")]
    std::env::var("TRUSTBOOK_RANDOM_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(100)
}

/// Runs `property` over many sets of every pool; says how many passed before anything was done to them.
fn every(property: impl Fn(&Pool, &Catalog, &Verdict, &mut Draw) -> Result<(), String>) {
    for (number, pool) in pools().iter().enumerate() {
        let mut passed = 0;
        for case in 0..cases() {
            let seed = u64::try_from(number).unwrap() * 1_000_003 + case;
            let mut random = Draw(seed);
            let catalog = draw(pool, &mut random);
            let verdict = judge(pool, &catalog, &pool.profile, pool.now);
            passed += u64::from(rank(&verdict) > 0);
            if let Err(why) = property(pool, &catalog, &verdict, &mut random) {
                panic!("profile {}, seed {seed}: {why}", pool.profile.id);
            }
        }
        assert!(
            passed > 0 || !base_passes(pool),
            "no set of {} passes, so nothing is shown",
            pool.profile.id
        );
    }
}

fn base_passes(pool: &Pool) -> bool {
    judge(pool, &pool.base, &pool.profile, pool.now).passes
}

fn no_better(what: &str, before: &Verdict, after: &Verdict) -> Result<(), String> {
    if rank(after) <= rank(before) {
        return Ok(());
    }
    Err(format!("{what} turned\n  {}\ninto\n  {}", super::line(before), super::line(after)))
}

#[test]
fn what_fails_by_itself_never_makes_a_verdict_better() {
    every(|pool, catalog, before, random| {
        let which = random.below(pool.failing.len());
        let mut bad = pool.failing[which].clone();
        bad.id = Id::new(&format!("{}-{}", ["a", "zz"][random.below(2)], bad.id)).unwrap();
        if bad.captured_at.is_some() && random.percent(50) {
            bad.captured_at = Some(pool.now.plus_seconds(random.days(-300, 1)));
        }
        let mut after = catalog.clone();
        if let Some(assignment) = after.assignments.values_mut().nth(random.below(50))
            && assignment.not_applicable.is_none()
        {
            assignment.evidence.push(bad.id.clone());
        }
        let what = format!("adding {which}");
        after.evidence.insert(bad.id.clone(), bad);
        no_better(&what, before, &judge(pool, &after, &pool.profile, pool.now))
    });
}

#[test]
fn taking_away_what_passes_and_counts_never_makes_a_verdict_better() {
    every(|pool, catalog, before, random| {
        let mut bears: BTreeMap<&Id, (bool, bool)> = BTreeMap::new();
        for used in before.criteria.iter().flat_map(|result| &result.evidence) {
            let (good, bad) = bears.entry(&used.evidence).or_default();
            *good |= used.counts == Counts::For;
            *bad |= used.counts != Counts::For;
        }
        let good: Vec<&Id> =
            bears.iter().filter(|(_, bears)| **bears == (true, false)).map(|(id, _)| *id).collect();
        if good.is_empty() {
            return Ok(());
        }
        let id = good[random.below(good.len())];
        let mut after = catalog.clone();
        after.evidence.remove(id);
        no_better(&format!("removing `{id}`"), before, &judge(pool, &after, &pool.profile, pool.now))
    });
}

/// The same records with other ids of evidence, so that they come in another order, and lists the other way round.
fn shuffled(catalog: &Catalog, random: &mut Draw) -> Catalog {
    let names: BTreeMap<String, String> = catalog
        .evidence
        .keys()
        .map(|id| (id.to_string(), format!("n{:03}-{id}", random.below(1000))))
        .collect();
    fn rename(value: &mut Value, names: &BTreeMap<String, String>, inside: bool) {
        match value {
            Value::String(text) if inside => {
                if let Some(new) = names.get(text) {
                    new.clone_into(text);
                }
            }
            Value::Array(items) => {
                for item in items.iter_mut() {
                    // `evidence: [{id: x}]` as well as `evidence: [x]`
                    rename(item, names, inside);
                }
                if inside {
                    items.reverse();
                }
            }
            Value::Object(map) => {
                for (key, value) in map.iter_mut() {
                    let names_evidence =
                        ["evidence", "counter-evidence", "resolved-by", "audit-report", "file-evidence"]
                            .contains(&key.as_str());
                    rename(value, names, names_evidence || (inside && key == "id"));
                }
            }
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut out = catalog.clone();
    macro_rules! renamed {
        ($($field:ident : $type:ident),* $(,)?) => {
            $( if stringify!($field) != "evidence" {
                for record in out.$field.values_mut() {
                    let mut value = serde_json::to_value(&*record).unwrap();
                    let before = value.clone();
                    rename(&mut value, &names, false);
                    if value != before {
                        let origin = record.origin().clone();
                        *record = serde_json::from_value::<$type>(value).unwrap();
                        record.set_origin(origin);
                    }
                }
            } )*
        };
    }
    trustbook::for_each_kind!(renamed);
    out.evidence = catalog
        .evidence
        .values()
        .cloned()
        .map(|mut one| {
            one.id = Id::new(&names[one.id.as_str()]).unwrap();
            (one.id.clone(), one)
        })
        .collect();
    out
}

#[test]
fn names_and_order_change_nothing() {
    every(|pool, catalog, before, random| {
        let other = shuffled(catalog, random);
        let mut profile = pool.profile.clone();
        profile.criteria.reverse();
        let after = judge(pool, &other, &profile, pool.now);
        let short = |verdict: &Verdict| {
            let mut criteria: Vec<String> = verdict
                .criteria
                .iter()
                .map(|result| {
                    format!("{} {:?} {} {:?}", result.id, result.status, result.reason, result.valid_until)
                })
                .collect();
            criteria.sort();
            (verdict.state.clone(), verdict.valid_until, criteria)
        };
        let (before, after) = (short(before), short(&after));
        if before == after {
            return Ok(());
        }
        let differ: Vec<_> = before.2.iter().zip(&after.2).filter(|(one, other)| one != other).collect();
        Err(format!("{} or {}: {differ:#?}", before.0, after.0))
    });
}

#[test]
fn time_changes_a_verdict_only_at_the_instants_that_it_names() {
    every(|pool, catalog, _, random| {
        let start =
            pool.now.plus_seconds(random.days(-200, 500) + i64::try_from(random.below(86_400)).unwrap());
        let now = judge(pool, catalog, &pool.profile, start);
        let inside = |until: Option<Instant>, random: &mut Draw| match until {
            // the last second before it as often as any other
            Some(until) if random.percent(50) => until.plus_seconds(-1),
            Some(until) => {
                let length = usize::try_from(until.seconds_since(start)).unwrap();
                start.plus_seconds(i64::try_from(random.below(length)).unwrap())
            }
            None => start.plus_seconds(random.days(0, 3000)),
        };
        if now.valid_until.is_some_and(|until| until <= start) {
            return Err(format!("at {start} it names {:?}, which has passed", now.valid_until));
        }
        let when = inside(now.valid_until, random);
        let then = judge(pool, catalog, &pool.profile, when);
        if then.state != now.state {
            return Err(format!(
                "{} at {start} until {:?}, {} at {when}",
                super::line(&now),
                now.valid_until,
                super::line(&then)
            ));
        }
        let result = &now.criteria[random.below(now.criteria.len())];
        let when = inside(result.valid_until, random);
        let then = judge(pool, catalog, &pool.profile, when);
        let other = then.criteria.iter().find(|other| other.id == result.id).unwrap();
        if (other.status, &other.reason) == (result.status, &result.reason) {
            return Ok(());
        }
        Err(format!(
            "`{}` is {:?} {} at {start} until {:?}, {:?} {} at {when}",
            result.id, result.status, result.reason, result.valid_until, other.status, other.reason
        ))
    });
}

#[test]
fn every_built_in_profile_is_drawn_from() {
    let known: Vec<&str> = pools().iter().map(|pool| pool.profile.id.as_str()).collect();
    for name in load::built_in() {
        assert!(known.contains(&name), "`{name}` has no pool of records");
    }
}
