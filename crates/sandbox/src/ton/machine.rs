//! The executor: one message and one account in, a transaction out. It keeps nothing.
//!
//! Everything about money, gas and phases is the library's; it is held to the official one by
//! replaying recorded transactions.

use super::{Error, Result, config};
use num_bigint::BigInt;
use torg_ton::StdAddr;
use tycho_executor::{Executor, ExecutorParams, ParsedConfig, TxError};
use tycho_types::cell::{Cell, CellBuilder, HashBytes, Lazy};
use tycho_types::dict::Dict;
use tycho_types::models::{
    Account, AccountState, LibDescr, MsgInfo, OptionalAccount, ShardAccount, SimpleLib, StateInit,
};
use tycho_vm::{GasParams, RcStackValue, SmcInfoBase, VmStateBuilder, VmVersion};

/// Exit code of a getter that was never run because of what it was given.
const OUT_OF_RANGE: i32 = 5;

/// Runs messages and getters.
#[derive(Debug)]
pub struct Machine {
    config: ParsedConfig,
}

/// When and where in the order of things something is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The block's time in seconds since 1970.
    pub unixtime: u32,
    /// The least logical time that a transaction may have.
    pub lt: u64,
}

/// What came of a message.
#[derive(Debug)]
pub struct Executed {
    /// The account afterwards, with the transaction's hash and logical time.
    pub account: ShardAccount,
    /// The transaction.
    pub transaction: Cell,
    /// Its messages to other accounts, in their order.
    pub internal: Vec<Cell>,
    /// Hashes of all its messages, those out of the chain included.
    pub out_hashes: Vec<HashBytes>,
    /// The least logical time of what follows.
    pub next_lt: u64,
}

/// A value on the stack of a getter.
#[derive(Debug, Clone, PartialEq)]
pub enum StackItem {
    /// Nothing; also the end of a list.
    Null,
    /// A number of 257 bits.
    Int(BigInt),
    /// A cell.
    Cell(Cell),
    /// What is left to read of a cell, as a cell of its own.
    Slice(Cell),
    /// Several values.
    Tuple(Vec<StackItem>),
}

/// What a getter returned.
#[derive(Debug, Clone, PartialEq)]
pub struct GetterOutput {
    /// 0 and 1 are good.
    pub exit_code: i32,
    /// Gas that nobody pays.
    pub gas_used: u64,
    /// Results, the first one first.
    pub stack: Vec<StackItem>,
}

impl GetterOutput {
    /// Whether it came to its end.
    pub const fn is_success(&self) -> bool {
        matches!(self.exit_code, 0 | 1)
    }
}

impl Machine {
    /// For a chain that calls itself `global_id`, with the prices as of `now`.
    ///
    /// # Errors
    /// [`Error::Executor`], never in a build that passed its tests.
    pub fn new(global_id: i32, now: u32) -> Result<Self> {
        Ok(Self {
            config: config::config(global_id, now)?,
        })
    }

    fn params(at: Moment) -> ExecutorParams {
        ExecutorParams {
            block_unixtime: at.unixtime,
            block_lt: at.lt,
            // As the main network does; no recorded transaction tells the difference.
            strict_extra_currency: true,
            charge_action_fees_on_fail: false,
            ..Default::default()
        }
    }

    /// Whether the account would take the external `message`: what a liteserver looks at before
    /// it passes it on.
    ///
    /// # Errors
    /// [`Error::NotAccepted`].
    pub fn check(&self, at: Moment, message: &Cell, account: &ShardAccount) -> Result<()> {
        let (to, _external) = destination(message)?;
        let params = Self::params(at);
        let executor = Executor::new(&params, &self.config).with_min_lt(at.lt);
        executor
            .check_ordinary(&to, message, account)
            .map_err(refused)
    }

    /// Executes `message`.
    ///
    /// # Errors
    /// [`Error::NotAccepted`] for an external message that the account does not take: no
    /// transaction, no fee. [`Error::Executor`] when the library gives up.
    pub fn execute(&self, at: Moment, message: &Cell, account: &ShardAccount) -> Result<Executed> {
        self.run(&Self::params(at), message, account)
    }

