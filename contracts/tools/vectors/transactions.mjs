// Records every call of the official emulator while a small world lives through all it can meet.
import { readFileSync } from 'node:fs';
import { Address, beginCell, Cell, contractAddress, external, internal, SendMode, toNano } from '@ton/core';
import { Blockchain } from '@ton/sandbox';
import { runTolkCompiler } from '@ton/tolk-js';
import { artifact, boc, keys, MAINNET, NOW, text, v4, v5 } from './common.mjs';

const DAY = 86_400;
const YEAR = 365 * DAY;
const ghost = (n) => new Address(0, Buffer.alloc(32, n));

class Recorder {
  steps = [];
  label = '';

  constructor(chain) {
    this.chain = chain;
    const run = chain.executor.runTransaction.bind(chain.executor);
    chain.executor.runTransaction = async (args) => {
      const done = await run(args);
      this.keep(args, done.result);
      return done;
    };
  }

  keep(args, result) {
    const step = { name: this.label, now: args.now, lt: args.lt.toString(), account: args.shardAccount, message: boc(args.message) };
    if (!result.success) {
      this.steps.push({ ...step, refused: true });
    } else {
      this.steps.push({ ...step, tx: result.transaction, after: result.shardAccount });
    }
  }
}

export async function transactions() {
  const chain = await Blockchain.create({ config: 'slim' });
  chain.now = NOW;
  const rec = new Recorder(chain);
  const [one, two] = await keys();
  const world = { chain, rec, one, two };
  world.wallets = { advertiser: v4(one), controller: v5(one), stranger: v5(two, MAINNET, 7), rich: v5(two), poor: v4(two) };
  for (const wallet of Object.values(world.wallets)) wallet.key = wallet === world.wallets.rich || wallet === world.wallets.poor || wallet === world.wallets.stranger ? two : one;
  world.send = async (who, messages, { mode = 3, ahead = 300, seqno, key } = {}) => {
    const wallet = world.wallets[who];
    const n = seqno ?? (await chain.openContract(wallet).getSeqno());
    const body = await wallet.createTransfer({ seqno: n, secretKey: (key ?? wallet.key).secretKey, messages, sendMode: mode, timeout: chain.now + ahead });
    try {
      await chain.sendMessage(external({ to: wallet.address, init: n === 0 ? wallet.init : undefined, body }));
    } catch (e) {
      if (!rec.steps.at(-1).refused) throw e;
    }
  };
  for (const scenario of [fund, refusals, escrow, nft, batches, bounces, gas, storage, destroyed]) {
    await scenario(world);
  }
  return { steps: rec.steps, config: chain.configBase64 };
}

async function fund({ chain, rec, wallets }) {
  rec.label = 'faucet';
  const faucet = await chain.treasury('faucet');
  for (const [name, value] of [['advertiser', '500'], ['controller', '20'], ['stranger', '50'], ['rich', '2000'], ['poor', '0.02']]) {
    await faucet.send({ to: wallets[name].address, value: toNano(value), bounce: false });
  }
}

