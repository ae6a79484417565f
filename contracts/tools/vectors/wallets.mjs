// Wallets of @ton/ton: from the mnemonic to the bytes that are sent.
import { Address, internal } from '@ton/core';
import { boc, externalMessage, keys, MAINNET, MNEMONICS, normalized, NOW, stateInit, TESTNET, text, v4, v5 } from './common.mjs';

const to = (n) => new Address(0, Buffer.alloc(32, n));

const TRANSFERS = [
  { name: 'one with a comment', seqno: 5, messages: [{ to: to(9), value: '1000000000', bounce: false, comment: 'deal 77' }] },
  { name: 'one without a body, bounceable', seqno: 6, messages: [{ to: to(9), value: '5', bounce: true }] },
  { name: 'a comment in Russian', seqno: 7, messages: [{ to: to(3), value: '20000000', bounce: false, comment: 'Выплата по заказу № 42' }] },
  { name: 'a comment longer than a cell', seqno: 8, messages: [{ to: to(3), value: '20000000', bounce: false, comment: 'длинный комментарий '.repeat(20) }] },
  { name: 'an empty comment', seqno: 9, messages: [{ to: to(3), value: '1', bounce: false, comment: '' }] },
  { name: 'nothing', seqno: 10, messages: [] },
  { name: 'the first one deploys', seqno: 0, messages: [{ to: to(9), value: '1000000000', bounce: false, comment: 'first' }] },
  { name: 'a large seqno and amount', seqno: 4_294_967_294, messages: [{ to: to(200), value: '4999999999999999999', bounce: true }] },
  { name: 'four', seqno: 11, messages: [1, 2, 3, 4].map((n) => ({ to: to(n), value: String(n * 1_000_001), bounce: n % 2 === 0, comment: `payout ${n}` })) },
];
const batch = (n) => ({
  name: `a batch of ${n}`,
  seqno: 12,
  messages: Array.from({ length: n }, (_, i) => ({ to: to(i + 1), value: String(10_000_000 + i), bounce: false, comment: `w${i}` })),
});

async function transfer(wallet, key, { name, seqno, messages }, sendMode) {
  const timeout = NOW + 300;
  const body = await wallet.createTransfer({
    seqno,
    timeout,
    sendMode,
    secretKey: key.secretKey,
    messages: messages.map((m) => internal({ to: m.to, value: BigInt(m.value), bounce: m.bounce, body: m.comment === undefined ? undefined : text(m.comment) })),
  });
  const deploy = seqno === 0;
  const sent = externalMessage(wallet, body, deploy);
  return {
    name,
    seqno,
    valid_until: timeout,
    mode: sendMode,
    messages: messages.map((m) => ({ ...m, to: m.to.toRawString() })),
    deploy,
    body: boc(body),
    body_hash: body.hash().toString('hex'),
    external: boc(sent),
    external_hash: sent.hash().toString('hex'),
    normalized_hash: normalized(wallet.address, body),
  };
}

async function entry(version, wallet, key, mnemonic, network, subwallet, full) {
  const a = wallet.address;
  const most = version === 'v5r1' ? [...TRANSFERS, batch(20), batch(255)] : TRANSFERS;
  const transfers = [];
  for (const t of full ? most : TRANSFERS.slice(0, 1)) {
    transfers.push(await transfer(wallet, key, t, 3));
  }
  if (full) {
    transfers.push(await transfer(wallet, key, { ...TRANSFERS[0], name: 'mode 1' }, 1));
  }
  const form = (bounceable, testOnly, urlSafe = true) => a.toString({ bounceable, testOnly, urlSafe });
  return {
    version,
    network,
    subwallet,
    mnemonic,
    public_key: key.publicKey.toString('hex'),
    seed: key.secretKey.subarray(0, 32).toString('hex'),
    wallet_id: version === 'v4r2' ? wallet.walletId : walletId(wallet),
    address: a.toRawString(),
    bounceable: form(true, false),
    non_bounceable: form(false, false),
    bounceable_testnet: form(true, true),
    non_bounceable_testnet: form(false, true),
    standard_base64: form(true, false, false),
    state_init: boc(stateInit(wallet.init)),
    transfers,
  };
}

/** What the data of a v5r1 begin with: signature allowed, seqno, then the wallet's id. */
function walletId(wallet) {
  const s = wallet.init.data.beginParse();
  s.skip(1 + 32);
  return s.loadUint(32);
}

export async function wallets() {
  const [one, two] = await keys();
  const [m1, m2] = MNEMONICS;
  return [
    await entry('v4r2', v4(one), one, m1, MAINNET, 0, true),
    await entry('v5r1', v5(one), one, m1, MAINNET, 0, true),
    await entry('v5r1', v5(one, TESTNET), one, m1, TESTNET, 0, true),
    await entry('v4r2', v4(two), two, m2, MAINNET, 0, false),
    await entry('v4r2', v4(two, 7), two, m2, MAINNET, 7, false),
    await entry('v5r1', v5(two), two, m2, MAINNET, 0, false),
    await entry('v5r1', v5(two, MAINNET, 1), two, m2, MAINNET, 1, false),
    await entry('v5r1', v5(two, MAINNET, 7), two, m2, MAINNET, 7, false),
    await entry('v5r1', v5(two, TESTNET, 32_767), two, m2, TESTNET, 32_767, false),
  ];
}