    /// The same as if every signature were right: for estimates of fees.
    ///
    /// # Errors
    /// As [`Machine::execute`].
    pub fn execute_unsigned(
        &self,
        at: Moment,
        message: &Cell,
        account: &ShardAccount,
    ) -> Result<Executed> {
        let mut params = Self::params(at);
        params.vm_modifiers.chksig_always_succeed = true;
        self.run(&params, message, account)
    }

    /// The same for an account of any workchain: what is recorded elsewhere may be there.
    ///
    /// # Errors
    /// As [`Machine::execute`].
    pub fn execute_anywhere(
        &self,
        at: Moment,
        message: &Cell,
        account: &ShardAccount,
    ) -> Result<Executed> {
        let (to, external) = any_destination(message)?;
        self.run_at(&Self::params(at), &to, external, message, account)
    }

    fn run(
        &self,
        params: &ExecutorParams,
        message: &Cell,
        account: &ShardAccount,
    ) -> Result<Executed> {
        let (to, external) = destination(message)?;
        self.run_at(params, &to, external, message, account)
    }

    fn run_at(
        &self,
        params: &ExecutorParams,
        to: &StdAddr,
        external: bool,
        message: &Cell,
        account: &ShardAccount,
    ) -> Result<Executed> {
        let executor = Executor::new(params, &self.config).with_min_lt(params.block_lt);
        let begun = executor.begin_ordinary(to, external, message, account);
        let done = begun.map_err(refused)?.commit();
        let done = done.map_err(|error| Error::Executor(error.to_string()))?;
        let mut internal = Vec::new();
        let mut out_hashes = Vec::new();
        for message in &done.transaction_meta.out_msgs {
            out_hashes.push(*message.inner().repr_hash());
            if matches!(message.load()?.info, MsgInfo::Int(_)) {
                internal.push(message.inner().clone());
            }
        }
        Ok(Executed {
            account: done.new_state,
            transaction: done.transaction.into_inner(),
            internal,
            out_hashes,
            next_lt: done.transaction_meta.next_lt,
        })
    }

    /// Asks `account` something.
    ///
    /// The library's own caller of getters runs an old version of the machine, in which a getter
    /// that builds an address stops; so the machine is put together here.
    ///
    /// # Errors
    /// [`Error::NoContract`].
    pub fn get(
        &self,
        at: Moment,
        address: &StdAddr,
        account: &Account,
        method: u32,
        arguments: Vec<StackItem>,
    ) -> Result<GetterOutput> {
        let AccountState::Active(state) = &account.state else {
            return Err(Error::NoContract);
        };
        let StateInit {
            code: Some(code),
            data,
            libraries,
            ..
        } = state
        else {
            return Err(Error::NoContract);
        };
        let Some(mut stack) = into_stack(arguments)? else {
            return Ok(GetterOutput {
                exit_code: OUT_OF_RANGE,
                gas_used: 0,
                stack: Vec::new(),
            });
        };
        stack.push(RcStackValue::new_dyn_value(BigInt::from(method)));
        let info = SmcInfoBase::new()
            .with_now(at.unixtime)
            .with_block_lt(at.lt)
            .with_tx_lt(account.last_trans_lt)
            .with_mixed_rand_seed(&HashBytes::ZERO, &address.address)
            .with_account_balance(account.balance.clone())
            .with_account_addr(address.clone().into())
            .with_config(self.config.raw.params.clone())
            .require_ton_v4()
            .with_code(code.clone())
            .require_ton_v6()
            .with_unpacked_config(self.config.unpacked.as_tuple())
            .require_ton_v11();
        let public: Dict<HashBytes, LibDescr> = Dict::new();
        let libraries: (&Dict<HashBytes, SimpleLib>, _) = (libraries, &public);
        let mut vm = VmStateBuilder::new()
            .with_smc_info(info)
            .with_version(VmVersion::LATEST_TON)
            .with_code(code.clone())
            .with_data(data.clone().unwrap_or_default())
            .with_libraries(&libraries)
            .with_init_selector(false)
            .with_stack(stack)
            .with_gas(GasParams::getter())
            .build();
        let exit_code = !vm.run();
        let items = vm.stack.items.iter();
        Ok(GetterOutput {
            exit_code,
            gas_used: vm.gas.consumed(),
            stack: items.map(from_stack).collect::<Result<_>>()?,
        })
    }
}

