//! Writes what is cut.
/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    let _ = plan.seed;
    Err("not yet".to_owned())
}
