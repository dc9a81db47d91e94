//! What a trace costs: renders every chart of a folder with and without one, in turn, on one thread.
//!
//!     trace-cost CHARTS [MILLISECONDS]
//!
//! Each chart is rendered for so many milliseconds (200 unless given) of this thread's time on each side, in five turns. Prints
//! for each chart how many times as long the traced render takes, and both times; the worst comes first, the sum last. Charts
//! that do not render with their own values are left out. The texts are compared: a trace changes no byte.
//!
//! Time is what Linux has charged to the thread (`/proc/thread-self/schedstat`), so that other programs do not count.

use stackwright::chart::{
    Capabilities, Chart, LoadCache, Lookup, NoCluster, PrintOptions, ReleaseContext, RenderOptions, RenderRequest, TemplateCache,
    load_with, print_template, render,
};
use stackwright::template::function::Effects;
use stackwright::value::Map;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

const TURNS: u32 = 5;

struct NoEffects;

impl Effects for NoEffects {
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn now(&self) -> i128 {
        1_700_000_000_000_000_000
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("CHARTS is missing")?;
    let milliseconds: u64 = arguments.next().map_or(Ok(200), |text| text.parse())?;
    let turn = Duration::from_millis(milliseconds) / TURNS;
    let mut charts: Vec<PathBuf> = fs::read_dir(&folder)?.flatten().map(|entry| entry.path()).collect();
    charts.retain(|chart| chart.join("Chart.yaml").exists());
    charts.sort();
    let (cache, templates) = (LoadCache::new(), TemplateCache::new());
    let mut rows = Vec::new();
    for path in charts {
        let chart = load_with(&path, &cache)?;
        let Some(text) = rendered(&chart, &templates, false) else { continue };
        if rendered(&chart, &templates, true) != Some(text) {
            return Err(format!("{} is another text with a trace", path.display()).into());
        }
        let (mut without, mut with) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..TURNS {
            without += each(&chart, &templates, false, turn)?;
            with += each(&chart, &templates, true, turn)?;
        }
        rows.push((with.as_secs_f64() / without.as_secs_f64(), without / TURNS, with / TURNS, chart.name().to_owned()));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut out = std::io::stdout();
    for (ratio, without, with, name) in &rows {
        writeln!(out, "{ratio:.2}  {without:>10.2?} {with:>10.2?}  {name}")?;
    }
    let (without, with): (Duration, Duration) = (rows.iter().map(|row| row.1).sum(), rows.iter().map(|row| row.2).sum());
    writeln!(out, "{:.2}  {without:>10.2?} {with:>10.2?}  all", with.as_secs_f64() / without.as_secs_f64())?;
    Ok(())
}

/// Renders a chart again and again; returns the time for each.
fn each(chart: &Chart, templates: &TemplateCache, trace: bool, turn: Duration) -> Result<Duration, Box<dyn Error>> {
    let (started, before, mut rounds) = (Instant::now(), charged()?, 0);
    // The clock of the wall is fine enough to stop by; what is charged is brought up to date a few times a turn only.
    while rounds < 3 || started.elapsed() < turn {
        rendered(chart, templates, trace);
        rounds += 1;
    }
    Ok((charged()? - before) / rounds)
}

/// Returns the time that was charged to this thread.
fn charged() -> Result<Duration, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(text.split(' ').next().ok_or("no time")?.parse()?))
}

fn rendered(chart: &Chart, cache: &TemplateCache, trace: bool) -> Option<String> {
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let name = chart.name().to_owned();
    let release = ReleaseContext { name, namespace: "default".into(), revision: 1, is_install: true, is_upgrade: false };
    let rendered = render(&RenderRequest {
        chart,
        release: &release,
        values: &Map::new(),
        capabilities: &Capabilities::offline(),
        lookup: &lookup,
        effects: &NoEffects,
        cache,
        options: RenderOptions { trace, ..RenderOptions::default() },
    });
    print_template(&rendered.ok()?, &PrintOptions::default()).ok()
}
