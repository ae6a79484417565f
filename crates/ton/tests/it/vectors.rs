//! `contracts/`: what `@ton/ton` makes of the same keys, addresses and orders, byte for byte.

use serde::Deserialize;
use serde_json::Value;
use torg_ton::key::Key;
use torg_ton::message::{Outgoing, comment, normalized_hash};
use torg_ton::wallet::Version;
use torg_ton::{Network, StdAddr, Wallet, address, escrow};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, CellFamily as _};

const WALLETS: &str = include_str!("../../../../contracts/vectors/wallets.json");
const ADDRESSES: &str = include_str!("../../../../contracts/vectors/addresses.json");
const WALLET_CODES: &str = include_str!("../../../../contracts/build/wallets.json");
const ESCROW: &str = include_str!("../../../../contracts/build/escrow.json");

#[derive(Deserialize)]
pub(crate) struct WalletVector {
    version: String,
    network: i32,
    subwallet: u16,
    mnemonic: String,
    public_key: String,
    seed: String,
    address: String,
    bounceable: String,
    non_bounceable: String,
    bounceable_testnet: String,
    non_bounceable_testnet: String,
    standard_base64: String,
    state_init: String,
    transfers: Vec<Transfer>,
}

#[derive(Deserialize)]
struct Transfer {
    name: String,
    seqno: u32,
    valid_until: u32,
    mode: u8,
    messages: Vec<Message>,
    deploy: bool,
    body: String,
    external: String,
    normalized_hash: String,
}

#[derive(Deserialize)]
struct Message {
    to: String,
    value: String,
    bounce: bool,
    comment: Option<String>,
}

pub(crate) fn wallet_vectors() -> Vec<WalletVector> {
    serde_json::from_str(WALLETS).unwrap()
}

impl WalletVector {
    fn network(&self) -> Network {
        match self.network {
            -239 => Network::Mainnet,
            -3 => Network::Testnet,
            other => panic!("network {other}"),
        }
    }

    pub(crate) fn wallet(&self) -> Wallet {
        let version = match self.version.as_str() {
            "v4r2" => Version::V4R2,
            "v5r1" => Version::V5R1,
            other => panic!("version {other}"),
        };
        let key = Key::from_mnemonic(&self.mnemonic).unwrap();
        Wallet::new(version, key, self.subwallet, self.network()).unwrap()
    }
}

pub(crate) fn raw(text: &str) -> StdAddr {
    address::parse(text, Network::Testnet).unwrap().address
}

pub(crate) fn boc(text: &str) -> Cell {
    Boc::decode_base64(text).unwrap()
}

#[test]
fn wallets_are_those_of_the_chains_own_library() {
    let vectors = wallet_vectors();
    assert!(vectors.len() >= 9);
    for v in &vectors {
        let wallet = v.wallet();
        let key = wallet.key();
        assert_eq!(hex::encode(key.public()), v.public_key);
        let seed: [u8; 32] = hex::decode(&v.seed).unwrap().try_into().unwrap();
        assert_eq!(Key::from_seed(seed).public(), key.public());
        assert_eq!(wallet.address().to_string(), v.address);
        let init = CellBuilder::build_from(wallet.init()).unwrap();
        assert_eq!(init.repr_hash(), boc(&v.state_init).repr_hash());
        for (network, bounceable, text) in [
            (Network::Mainnet, true, &v.bounceable),
            (Network::Mainnet, false, &v.non_bounceable),
            (Network::Testnet, true, &v.bounceable_testnet),
            (Network::Testnet, false, &v.non_bounceable_testnet),
        ] {
            assert_eq!(address::show(wallet.address(), network, bounceable), *text);
        }
        assert_eq!(raw(&v.standard_base64), *wallet.address());
    }
}

#[test]
fn orders_are_byte_for_byte_those_of_the_chains_own_library() {
    let mut seen = 0;
    for v in wallet_vectors() {
        let wallet = v.wallet();
        for t in &v.transfers {
            let messages: Vec<Outgoing> = t.messages.iter().map(outgoing).collect();
            let cells: Vec<_> = messages
                .iter()
                .map(|message| (t.mode, message.to_cell().unwrap()))
                .collect();
            let body = wallet.body(t.seqno, t.valid_until, &cells).unwrap();
            assert_eq!(body.repr_hash(), boc(&t.body).repr_hash(), "{}", t.name);
            let external = boc(&t.external);
            let normalized = normalized_hash(&external).unwrap();
            assert_eq!(normalized.to_string(), t.normalized_hash, "{}", t.name);
            assert_eq!(t.deploy, t.seqno == 0);
            if t.mode == 3 {
                let order = wallet.order(t.seqno, t.valid_until, &messages).unwrap();
                assert_eq!(normalized_hash(&order).unwrap(), normalized, "{}", t.name);
                assert_eq!(order.repr_hash(), external.repr_hash(), "{}", t.name);
            }
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen}");
}

fn outgoing(message: &Message) -> Outgoing {
    let body = message.comment.as_deref();
    Outgoing {
        to: raw(&message.to),
        value: message.value.parse().unwrap(),
        bounce: message.bounce,
        init: None,
        body: body.map_or_else(Cell::empty_cell, |text| comment(text).unwrap()),
    }
}

#[test]
fn addresses_good_and_bad() {
    let vectors: Vec<Value> = serde_json::from_str(ADDRESSES).unwrap();
    assert!(vectors.len() > 80);
    for v in &vectors {
        let text = v["text"].as_str().unwrap();
        for (network, name) in [(Network::Mainnet, "mainnet"), (Network::Testnet, "testnet")] {
            let written = address::parse(text, network);
            // Spaces around it are a person's, and are forgiven.
            if text.trim() != text {
                continue;
            }
            assert_eq!(
                written.is_ok(),
                v[name] == true,
                "{text} on {name}: {written:?}"
            );
            let Ok(written) = written else { continue };
            assert_eq!(
                written.address.address.to_string(),
                v["hash"].as_str().unwrap()
            );
            assert_eq!(written.bounceable, v["bounceable"].as_bool(), "{text}");
        }
    }
}

#[test]
fn embedded_codes_are_those_that_were_built() {
    let codes: Value = serde_json::from_str(WALLET_CODES).unwrap();
    for (name, version) in [("v4r2", Version::V4R2), ("v5r1", Version::V5R1)] {
        let hash = version.code().unwrap().repr_hash().to_string();
        assert_eq!(hash, codes[name]["hash"].as_str().unwrap(), "{name}");
    }
    let v3r2 = boc(include_str!("../../code/wallet_v3r2.b64").trim());
    assert_eq!(
        v3r2.repr_hash().to_string(),
        codes["v3r2"]["hash"].as_str().unwrap()
    );
    let built: Value = serde_json::from_str(ESCROW).unwrap();
    let hash = escrow::code().unwrap().repr_hash().to_string();
    assert_eq!(hash, built["hash"].as_str().unwrap());
    assert_eq!(hash, escrow::CODE_HASH);
    assert_eq!(
        boc(built["code"].as_str().unwrap()).repr_hash().to_string(),
        hash
    );
}
