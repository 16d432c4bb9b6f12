//! `scan-clean`: scanners looked, and nothing as grave as asked about is open.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Condition;
use super::CriterionRow;
use super::Named;
use super::thing;
use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::evaluate::weigh::Says;
use crate::evaluate::weigh::Selector;
use crate::evaluate::weigh::weigh;
use crate::model::evidence::Evidence;
use crate::model::evidence::EvidenceKind;
use crate::model::scan::ScanOutcome;
use crate::model::scan::ScanSeverity;
use crate::model::scan::ScanState;
use crate::model::status::Status;

pub(super) const ROW: CriterionRow = CriterionRow {
    kind: "scan-clean",
    what: "Every counted scan report shows that its tool looked and came to its end, and holds at most `maximum` open \
           results as grave as `severity`. A result whose severity nobody said is as grave as any. Suppressed results are \
           counted only with `maximum-suppressed`. A report without a list of results says nothing.",
    why: "A scanner that crashed, or was pointed at nothing, reports no findings either.",
    source: "SARIF 2.1.0: a run without `results` was not evaluated, a run with an empty list found nothing.",
    example: "id: scans\ntext: Scanners find nothing grave\nkind: scan-clean\nseverity: medium\n",
    schema: super::schema::<Parameters>,
    parse: super::condition::<Parameters>,
};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Parameters {
    #[serde(flatten)]
    selector: Selector,
    /// The least severity that counts; `low` when not given.
    #[serde(default)]
    severity: Option<ScanSeverity>,
    /// How many such results one report may have open; 0 when not given.
    #[serde(default)]
    maximum: u64,
    /// How many results may be suppressed; any number when not given.
    #[serde(default)]
    maximum_suppressed: Option<u64>,
}

impl Condition for Parameters {
    fn judge(&self, scene: &Scene<'_>) -> Judgement {
        let weighed = weigh(scene, &self.selector, &[EvidenceKind::Scan], |evidence| self.ask(evidence));
        let reports = weighed.yes.len();
        let suppressed: u64 = weighed
            .yes
            .iter()
            .filter_map(|evidence| evidence.body.scan())
            .map(|scan| scan.count(ScanState::Suppressed))
            .sum();
        let word = self.limit().word().to_lowercase();
        let asked = match self.maximum {
            0 => format!("nothing open of {word} severity or graver"),
            maximum => format!("at most {maximum} open of {word} severity or graver"),
        };
        let mut judgement = weighed.judgement(asked, 1, thing(Some(EvidenceKind::Scan)));
        if judgement.status == Status::Met {
            let (one, several) = EvidenceKind::Scan.counted();
            let word = if reports == 1 { one } else { several };
            judgement.found = match suppressed {
                0 => format!("{reports} {word}, nothing open above the limit"),
                _ => format!("{reports} {word}, nothing open above the limit, {suppressed} suppressed"),
            };
        }
        judgement
    }

    fn names(&self) -> Vec<(String, Named)> {
        super::selected_names(&self.selector)
    }
}

impl Parameters {
    fn limit(&self) -> ScanSeverity {
        self.severity.unwrap_or(ScanSeverity::Low)
    }

    fn ask(&self, evidence: &Evidence) -> Says {
        let Some(scan) = evidence.body.scan() else {
            return Says::Nothing("it is not a scan report".to_owned());
        };
        if scan.outcome == ScanOutcome::Graded {
            return Says::Nothing("it holds grades, not findings".to_owned());
        }
        let open = scan.open_at(self.limit());
        if open > self.maximum {
            return Says::No(format!(
                "{open} open of {} severity or graver, at most {} may be",
                self.limit().word().to_lowercase(),
                self.maximum
            ));
        }
        let suppressed = scan.count(ScanState::Suppressed);
        if let Some(maximum) = self.maximum_suppressed.filter(|maximum| suppressed > *maximum) {
            return Says::No(format!("{suppressed} are suppressed, at most {maximum} may be"));
        }
        match scan.doubts.first() {
            Some(doubt) => Says::Nothing(doubt.clone()),
            None => Says::Yes,
        }
    }
}
