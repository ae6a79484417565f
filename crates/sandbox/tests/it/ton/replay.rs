//! The executor against the official one: transactions that it recorded, executed again.
//!
//! Everything that a transaction says is compared, except the hashes of the machine's state, which
//! only inform (block.tlb, `tr_phase_compute_vm`), and what contains them. What else may differ is
//! listed with its reason; no coin, no gas and no message is among it.

use serde_json::Value;
use torg_sandbox::ton::{Error, Machine, Moment};
use torg_ton::Network;
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, HashBytes};
use tycho_types::models::{ComputePhase, ShardAccount, Transaction, TxInfo};

/// What may differ: the field, the cases (by the beginning of their names), and why. Each of them
/// has to be met.
const INFORMATION: [(&str, &str, &str); 10] = [
    (
        "state used",
        "",
        "set by the official one only when the message's state was needed",
    ),
    ("action argument", "wallet: more than it has", FIRST_ACTION),
    ("action argument", "action: mode 8", FIRST_ACTION),
    ("action argument", "action: mode 192", FIRST_ACTION),
    ("bounce", "plain transfers: ", SHORT),
    ("bounce", "bounce: too little for the way back", SHORT),
    ("bounce", "gas: 1 rounds for 0.00000001", SHORT),
    ("bounce", "storage: ", SHORT),
    (
        "forward fees",
        "",
        "named though the action phase failed and nobody paid them",
    ),
    (
        "skipped",
        "storage: frozen, a call and a wrong state",
        "another word for it, no code ran",
    ),
];
const FIRST_ACTION: &str = "the number of the failed action; the official one leaves out a zero";
const SHORT: &str = "what was missing for the way back: the whole of it, or the rest of it";
/// An account of the masterchain, which this chain does not have: its rent begins otherwise.
const ELSEWHERE: &str = "action: to the masterchain";

fn cell(value: &Value) -> Cell {
    Boc::decode_base64(value.as_str().unwrap()).unwrap()
}

/// Everything that a transaction says, field by field, without the hashes of the machine's state.
fn said(root: &Cell) -> Vec<(&'static str, String)> {
    let transaction = root.parse::<Transaction>().unwrap();
    let TxInfo::Ordinary(info) = transaction.load_info().unwrap() else {
        panic!("not ordinary");
    };
    let out = transaction.out_msgs.values();
    let out: Vec<HashBytes> = out.map(|message| *message.unwrap().repr_hash()).collect();
    let mut fields = vec![
        ("credit first", format!("{}", info.credit_first)),
        ("storage", format!("{:?}", info.storage_phase)),
        ("credit", format!("{:?}", info.credit_phase)),
        ("aborted", format!("{}", info.aborted)),
        ("destroyed", format!("{}", info.destroyed)),
        ("bounce", format!("{:?}", info.bounce_phase)),
        ("fees", format!("{:?}", transaction.total_fees)),
        ("status before", format!("{:?}", transaction.orig_status)),
        ("status after", format!("{:?}", transaction.end_status)),
        ("lt", format!("{}", transaction.lt)),
        ("time", format!("{}", transaction.now)),
        ("previous", format!("{}", transaction.prev_trans_lt)),
        ("messages", format!("{out:?}")),
    ];
    match info.compute_phase {
        ComputePhase::Skipped(phase) => fields.push(("skipped", format!("{:?}", phase.reason))),
        ComputePhase::Executed(phase) => fields.extend([
            ("success", format!("{}", phase.success)),
            (
                "state used",
                format!("{} {}", phase.msg_state_used, phase.account_activated),
            ),
            ("gas fees", format!("{:?}", phase.gas_fees)),
            (
                "gas",
                format!("{:?} of {:?}", phase.gas_used, phase.gas_limit),
            ),
            ("gas credit", format!("{:?}", phase.gas_credit)),
            ("mode", format!("{}", phase.mode)),
            ("exit", format!("{} {:?}", phase.exit_code, phase.exit_arg)),
            ("steps", format!("{}", phase.vm_steps)),
        ]),
    }
    if let Some(phase) = info.action_phase {
        let counts = (
            phase.total_actions,
            phase.special_actions,
            phase.skipped_actions,
        );
        fields.extend([
            (
                "action",
                format!("{} {} {}", phase.success, phase.valid, phase.no_funds),
            ),
            ("action status", format!("{:?}", phase.status_change)),
            ("forward fees", format!("{:?}", phase.total_fwd_fees)),
            ("action fees", format!("{:?}", phase.total_action_fees)),
            ("action code", format!("{}", phase.result_code)),
            ("action argument", format!("{:?}", phase.result_arg)),
            ("actions", format!("{counts:?} {}", phase.messages_created)),
            ("action list", format!("{}", phase.action_list_hash)),
            ("message size", format!("{:?}", phase.total_message_size)),
        ]);
    }
    fields
}

