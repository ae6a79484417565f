// Every message from everybody in every state, before and after the deadline; then thousands at random.
import { beforeAll, describe, expect, it } from 'vitest';
import { Address, beginCell, Cell, toNano } from '@ton/core';
import { SandboxContract } from '@ton/sandbox';
import { body, Escrow, Op, State } from './escrow';
import { expected, Incoming } from './model';
import { AMOUNT, at, CALLERS, Caller, compiled, DEADLINE, exitCode, GAS, KEPT, NOW, paid, RESERVE, World } from './world';

let code: Cell;
beforeAll(async () => {
  code = await compiled('escrow');
});

/** Sends one message and holds the contract to the model. */
async function step(w: World, escrow: SandboxContract<Escrow>, from: Address, value: bigint, cell: Cell, m: Pick<Incoming, 'op' | 'ownerBps' | 'wellFormed'>, bounce: boolean, known?: { state: number; ownerBps: number }) {
  const deal = w.deal();
  const now = w.chain.now!;
  const before = known ?? (await escrow.getData());
  const balance = await w.balance(escrow.address);
  const info = { type: 'internal' as const, ihrDisabled: true, bounce, bounced: false, src: from, dest: escrow.address, value: { coins: value }, ihrFee: 0n, forwardFee: 0n, createdLt: 0n, createdAt: now };
  const t = at(await w.inject({ info, init: escrow.init, body: cell }), escrow.address);
  const want = expected(deal, before.state, before.ownerBps, { from, value, now, ...m });
  const out = paid(t);
  const case_ = `${before.state} ${m.op.toString(16)} ${from} ${value} ${now - DEADLINE}`;

  // Without the gas to look at the message there is no answer of the contract.
  const code = exitCode(t);
  const starved = code === 'no-gas' || code === -14;
  if (starved) {
    expect(value, case_).toBeLessThan(toNano('0.01'));
  } else {
    expect([case_, code]).toEqual([case_, want.exit]);
  }
  if (starved || want.exit !== 0) {
    for (const p of out) {
      expect([case_, p.to, p.bounced]).toEqual([case_, from.toString(), true]);
      expect(p.value).toBeLessThan(value);
    }
    expect(out.length, case_).toBeLessThanOrEqual(bounce ? 1 : 0);
    return { state: before.state, ownerBps: before.ownerBps };
  }
  const sum = (to: Address, op?: number) => out.filter((p) => p.to === to.toString() && (op === undefined || p.op === op)).reduce((s, p) => s + p.value, 0n);
  expect([case_, sum(deal.owner), sum(deal.feeAddress)]).toEqual([case_, want.owner, want.fee]);
  expect(sum(deal.advertiser), case_).toBeGreaterThanOrEqual(want.advertiser);
  expect(sum(deal.owner) + sum(deal.feeAddress) + sum(deal.advertiser), case_).toBe(out.reduce((s, p) => s + p.value, 0n));
  expect(out.some((p) => p.bounced), case_).toBe(false);
  expect(out.reduce((s, p) => s + p.value, 0n), case_).toBeLessThanOrEqual(balance + value);
  const left = await w.balance(escrow.address);
  expect(left, case_).toBeGreaterThan(want.state === State.funded ? deal.amount : 0n);
  if (want.state > State.funded) expect(left, case_).toBeLessThanOrEqual(KEPT);
  const after = await escrow.getData();
  expect([case_, after.state, after.ownerBps]).toEqual([case_, want.state, want.ownerBps]);
  return { state: after.state, ownerBps: after.ownerBps };
}

const well = (op: number, ownerBps?: number) => ({ op, ownerBps, wellFormed: true });