async function refusals({ chain, rec, send, wallets, one, two }) {
  rec.label = 'wallet: deployed by its first message';
  await send('advertiser', [internal({ to: ghost(1), value: toNano('0.1'), bounce: false, body: 'hello' })]);
  await send('controller', [internal({ to: ghost(1), value: toNano('0.1'), bounce: false, body: 'hello' })]);
  rec.label = 'wallet: an old seqno, expired, a foreign signature';
  for (const who of ['advertiser', 'controller']) {
    const key = wallets[who].key === one ? two : one;
    await send(who, [internal({ to: ghost(1), value: 1n })], { seqno: 0 });
    await send(who, [internal({ to: ghost(1), value: 1n })], { seqno: 9 });
    await send(who, [internal({ to: ghost(1), value: 1n })], { ahead: -1 });
    await send(who, [internal({ to: ghost(1), value: 1n })], { key });
  }
  rec.label = 'wallet: no such account';
  await sendRaw(chain, rec, external({ to: ghost(77), body: text('?') }));
  rec.label = 'wallet: a body that is none';
  await sendRaw(chain, rec, external({ to: wallets.controller.address, body: Cell.EMPTY }));
  rec.label = 'wallet: no message at all';
  await send('controller', []);
  rec.label = 'wallet: modes';
  await send('controller', [internal({ to: ghost(2), value: toNano('0.01'), bounce: false })], { mode: 1 + 2 });
  await send('controller', [internal({ to: ghost(2), value: toNano('0.01'), bounce: false })], { mode: 2 });
  await send('advertiser', [internal({ to: ghost(2), value: toNano('0.01'), bounce: false })], { mode: 0 });
  rec.label = 'wallet: more than it has, skipped and not';
  await send('poor', [internal({ to: ghost(3), value: toNano('5'), bounce: false })]);
  await send('poor', [internal({ to: ghost(3), value: toNano('5'), bounce: false })], { mode: 1 });
  rec.label = 'wallet: everything it has';
  await send('poor', [internal({ to: ghost(3), value: 0n, bounce: false })], { mode: SendMode.CARRY_ALL_REMAINING_BALANCE });
  rec.label = 'wallet: cannot pay for its own message';
  await send('poor', [internal({ to: ghost(3), value: 1n, bounce: false })]);
  rec.label = 'plain transfers: active, none, bounceable and not';
  await send('stranger', [internal({ to: wallets.rich.address, value: toNano('0.01') }), internal({ to: ghost(4), value: toNano('0.01') }), internal({ to: ghost(4), value: toNano('0.01'), bounce: false }), internal({ to: ghost(4), value: 0n, bounce: false }), internal({ to: ghost(4), value: 1n, bounce: true })]);
  rec.label = 'masterchain';
  await send('stranger', [internal({ to: new Address(-1, Buffer.alloc(32, 5)), value: toNano('0.1'), bounce: false })]);
  rec.label = 'a workchain that is none, skipped and not';
  for (const mode of [3, 1]) await send('stranger', [internal({ to: new Address(7, Buffer.alloc(32, 5)), value: toNano('0.1'), bounce: false })], { mode });
}

async function sendRaw(chain, rec, message) {
  try {
    await chain.sendMessage(message);
  } catch (e) {
    if (!rec.steps.at(-1).refused) throw e;
  }
}

const OPS = { deposit: 0x54470001, release: 0x54470002, refund: 0x54470003, autoRefund: 0x54470004, close: 0x54470005, settle: 0x54470006 };
const op = (name, bps) => {
  const b = beginCell().storeUint(OPS[name], 32).storeUint(9, 64);
  return (bps === undefined ? b : b.storeUint(bps, 16)).endCell();
};

function escrowOf(wallets, dealId, now, change = {}) {
  const code = artifact('escrow');
  const d = { amount: toNano('10'), feeBps: 500, deadline: now + 45 * DAY, owner: ghost(9), ...change };
  const data = beginCell()
    .storeUint(0, 8).storeUint(0, 16).storeUint(dealId, 64).storeCoins(d.amount).storeUint(d.feeBps, 16).storeUint(d.deadline, 32)
    .storeAddress(wallets.controller.address).storeAddress(ghost(10))
    .storeRef(beginCell().storeAddress(wallets.advertiser.address).storeAddress(d.owner))
    .endCell();
  const init = { code, data };
  return { init, to: contractAddress(0, init) };
}

