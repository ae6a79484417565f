//! Recomputes the ledger from its transfers.

use crate::db::{Result, Tx};

/// Differences listed per rule, at most.
const LISTED_MAX: i64 = 100;

/// One thing that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The rule that is broken.
    pub rule: &'static str,
    /// The account, transfer or currency that breaks it.
    pub subject: String,
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Nothing when the ledger is sound; at most 100 per rule.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether everything adds up.
    pub fn is_sound(&self) -> bool {
        self.differences.is_empty()
    }
}

crate::sql! {
    // A transfer that no constraint would have let in.
    fn impossible_transfers(limit: i64) -> Vec<String> =
        "SELECT 'transfer ' || t.id FROM platform_transfers t
         LEFT JOIN platform_accounts d ON d.id = t.debit_id AND d.currency = t.currency
         LEFT JOIN platform_accounts c ON c.id = t.credit_id AND c.currency = t.currency
         WHERE t.amount <= 0 OR t.debit_id = t.credit_id OR d.id IS NULL OR c.id IS NULL
             OR t.state NOT IN ('posted', 'hold', 'post', 'void')
             OR (t.hold_id IS NOT NULL) <> (t.state IN ('post', 'void'))
         LIMIT $1";
    fn twice_in_an_operation(limit: i64) -> Vec<String> =
        "SELECT 'operation ' || op_id || ' leg ' || leg FROM platform_transfers
         GROUP BY op_id, leg HAVING count(*) > 1 LIMIT $1";
    fn wrong_resolutions(limit: i64) -> Vec<String> =
        "SELECT 'transfer ' || r.id FROM platform_transfers r
         LEFT JOIN platform_transfers h ON h.id = r.hold_id AND h.state = 'hold'
             AND h.currency = r.currency AND h.debit_id = r.debit_id
             AND h.credit_id = r.credit_id
             AND (r.amount = h.amount OR (r.state = 'post' AND r.amount < h.amount))
         WHERE r.hold_id IS NOT NULL AND h.id IS NULL LIMIT $1";
    fn resolved_twice(limit: i64) -> Vec<String> =
        "SELECT 'hold ' || hold_id FROM platform_transfers
         WHERE hold_id IS NOT NULL GROUP BY hold_id HAVING count(*) > 1 LIMIT $1";
    fn unbalanced_currencies(limit: i64) -> Vec<String> =
        "SELECT 'currency ' || currency FROM (
             SELECT currency, debits_posted AS dp, credits_posted AS cp, debits_held AS dh,
                 credits_held AS ch
             FROM platform_accounts
             UNION ALL
             SELECT a.currency, d.debits_posted, d.credits_posted, d.debits_held, d.credits_held
             FROM platform_ledger_deltas d JOIN platform_accounts a ON a.id = d.account_id
         ) x GROUP BY currency HAVING sum(dp) <> sum(cp) OR sum(dh) <> sum(ch) LIMIT $1";
    fn overdrawn(limit: i64) -> Vec<String> =
        "SELECT 'account ' || id FROM platform_accounts
         WHERE (bounded AND credits_posted - debits_posted - debits_held < 0)
             OR (NOT hot AND (debits_held < 0 OR credits_held < 0))
         LIMIT $1";
    // The row of each account, with what waits to be rolled up, against all its transfers.
    fn drifted_accounts(limit: i64) -> Vec<String> =
        "SELECT 'account ' || a.id FROM platform_accounts a
         LEFT JOIN (
             SELECT account, sum(dp) AS dp, sum(cp) AS cp, sum(dh) AS dh, sum(ch) AS ch,
                 sum(line) AS lines, max(id) AS last_id
             FROM (
                 SELECT t.id, t.debit_id AS account,
                     CASE WHEN t.state IN ('posted', 'post') THEN t.amount ELSE 0 END AS dp,
                     0 AS cp,
                     CASE WHEN t.state = 'hold' THEN t.amount
                         WHEN t.state = 'posted' THEN 0 ELSE -coalesce(h.amount, 0) END AS dh,
                     0 AS ch,
                     CASE WHEN t.state IN ('posted', 'post') THEN 1 ELSE 0 END AS line
                 FROM platform_transfers t LEFT JOIN platform_transfers h ON h.id = t.hold_id
                 UNION ALL
                 SELECT t.id, t.credit_id, 0,
                     CASE WHEN t.state IN ('posted', 'post') THEN t.amount ELSE 0 END,
                     0,
                     CASE WHEN t.state = 'hold' THEN t.amount
                         WHEN t.state = 'posted' THEN 0 ELSE -coalesce(h.amount, 0) END,
                     CASE WHEN t.state IN ('posted', 'post') THEN 1 ELSE 0 END
                 FROM platform_transfers t LEFT JOIN platform_transfers h ON h.id = t.hold_id
             ) legs GROUP BY account
         ) m ON m.account = a.id
         LEFT JOIN (
             SELECT account_id, sum(debits_posted) AS dp, sum(credits_posted) AS cp,
                 sum(debits_held) AS dh, sum(credits_held) AS ch, max(transfer_id) AS last_id
             FROM platform_ledger_deltas GROUP BY account_id
         ) d ON d.account_id = a.id
         WHERE a.debits_posted + coalesce(d.dp, 0) <> coalesce(m.dp, 0)
             OR a.credits_posted + coalesce(d.cp, 0) <> coalesce(m.cp, 0)
             OR a.debits_held + coalesce(d.dh, 0) <> coalesce(m.dh, 0)
             OR a.credits_held + coalesce(d.ch, 0) <> coalesce(m.ch, 0)
             OR a.lines <> CASE WHEN a.hot THEN 0 ELSE coalesce(m.lines, 0) END
             OR (a.last_transfer_id <> coalesce(m.last_id, 0)
                 AND (d.last_id IS NULL OR d.last_id <> m.last_id))
         LIMIT $1";
    // Each line follows from the one before and says what its transfer did.
    fn wrong_lines(limit: i64) -> Vec<String> =
        "SELECT 'line ' || l.account_id || ' ' || l.seq FROM (
             SELECT account_id, seq, transfer_id, amount, balance_after,
                 lag(seq, 1, 0) OVER w AS seq_before,
                 lag(balance_after, 1, 0) OVER w AS balance_before
             FROM platform_account_lines
             WINDOW w AS (PARTITION BY account_id ORDER BY seq)
         ) l LEFT JOIN platform_transfers t ON t.id = l.transfer_id
             AND t.state IN ('posted', 'post')
             AND l.amount = CASE WHEN t.debit_id = l.account_id THEN -t.amount
                 WHEN t.credit_id = l.account_id THEN t.amount END
         WHERE t.id IS NULL OR l.seq <> l.seq_before + 1
             OR l.balance_after <> l.balance_before + l.amount
         LIMIT $1";
    // As many lines as the account says, each of another transfer, ending at its balance. With
    // the rules above this leaves no transfer without its line.
    fn incomplete_statements(limit: i64) -> Vec<String> =
        "SELECT 'statement ' || coalesce(a.id, l.account_id)
         FROM (
             SELECT account_id, count(*) AS lines, count(DISTINCT transfer_id) AS transfers,
                 sum(amount) AS balance
             FROM platform_account_lines GROUP BY account_id
         ) l FULL JOIN (SELECT * FROM platform_accounts WHERE NOT hot) a ON a.id = l.account_id
         WHERE a.id IS NULL OR a.lines <> coalesce(l.lines, 0)
             OR coalesce(l.lines, 0) <> coalesce(l.transfers, 0)
             OR a.credits_posted - a.debits_posted <> coalesce(l.balance, 0)
         LIMIT $1";
}

/// Recomputes everything and lists what does not add up. Reads the whole ledger, in the
/// database and by aggregates; each rule is one statement and so sees one moment, which is
/// consistent although transfers go on.
///
/// # Errors
/// What the database refuses.
pub fn verify(tx: &mut Tx<'_>) -> Result<Report> {
    type Rule = (&'static str, fn(&mut Tx<'_>, i64) -> Result<Vec<String>>);
    let rules: [Rule; 9] = [
        ("a transfer is possible", impossible_transfers),
        ("a leg is written once", twice_in_an_operation),
        ("a resolution matches its hold", wrong_resolutions),
        ("a hold is resolved once", resolved_twice),
        ("debits equal credits", unbalanced_currencies),
        ("no bounded account is below zero", overdrawn),
        ("an account is the sum of its transfers", drifted_accounts),
        ("a line follows from the one before", wrong_lines),
        ("a statement is complete", incomplete_statements),
    ];
    let mut report = Report::default();
    for (rule, find) in rules {
        let subjects = find(tx, LISTED_MAX)?;
        let found = subjects.into_iter();
        report
            .differences
            .extend(found.map(|subject| Difference { rule, subject }));
    }
    Ok(report)
}