describe('the table', () => {
  const reach: Record<string, [Caller, Cell][]> = {
    init: [['stranger', body(Op.close)]],
    funded: [['advertiser', body(Op.deposit)]],
    released: [['advertiser', body(Op.deposit)], ['controller', body(Op.release)]],
    refunded: [['advertiser', body(Op.deposit)], ['controller', body(Op.refund)]],
    settled: [['advertiser', body(Op.deposit)], ['controller', body(Op.settle, 1n, 2_500)]],
  };
  it.each(Object.keys(State) as (keyof typeof State)[])('in state %s', async (name) => {
    const w = await World.create(code);
    const escrow = w.escrow();
    for (const [from, cell] of reach[name]) await w.send(from, escrow, AMOUNT + RESERVE, cell);
    expect(await escrow.getState()).toBe(State[name]);
    const here = w.chain.snapshot();
    let cases = 0;
    for (const from of CALLERS) {
      for (const now of [NOW, DEADLINE - 1, DEADLINE, DEADLINE + 86_400]) {
        for (const [op, bps] of [[Op.deposit], [Op.release], [Op.refund], [Op.autoRefund], [Op.close], [Op.settle, 6_000], [0x54470007], [0]] as const) {
          await w.chain.loadFrom(here);
          w.chain.now = now;
          await step(w, escrow, w.people[from].address, AMOUNT + RESERVE, body(op, 3n, bps), well(op, bps), true);
          cases += 1;
        }
      }
    }
    expect(cases).toBe(160);
  });
});

describe('at random', () => {
  // A small generator with a fixed seed: the same messages on every machine.
  function random(seed: number) {
    let s = seed;
    return (n: number) => {
      s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((s / 2 ** 32) * n);
    };
  }

  it('2000 messages pay nobody but the parties and the fee address', { timeout: 120_000 }, async () => {
    const rnd = random(20_261_124);
    const pick = <T>(from: readonly T[]): T => from[rnd(from.length)];
    const reached = new Set<string>();
    let sent = 0;
    while (sent < 2_000) {
      const w = await World.create(code);
      const escrow = w.escrow();
      const stray = new Address(0, Buffer.alloc(32, rnd(255) + 1));
      let known = { state: State.init, ownerBps: 0 };
      for (let i = 0; i < 40; i++, sent++) {
        if (rnd(4) === 0) w.chain.now = w.chain.now! + rnd(20) * 86_400;
        // Every second message is one that could succeed, so that the rare paths are walked often.
        const likely = rnd(2) === 0;
        const from = likely ? w.people[known.state === State.init ? 'advertiser' : 'controller'].address : pick([...CALLERS.map((c) => w.people[c].address), stray]);
        const op = likely ? (known.state === State.init ? Op.deposit : pick([Op.release, Op.refund, Op.settle, Op.autoRefund, Op.close])) : pick([Op.deposit, Op.release, Op.refund, Op.autoRefund, Op.close, Op.settle, Op.payout, Op.excesses, rnd(2 ** 31)]);
        const value = likely ? AMOUNT + RESERVE + BigInt(rnd(1_000_000)) : pick([0n, BigInt(rnd(20_000_000)), GAS, AMOUNT, AMOUNT + RESERVE - 1n, AMOUNT + RESERVE, toNano('100')]);
        const bps = op === Op.settle ? (likely ? 1 + rnd(9_999) : rnd(65_536)) : undefined;
        let cell = body(op, BigInt(rnd(1_000)), bps);
        let wellFormed = true;
        if (!likely && rnd(6) === 0) {
          const cut = 32 + rnd(200);
          const bits = beginCell().storeUint(op, 32);
          for (let b = 32; b < cut; b++) bits.storeBit(rnd(2));
          cell = bits.endCell();
          wellFormed = cut === (op === Op.settle ? 112 : 96);
          if (wellFormed) continue;
        }
        const next = await step(w, escrow, from, value, cell, { op, ownerBps: bps, wellFormed }, rnd(8) !== 0, known);
        if (next.state !== known.state) reached.add(`${known.state}>${next.state}`);
        known = next;
        // Half of the chains begin again before the deal is over.
        if (known.state > State.funded && rnd(4) === 0) break;
      }
    }
    expect([...reached].sort()).toEqual(['0>1', '1>2', '1>3', '1>4']);
  });
});