async function escrow(world) {
  const { chain, rec, send, wallets } = world;
  const call = (who, e, what, value = '0.02', withInit = false) => send(who, [internal({ to: e.to, value: toNano(value), body: what, init: withInit ? e.init : undefined })]);
  for (const [id, end] of [[1, 'release'], [2, 'refund'], [3, 'settle'], [4, 'autoRefund']]) {
    const e = escrowOf(wallets, id, chain.now);
    if (id === 1) {
      rec.label = `escrow ${id}: refused deposits`;
      await call('stranger', e, op('deposit'), '11', true);
      await call('advertiser', e, op('deposit'), '10', true);
    }
    rec.label = `escrow ${id}: deposit`;
    await call('advertiser', e, op('deposit'), id === 2 ? '10.03' : '12', true);
    if (id === 1) {
      rec.label = `escrow ${id}: refused while funded`;
      await call('advertiser', e, op('deposit'), '10.03');
      await call('stranger', e, op('autoRefund'));
      await call('stranger', e, op('release'));
      await call('stranger', e, op('close'));
      await call('controller', e, op('release'), '0.009');
      await call('controller', e, op('release'), '0.0001');
      await call('controller', e, op('settle', 10_000));
      await call('controller', e, op('settle'));
      await call('stranger', e, text('release'));
    }
    rec.label = `escrow ${id}: money that was not asked for`;
    await send('stranger', [internal({ to: e.to, value: toNano('0.3'), bounce: false })]);
    if (end === 'autoRefund') chain.now += 46 * DAY;
    rec.label = `escrow ${id}: ${end}`;
    await call(end === 'autoRefund' ? 'stranger' : 'controller', e, op(end, end === 'settle' ? 3_333 : undefined));
    rec.label = `escrow ${id}: refused when finished`;
    await call('controller', e, op('release'));
    await call('advertiser', e, op('deposit'), '10.03', true);
    rec.label = `escrow ${id}: close`;
    await send('stranger', [internal({ to: e.to, value: toNano('0.3'), bounce: false })]);
    await call('stranger', e, op('close'));
  }
  rec.label = 'escrow 5: money before the contract, then close deploys it';
  const e5 = escrowOf(wallets, 5, chain.now);
  await send('stranger', [internal({ to: e5.to, value: toNano('1'), bounce: false })]);
  await call('stranger', e5, op('close'), '0.02', true);
  rec.label = 'escrow 6: bad deals';
  await call('advertiser', escrowOf(wallets, 6, chain.now, { feeBps: 2_001 }), op('deposit'), '11', true);
  await call('advertiser', escrowOf(wallets, 6, chain.now, { owner: new Address(-1, Buffer.alloc(32, 9)) }), op('deposit'), '11', true);
  await call('advertiser', escrowOf(wallets, 6, chain.now, { deadline: chain.now }), op('deposit'), '11', true);
  rec.label = 'escrow 7: no fee, the smallest amount';
  const e7 = escrowOf(wallets, 7, chain.now, { amount: 1n, feeBps: 0 });
  await call('advertiser', e7, op('deposit'), '0.030000001', true);
  await call('controller', e7, op('release'));
  rec.label = 'escrow 8: years later rent must be brought along';
  const e8 = escrowOf(wallets, 8, chain.now);
  await call('advertiser', e8, op('deposit'), '10.03', true);
  chain.now += 10 * YEAR;
  await call('controller', e8, op('release'));
  await call('controller', e8, op('release'), '0.3');
}

async function nft({ chain, rec, send, wallets }) {
  const owner = wallets.rich.address;
  const royalty = beginCell().storeUint(5, 16).storeUint(100, 16).storeAddress(owner).endCell();
  const init = { code: artifact('nft_collection'), data: beginCell().storeAddress(owner).storeUint(0, 64).storeRef(beginCell().storeUint(1, 8)).storeRef(artifact('nft_item')).storeRef(royalty).endCell() };
  const to = contractAddress(0, init);
  const mint = (who) => beginCell().storeUint(0x54470201, 32).storeUint(1, 64).storeAddress(who).storeRef(beginCell().storeUint(7, 8)).endCell();
  rec.label = 'nft: collection';
  await send('rich', [internal({ to, value: toNano('1'), init })]);
  rec.label = 'nft: mint';
  await send('rich', [0, 1, 2].map(() => internal({ to, value: toNano('0.1'), body: mint(wallets.stranger.address) })));
  await send('stranger', [internal({ to, value: toNano('0.1'), body: mint(owner) })]);
  const items = [];
  for (let i = 0n; i < 3n; i++) items.push((await chain.runGetMethod(to, 'get_nft_address_by_index', [{ type: 'int', value: i }])).stackReader.readAddress());
  const transfer = (whom, response, forward) =>
    beginCell().storeUint(0x5fcc3d14, 32).storeUint(9, 64).storeAddress(whom).storeAddress(response).storeBit(0).storeCoins(forward)
      .storeBit(1).storeRef(beginCell().storeUint(0, 32).storeStringTail('memo')).endCell();
  rec.label = 'nft: transfer with a notice';
  await send('stranger', [internal({ to: items[0], value: toNano('0.1'), body: transfer(owner, wallets.stranger.address, toNano('0.01')) })]);
  rec.label = 'nft: transfer by somebody else, without gas, without a response';
  await send('rich', [internal({ to: items[1], value: toNano('0.1'), body: transfer(owner, owner, 0n) })]);
  await send('stranger', [internal({ to: items[1], value: toNano('0.001'), body: transfer(owner, owner, 0n) })]);
  await send('stranger', [internal({ to: items[1], value: toNano('0.05'), body: transfer(owner, wallets.stranger.address, toNano('1')) })]);
  await send('stranger', [internal({ to: items[1], value: toNano('0.05'), body: transfer(owner, null, 0n) })]);
  rec.label = 'nft: static data, royalty';
  await send('stranger', [internal({ to: items[2], value: toNano('0.05'), body: beginCell().storeUint(0x2fcb26a2, 32).storeUint(3, 64).endCell() }), internal({ to, value: toNano('0.05'), body: beginCell().storeUint(0x693d3950, 32).storeUint(3, 64).endCell() })]);
  rec.label = 'nft: a notice that a wallet has forged';
  await send('stranger', [internal({ to: owner, value: toNano('0.01'), body: beginCell().storeUint(0x05138d91, 32).storeUint(1, 64).storeAddress(wallets.stranger.address).storeBit(0).endCell() })]);
}

