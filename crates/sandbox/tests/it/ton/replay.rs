//! The executor against the official one: transactions that it recorded, executed again.
//!
//! Two kinds of fields may differ, and only these; none of them is money. The flags
//! `msg_state_used` and `account_activated`, and the hashes of the machine's state, which only
//! inform (block.tlb, `tr_phase_compute_vm`); and what follows from them, the hash of the
//! transaction itself. Everything else that a transaction says is compared.

use serde_json::Value;
use torg_sandbox::ton::{Error, Machine, Moment};
use torg_ton::Network;
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, HashBytes};
use tycho_types::models::{ComputePhase, ShardAccount, Transaction, TxInfo};

/// Cases in which the executor is known to say something else, with the reason. Whoever adds one
/// looks at the money first: it is compared even then.
const KNOWN: [(&str, &str); 0] = [];

fn cell(value: &Value) -> Cell {
    Boc::decode_base64(value.as_str().unwrap()).unwrap()
}

/// What a transaction says, without what only informs.
fn said(root: &Cell) -> String {
    let transaction = root.parse::<Transaction>().unwrap();
    let TxInfo::Ordinary(mut info) = transaction.load_info().unwrap() else {
        panic!("not ordinary");
    };
    if let ComputePhase::Executed(phase) = &mut info.compute_phase {
        phase.vm_init_state_hash = HashBytes::ZERO;
        phase.vm_final_state_hash = HashBytes::ZERO;
        phase.msg_state_used = false;
        phase.account_activated = false;
    }
    let out: Vec<HashBytes> = transaction
        .out_msgs
        .values()
        .map(|m| *m.unwrap().repr_hash())
        .collect();
    format!(
        "{info:#?} fees {:?} {:?} -> {:?} lt {} now {} out {out:?}",
        transaction.total_fees,
        transaction.orig_status,
        transaction.end_status,
        transaction.lt,
        transaction.now,
    )
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

#[test]
fn what_the_official_executor_did() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../contracts/vectors/transactions.json"
    );
    let steps: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(steps.len() > 400, "{}", steps.len());
    let (mut executed, mut refused) = (0, 0);
    let mut wrong = Vec::new();
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
        if want_has != got_has {
            wrong.push(format!(
                "{name}: account\n  want {want_has}\n  got  {got_has}"
            ));
        }
        let known = KNOWN.iter().any(|(known, _)| step["name"] == *known);
        if want != got && !known {
            let lines: Vec<String> = want
                .lines()
                .zip(got.lines())
                .filter(|(a, b)| a != b)
                .map(|(a, b)| format!("  want {a}\n  got  {b}"))
                .collect();
            wrong.push(format!("{name}: transaction\n{}", lines.join("\n")));
        }
    }
    println!("{executed} executed alike, {refused} refused alike");
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
