// What the vectors share: keys, times, artifacts, and the wallets of @ton/ton.
import { readFileSync } from 'node:fs';
import { beginCell, Cell, external, storeMessage, storeStateInit } from '@ton/core';
import { mnemonicToPrivateKey } from '@ton/crypto';
import ton from '@ton/ton';

export const { WalletContractV3R2, WalletContractV4, WalletContractV5R1 } = ton;
export const NOW = 1_800_000_000;
export const MAINNET = -239;
export const TESTNET = -3;

/** Made for these vectors and published with them: never send money to them. */
export const MNEMONICS = [
  'pole endorse confirm level brief famous spoon office host pattern sense install column vintage detect duty champion box velvet ahead income verify bright verify',
  'lake together match giggle deliver laundry step add fade click solution because beach tissue someone tree shield chapter cave uphold range cram dwarf allow',
];

export const keys = () => Promise.all(MNEMONICS.map((m) => mnemonicToPrivateKey(m.split(' '))));

export const artifact = (name) => Cell.fromBase64(JSON.parse(readFileSync(new URL(`../../build/${name}.json`, import.meta.url))).code);

export const boc = (cell) => cell.toBoc().toString('base64');

export const stateInit = (init) => beginCell().store(storeStateInit(init)).endCell();

export const text = (comment) => beginCell().storeUint(0, 32).storeStringTail(comment).endCell();

export const v4 = (key, subwallet = 0) => WalletContractV4.create({ workchain: 0, publicKey: key.publicKey, walletId: 698_983_191 + subwallet });

export const v5 = (key, network = MAINNET, subwalletNumber = 0) =>
  WalletContractV5R1.create({
    workchain: 0,
    publicKey: key.publicKey,
    walletId: { networkGlobalId: network, context: { walletVersion: 'v5r1', workchain: 0, subwalletNumber } },
  });

export const externalMessage = (wallet, body, deploy) =>
  beginCell().store(storeMessage(external({ to: wallet.address, init: deploy ? wallet.init : undefined, body }))).endCell();

/** TEP-467: what a message is found by, whoever has packed it: no source, no fee, no init, the body in a reference. */
export const normalized = (address, body) =>
  beginCell().storeUint(2, 2).storeUint(0, 2).storeAddress(address).storeCoins(0).storeBit(0).storeBit(1).storeRef(body).endCell().hash().toString('hex');