async function batches({ rec, send }) {
  const payouts = (n, value) => Array.from({ length: n }, (_, i) => internal({ to: ghost(20 + (i % 4)), value: value(i), bounce: false, body: `w${i}` }));
  rec.label = 'batch of 4 by v4r2';
  await send('advertiser', payouts(4, () => toNano('0.01')));
  rec.label = 'batch of 255, one of them is skipped';
  const kept = rec.steps.length;
  await send('rich', payouts(255, (i) => (i === 100 ? toNano('100000000') : toNano('0.01'))));
  // The batch itself and some of what it delivers; the other deliveries are alike.
  rec.steps.splice(kept + 21);
  rec.label = 'batch of 12 that fails as a whole';
  await send('rich', payouts(12, (i) => (i === 11 ? toNano('100000000') : toNano('0.01'))), { mode: 1 });
}

async function probe() {
  const source = readFileSync(new URL('probe.tolk', import.meta.url), 'utf8');
  const built = await runTolkCompiler({ entrypointFileName: 'probe.tolk', fsReadCallback: () => source });
  if (built.status === 'error') throw new Error(built.message);
  const code = Cell.fromBase64(built.codeBoc64);
  return (n) => {
    const init = { code, data: beginCell().storeUint(n, 32).endCell() };
    return { init, to: contractAddress(0, init) };
  };
}

const ask = (n, argument) => {
  const b = beginCell().storeUint(n, 32);
  return (typeof argument === 'number' ? b.storeUint(argument, 16) : b.storeAddress(argument)).endCell();
};

async function bounces(world) {
  const { rec, send, wallets } = world;
  const make = (world.probe = await probe());
  const [a, b] = [make(1), make(2)];
  rec.label = 'bounce: deploy';
  for (const x of [a, b]) await send('rich', [internal({ to: x.to, value: toNano('1'), init: x.init })]);
  const tell = (label, body, value = '0.5', to = a.to, bounce = true) => { rec.label = label; return send('rich', [internal({ to, value: toNano(value), body, bounce })]); };
  await tell('bounce: new kind', ask(1, b.to));
  await tell('bounce: old kind', ask(5, b.to));
  await tell('bounce: new kind from nobody', ask(1, ghost(0xee)));
  await tell('bounce: old kind from nobody', ask(5, ghost(0xee)));
  await tell('bounce: an exception', ask(3, 900));
  await tell('no bounce: an exception', ask(3, 900), '0.5', a.to, false);
  await tell('bounce: too little for the way back', ask(3, 900), '0.0003');
  await tell('action: unaffordable, bounced', ask(4, wallets.stranger.address));
  await tell('action: four modes', ask(7, wallets.stranger.address));
  await tell('action: reserve', ask(8, wallets.stranger.address), '1');
  await tell('action: reserve of more than there is', ask(8, wallets.stranger.address), '0.0005', b.to);
  await tell('action: to the masterchain', ask(10, 0));
  for (const mode of [8, 64 + 128, 512]) await tell(`action: mode ${mode}`, ask(11, mode));
  rec.label = 'a wrong StateInit';
  await send('rich', [internal({ to: ghost(0x55), value: toNano('0.1'), init: b.init }), internal({ to: ghost(0x55), value: toNano('0.1'), init: b.init, bounce: false })]);
}

