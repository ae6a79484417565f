//! The chain: its client, and the wallet that people pay into. Only the address of the server says
//! which chain it is.

use crate::markets::Place;
use std::sync::Arc;
use torg_platform::clock::Clock;
use torg_platform::config::{self, Config, TonNetwork, read_wallet_file};
use torg_platform::ctx::Ctx;
use torg_platform::jobs::Poller;
use torg_platform::observe::Metrics;
use torg_platform::outbound::configured::Transport;
use torg_platform::rng::Rng;
use torg_platform::wallet::{Chain, Wallet as Desk};
use torg_platform::{Error, Result};
use torg_ton::api::{Options, TonApi};
use torg_ton::hot_wallet::{HotWallet, Settings, TonChain};
use torg_ton::key::Key;
use torg_ton::wallet::Version;
use torg_ton::{Network, StdAddr, Wallet, address};

/// What the settings say about the chain.
pub(crate) struct Ton {
    pub(crate) api: TonApi,
    /// None when deposits and withdrawals are off.
    pub(crate) chain: Option<Arc<dyn Chain>>,
    wallet: Option<Wallet>,
    settings: Settings,
}

impl Ton {
    /// Nothing when no server of a chain is set; makes no call.
    pub(crate) fn open(config: &Config, ctx: &Ctx, place: &Place) -> Result<Option<Self>> {
        let ton = &config.ton;
        if ton.api_url.is_empty() {
            return Ok(None);
        }
        let wallet = wallet(ton)?;
        let address = match &wallet {
            Some(wallet) => Some(wallet.address().clone()),
            None => written(ton)?,
        };
        let chain = address.map(|address| -> Arc<dyn Chain> {
            let domains = domains(config, place);
            Arc::new(TonChain::new(network(ton), address, domains))
        });
        Ok(Some(Self {
            api: client(
                ton,
                &ctx.clock,
                &ctx.rng,
                &ctx.metrics,
                place.network.clone(),
            )?,
            chain,
            wallet,
            settings: Settings {
                confirmations: ton.confirmations,
                period: ton.poll,
                ..Settings::default()
            },
        }))
    }

    /// What looks at the chain; nothing in a process without the wallet's words.
    pub(crate) fn poller(&self, ctx: &Ctx, desk: &Desk) -> Option<Arc<dyn Poller>> {
        let wallet = self.wallet.clone()?;
        let (api, desk) = (self.api.clone(), desk.clone());
        let hot = HotWallet::new(wallet, api, desk, ctx.clone(), self.settings);
        Some(Arc::new(hot))
    }
}

/// The client of the configured server.
pub(crate) fn client(
    ton: &config::Ton,
    clock: &Clock,
    rng: &Rng,
    metrics: &Metrics,
    network: Arc<dyn Transport>,
) -> Result<TonApi> {
    let options = Options {
        base_url: ton.api_url.clone(),
        api_key: ton.api_key.clone(),
        network: self::network(ton),
        requests_per_second: Some(ton.requests_per_second).filter(|rate| *rate > 0),
    };
    TonApi::new(&options, network, clock.clone(), rng.clone(), metrics)
}

/// The wallet in the configured file, if there is one.
pub(crate) fn wallet(ton: &config::Ton) -> Result<Option<Wallet>> {
    if ton.wallet_file.as_os_str().is_empty() {
        return Ok(None);
    }
    let wrong = |text: String| Error::internal(format!("ton.wallet_file: {text}"));
    let words = read_wallet_file(&ton.wallet_file).map_err(|error| wrong(error.to_string()))?;
    let key = Key::from_mnemonic(words.expose()).map_err(|error| wrong(error.to_string()))?;
    let wallet = Wallet::new(Version::V5R1, key, 0, network(ton));
    let wallet = wallet.map_err(|error| wrong(error.to_string()))?;
    if let Some(written) = written(ton)?
        && written != *wallet.address()
    {
        let own = address::show(wallet.address(), network(ton), false);
        return Err(wrong(format!(
            "its wallet is {own}, which is not ton.wallet_address"
        )));
    }
    Ok(Some(wallet))
}

/// The configured address, if there is one.
fn written(ton: &config::Ton) -> Result<Option<StdAddr>> {
    if ton.wallet_address.is_empty() {
        return Ok(None);
    }
    match address::parse(&ton.wallet_address, network(ton)) {
        Ok(written) => Ok(Some(written.address)),
        Err(error) => Err(Error::internal(format!("ton.wallet_address: {error}"))),
    }
}

pub(crate) fn network(ton: &config::Ton) -> Network {
    match ton.network {
        TonNetwork::Mainnet => Network::Mainnet,
        TonNetwork::Testnet => Network::Testnet,
    }
}

/// The sites that are us.
fn domains(config: &Config, place: &Place) -> Vec<String> {
    let domains = &config.ton.domains;
    if !domains.is_empty() {
        return domains.clone();
    }
    let host = place.public_url.split_once("://").map(|(_, rest)| rest);
    let host = host.and_then(|rest| rest.split('/').next());
    host.map(str::to_owned).into_iter().collect()
}