fn refused(error: TxError) -> Error {
    match error {
        TxError::Skipped => Error::NotAccepted,
        TxError::Fatal(error) => Error::Executor(format!("{error:#}")),
    }
}

/// Whom a message is for, and whether it comes from outside. Only the base workchain is here.
pub(super) fn destination(message: &Cell) -> Result<(StdAddr, bool)> {
    match any_destination(message)? {
        (to, external) if to.workchain == 0 => Ok((to, external)),
        (_elsewhere, _) => Err(Error::BadMessage(
            "the destination is not in the base workchain",
        )),
    }
}

fn any_destination(message: &Cell) -> Result<(StdAddr, bool)> {
    let message = message
        .parse::<tycho_types::models::Message<'_>>()
        .map_err(|_broken| Error::BadMessage("failed to parse the message"))?;
    let external = match &message.info {
        MsgInfo::Int(_) => false,
        MsgInfo::ExtIn(_) => true,
        MsgInfo::ExtOut(_) => return Err(Error::BadMessage("the message leaves the chain")),
    };
    match torg_ton::message::destination(&message) {
        Some(to) if to.anycast.is_none() => Ok((to, external)),
        Some(_) | None => Err(Error::BadMessage("a destination that nothing uses")),
    }
}

/// An account that nothing has happened to.
pub(super) fn no_account() -> Result<ShardAccount> {
    Ok(ShardAccount {
        account: Lazy::new(&OptionalAccount(None))?,
        last_trans_hash: HashBytes::ZERO,
        last_trans_lt: 0,
    })
}

/// Number of the getter with this name.
pub fn method_id(name: &str) -> u32 {
    u32::from(tycho_types::crc::crc_16(name.as_bytes())) | 0x1_0000
}

/// `None` when a number has more than 257 bits.
fn into_stack(items: Vec<StackItem>) -> Result<Option<Vec<RcStackValue>>> {
    let mut stack = Vec::with_capacity(items.len());
    for item in items {
        stack.push(match item {
            StackItem::Null => tycho_vm::Stack::make_null(),
            StackItem::Int(number) if number.bits() > 256 => return Ok(None),
            StackItem::Int(number) => RcStackValue::new_dyn_value(number),
            StackItem::Cell(cell) => RcStackValue::new_dyn_value(cell),
            StackItem::Slice(cell) => {
                RcStackValue::new_dyn_value(tycho_vm::OwnedCellSlice::new_allow_exotic(cell))
            }
            StackItem::Tuple(items) => match into_stack(items)? {
                Some(items) => RcStackValue::new_dyn_value(items),
                None => return Ok(None),
            },
        });
    }
    Ok(Some(stack))
}

fn from_stack(value: &RcStackValue) -> Result<StackItem> {
    if let Some(number) = value.as_int() {
        return Ok(StackItem::Int(number.clone()));
    }
    if let Some(cell) = value.as_cell() {
        return Ok(StackItem::Cell(cell.clone()));
    }
    if let Some(slice) = value.as_cell_slice() {
        let mut cell = CellBuilder::new();
        cell.store_slice(slice.apply())?;
        return Ok(StackItem::Slice(cell.build()?));
    }
    if let Some(items) = value.as_tuple() {
        let items = items.iter().map(from_stack);
        return Ok(StackItem::Tuple(items.collect::<Result<_>>()?));
    }
    // Continuations and builders mean nothing outside the machine.
    Ok(StackItem::Null)
}