async function gas(world) {
  const { rec, send, probe: make } = world;
  const g = make(3);
  rec.label = 'gas: deploy';
  await send('rich', [internal({ to: g.to, value: toNano('1'), init: g.init })]);
  for (const [value, rounds] of [['0.05', 10], ['0.01', 5_000], ['2', 60_000], ['0.0004', 1], ['0.00000001', 1], ['0', 1]]) {
    rec.label = `gas: ${rounds} rounds for ${value}`;
    await send('rich', [internal({ to: g.to, value: toNano(value), body: ask(6, rounds) })]);
  }
  for (const rounds of [5, 90, 20]) {
    rec.label = `state: ${3 * rounds} cells`;
    await send('rich', [internal({ to: g.to, value: toNano('0.5'), body: ask(9, rounds) })]);
  }
}

async function storage(world) {
  const { chain, rec, send, probe: make } = world;
  const c = make(4);
  const d = make(5);
  rec.label = 'storage: deployed with almost nothing';
  await send('rich', [internal({ to: c.to, value: toNano('0.0005'), init: c.init, bounce: false }), internal({ to: d.to, value: toNano('0.02'), init: d.init, bounce: false }), internal({ to: ghost(0x66), value: 1000n, bounce: false })]);
  for (const years of [1, 2, 5, 8]) {
    chain.now += years * YEAR;
    rec.label = `storage: ${years} years later, a nano`;
    await send('rich', [internal({ to: c.to, value: 1000n, bounce: false })]);
    rec.label = `storage: ${years} years later, a call`;
    await send('rich', [internal({ to: c.to, value: toNano('0.05'), body: ask(3, 7) }), internal({ to: d.to, value: toNano('0.05'), body: ask(6, 3), bounce: years !== 5 })]);
    rec.label = `storage: ${years} years later, an account without a code`;
    await send('rich', [internal({ to: ghost(0x66), value: years === 8 ? toNano('0.1') : 1n, bounce: false }), internal({ to: ghost(4), value: 10n, bounce: true })]);
  }
  const big = async (n) => {
    const x = make(n);
    rec.label = `storage: a large state, ${n}`;
    await send('rich', [internal({ to: x.to, value: toNano('0.01'), init: x.init, bounce: false })]);
    await send('rich', [internal({ to: x.to, value: toNano('0.2'), body: ask(9, 130) })]);
    return x;
  };
  const [e, f] = [await big(6), await big(7)];
  const { state } = (await chain.getContract(e.to)).accountState;
  const frozen = { code: state.code, data: state.data };
  chain.now += 3 * YEAR;
  rec.label = 'storage: debt until it freezes';
  await send('rich', [internal({ to: e.to, value: 10n, bounce: false })]);
  rec.label = 'storage: frozen, a call and a wrong state';
  await send('rich', [internal({ to: e.to, value: toNano('0.05'), body: ask(6, 3) }), internal({ to: e.to, value: toNano('2'), init: e.init })]);
  rec.label = 'storage: awake again';
  await send('rich', [internal({ to: e.to, value: toNano('2'), init: frozen, body: ask(6, 3) }), internal({ to: e.to, value: toNano('0.1'), body: ask(6, 4) })]);
  chain.now += 10 * YEAR;
  rec.label = 'storage: debt until it is deleted';
  for (let i = 0; i < 3; i++) await send('rich', [internal({ to: f.to, value: 10n, bounce: false })]);
  await send('rich', [internal({ to: f.to, value: toNano('0.1'), init: f.init })]);
  rec.label = 'storage: the initial state again';
  await send('rich', [internal({ to: c.to, value: toNano('1'), init: c.init, bounce: false }), internal({ to: c.to, value: toNano('1'), init: c.init })]);
}

async function destroyed(world) {
  const { rec, send, wallets, probe: make } = world;
  const b = make(2);
  rec.label = 'destroyed by itself';
  await send('rich', [internal({ to: b.to, value: toNano('0.5'), body: ask(2, wallets.stranger.address) })]);
  rec.label = 'destroyed: a call finds nobody';
  await send('rich', [internal({ to: b.to, value: toNano('0.5'), body: ask(2, wallets.stranger.address) })]);
  rec.label = 'destroyed: deployed again, and destroyed at once';
  await send('rich', [internal({ to: b.to, value: toNano('0.5'), init: b.init, body: ask(2, wallets.stranger.address) })]);
  rec.label = 'destroyed: deployed again, and stays';
  await send('rich', [internal({ to: b.to, value: toNano('0.5'), init: b.init })]);
}