/// What an account has: coins, debts, state.
fn has(account: &ShardAccount) -> String {
    let Some(account) = account.load_account().unwrap() else {
        return "nothing".to_owned();
    };
    format!(
        "{:?} due {:?} paid {} {:?}",
        account.balance,
        account.storage_stat.due_payment,
        account.storage_stat.last_paid,
        account.state
    )
}

fn recorded() -> Vec<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../contracts/vectors/transactions.json"
    );
    let steps: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(steps.len() > 400, "{}", steps.len());
    steps
}

#[test]
fn what_the_official_executor_did() {
    let steps = recorded();
    let (mut executed, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    let mut met = std::collections::BTreeSet::new();
    for (at, step) in steps.iter().enumerate() {
        let name = format!("{at}, {}", step["name"].as_str().unwrap());
        let number = |field: &str| {
            let value = &step[field];
            value
                .as_u64()
                .unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
        };
        let moment = Moment {
            unixtime: u32::try_from(number("now")).unwrap(),
            lt: number("lt"),
        };
        let machine = Machine::new(Network::Mainnet.global_id(), moment.unixtime).unwrap();
        let account = cell(&step["account"]).parse::<ShardAccount>().unwrap();
        let result = machine.execute_anywhere(moment, &cell(&step["message"]), &account);
        if step["refused"] == true {
            assert!(
                matches!(result, Err(Error::NotAccepted)),
                "{name}: {result:?}"
            );
            refused += 1;
            continue;
        }
        let done = result.unwrap_or_else(|error| panic!("{name}: {error}"));
        executed += 1;
        let (want, got) = (said(&cell(&step["tx"])), said(&done.transaction));
        let after = cell(&step["after"]).parse::<ShardAccount>().unwrap();
        let (want_has, got_has) = (has(&after), has(&done.account));
        if want_has != got_has && step["name"] != ELSEWHERE {
            wrong.push(format!(
                "{name}: account\n  want {want_has}\n  got  {got_has}"
            ));
        }
        let (names, other): (Vec<_>, Vec<_>) = (
            want.iter().map(|f| f.0).collect(),
            got.iter().map(|f| f.0).collect(),
        );
        if names != other {
            wrong.push(format!("{name}: {names:?}, got {other:?}"));
        }
        for ((field, want), (_, got)) in want.iter().zip(&got) {
            if want == got {
                continue;
            }
            let case = step["name"].as_str().unwrap();
            let excuse = INFORMATION
                .iter()
                .position(|(about, cases, _)| about == field && case.starts_with(cases));
            let Some(excuse) = excuse else {
                wrong.push(format!("{name}: {field}\n  want {want}\n  got  {got}"));
                continue;
            };
            met.insert(excuse);
        }
    }
    assert_eq!(met.len(), INFORMATION.len(), "an excuse that nobody needs");
    println!("{executed} executed alike, {refused} refused alike");
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
