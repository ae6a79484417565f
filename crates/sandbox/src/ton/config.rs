//! The rules of the chain: what gas, messages and storage cost, and how large things may be.
//!
//! The numbers are those of the main network at global version 12 (its configuration parameters,
//! named by their number in docs.ton.org, "Blockchain config"). Only what the executor reads is
//! here. Parameter 12 has the older form of two: the executor knows no other.

use super::{Error, Result};
use tycho_executor::ParsedConfig;
use tycho_types::cell::{CellBuilder, HashBytes};
use tycho_types::dict::Dict;
use tycho_types::models::{
    BlockchainConfig, BlockchainConfigParams, BurningConfig, GasLimitsPrices, GlobalCapabilities,
    GlobalVersion, MsgForwardPrices, StoragePrices, WorkchainDescription, WorkchainFormat,
    WorkchainFormatBasic,
};

/// Version of the machine (parameter 8).
const GLOBAL_VERSION: u32 = 12;
/// What the validators of that version can do (parameter 8).
const CAPABILITIES: u64 = 494;

/// The configuration for a chain that calls itself `global_id`, as of `now`.
pub(super) fn config(global_id: i32, now: u32) -> Result<ParsedConfig> {
    let address = HashBytes([0x55; 32]);
    let mut params = BlockchainConfig::new_empty(address).params;
    params.set_elector_address(&HashBytes([0x33; 32]))?;
    params.set_burning_config(&BurningConfig {
        blackhole_addr: Some(HashBytes([0xff; 32])),
        fee_burn_num: 1,
        fee_burn_denom: std::num::NonZeroU32::MIN.saturating_add(1),
    })?;
    params.set_global_version(&GlobalVersion {
        version: GLOBAL_VERSION,
        capabilities: GlobalCapabilities::from(CAPABILITIES),
    })?;
    params.set_raw(12, CellBuilder::build_from(workchains()?)?)?;
    params.set_storage_prices(&[StoragePrices {
        utime_since: 0,
        bit_price_ps: 1,
        cell_price_ps: 500,
        mc_bit_price_ps: 1_000,
        mc_cell_price_ps: 500_000,
    }])?;
    params.set_global_id(global_id)?;
    prices(&mut params)?;
    params.set_fundamental_addresses(&[])?;
    let config = BlockchainConfig { address, params };
    ParsedConfig::parse(config, now).map_err(|error| Error::Executor(error.to_string()))
}

/// Gas (20, 21) and forwarding (24, 25), in the masterchain and in the base workchain. Prices with
/// many digits are per 2^16 units.
fn prices(params: &mut BlockchainConfigParams) -> Result<()> {
    params.set_gas_prices(true, &gas(655_360_000, 70_000_000, 2_500_000, 1_000_000))?;
    params.set_gas_prices(false, &gas(26_214_400, 1_000_000, 10_000_000, 40_000))?;
    params.set_msg_forward_prices(true, &forward(10_000_000, 655_360_000, 65_536_000_000))?;
    params.set_msg_forward_prices(false, &forward(400_000, 26_214_400, 2_621_440_000))?;
    Ok(())
}

fn gas(price: u64, special: u64, block: u64, flat_price: u64) -> GasLimitsPrices {
    GasLimitsPrices {
        gas_price: price,
        gas_limit: 1_000_000,
        special_gas_limit: special,
        gas_credit: 10_000,
        block_gas_limit: block,
        freeze_due_limit: 100_000_000,
        delete_due_limit: 1_000_000_000,
        flat_gas_limit: 100,
        flat_gas_price: flat_price,
    }
}

fn forward(lump: u64, bit: u64, cell: u64) -> MsgForwardPrices {
    MsgForwardPrices {
        lump_price: lump,
        bit_price: bit,
        cell_price: cell,
        ihr_price_factor: 98_304,
        first_frac: 21_845,
        next_frac: 21_845,
    }
}

/// One base workchain.
fn workchains() -> Result<Dict<i32, WorkchainDescription>> {
    let mut all = Dict::new();
    all.set(
        0,
        WorkchainDescription {
            enabled_since: 0,
            actual_min_split: 0,
            min_split: 0,
            max_split: 4,
            active: true,
            accept_msgs: true,
            zerostate_root_hash: HashBytes::ZERO,
            zerostate_file_hash: HashBytes::ZERO,
            version: 0,
            format: WorkchainFormat::Basic(WorkchainFormatBasic {
                vm_version: -1,
                vm_mode: 0,
            }),
        },
    )?;
    Ok(all)
}
