// One life of an escrow after the other: what is paid, to whom, and what is left.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Address, beginCell, Cell, contractAddress, toNano } from '@ton/core';
import { createEmptyShardAccount, SandboxContract } from '@ton/sandbox';
import { body, Deal, Err, Escrow, initData, Op, State } from './escrow';
import { AMOUNT, at, committed, compiled, DEADLINE, exitCode, GAS, KEPT, NOW, paid, RESERVE, World } from './world';

const YEAR = 365 * 86_400;
const GHOST = new Address(0, Buffer.alloc(32, 7));
let code: Cell;
let w: World;
let escrow: SandboxContract<Escrow>;

beforeAll(async () => {
  code = await compiled('escrow');
});
beforeEach(async () => {
  w = await World.create(code);
  escrow = w.escrow();
});

const addr = (who: keyof World['people']) => w.people[who].address.toString();
const call = async (from: keyof World['people'], op: number, value = GAS, ownerBps?: number) =>
  at(await w.send(from, escrow, value, body(op, 9n, ownerBps)), escrow.address);
const status = async (a = escrow.address) => (await w.chain.getContract(a)).accountState?.type;

it('is the code that is committed', () => {
  expect(code.hash().toString('hex')).toBe(committed('escrow').hash().toString('hex'));
});

describe('a deposit', () => {
  it('deploys the contract and funds it in one message', async () => {
    const t = at(await w.deposit(escrow), escrow.address);
    expect([t.oldStatus, t.endStatus, exitCode(t)]).toEqual(['uninitialized', 'active', 0]);
    expect(await escrow.getData()).toMatchObject({ state: State.funded, dealId: 77n, amount: AMOUNT, feeBps: 500, deadline: DEADLINE, ownerBps: 0 });
    const d = await escrow.getData();
    expect([d.advertiser, d.owner, d.controller, d.feeAddress].map(String)).toEqual([addr('advertiser'), addr('owner'), addr('controller'), addr('fee')]);
    expect(await escrow.getRequired()).toBe(AMOUNT + RESERVE);
    expect(await w.balance(escrow.address)).toBeGreaterThan(AMOUNT + toNano('0.027'));
  });

  it('of too little bounces and leaves nothing behind', async () => {
    const before = await w.balance(w.people.advertiser.address);
    const t = at(await w.deposit(escrow, AMOUNT + RESERVE - 1n), escrow.address);
    expect(exitCode(t)).toBe(Err.underpaid);
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), bounced: true }]);
    expect(before - (await w.balance(w.people.advertiser.address))).toBeLessThan(toNano('0.02'));
    expect([t.endStatus, await w.balance(escrow.address), await escrow.getState()]).toEqual(['active', 0n, State.init]);
  });

  it('of too much gives the excess back at once', async () => {
    const t = at(await w.deposit(escrow, toNano('25')), escrow.address);
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), op: Op.excesses, bounced: false }]);
    expect(paid(t)[0].value).toBeGreaterThan(toNano('25') - AMOUNT - RESERVE - toNano('0.005'));
    expect(await w.balance(escrow.address)).toBe(AMOUNT + RESERVE);
  });

  it('from anybody else bounces', async () => {
    for (const from of ['owner', 'controller', 'fee', 'stranger'] as const) {
      const t = at(await w.deposit(escrow, AMOUNT + RESERVE, from), escrow.address);
      expect([exitCode(t), paid(t)[0].to, paid(t)[0].bounced]).toEqual([Err.wrongSender, addr(from), true]);
    }
    expect(await w.balance(escrow.address)).toBe(0n);
  });

  it('comes once, and before the deadline', async () => {
    w.chain.now = DEADLINE - 1;
    expect(exitCode(at(await w.deposit(escrow), escrow.address))).toBe(0);
    const second = at(await w.deposit(escrow), escrow.address);
    expect([exitCode(second), paid(second)[0].bounced]).toEqual([Err.wrongState, true]);
    w.chain.now = DEADLINE;
    const late = w.escrow({ dealId: 78n });
    expect(exitCode(at(await w.deposit(late), late.address))).toBe(Err.deadlinePassed);
  });

  it('is refused for a deal that could not be settled well', async () => {
    const master = (n: number) => new Address(-1, Buffer.alloc(32, n));
    const bad: Partial<Deal>[] = [
      { amount: 0n }, { feeBps: 2001 }, { feeBps: 65_535 }, { deadline: NOW + 366 * 86_400 + 1 },
      { owner: master(1) }, { controller: master(2) }, { feeAddress: master(3) },
      { owner: new Address(5, Buffer.alloc(32, 1)) },
    ];
    for (const change of bad) {
      const e = w.escrow(change);
      const t = at(await w.deposit(e), e.address);
      expect([change, exitCode(t), paid(t)[0].bounced]).toEqual([change, Err.badDeal, true]);
    }
    for (const change of [{ feeBps: 2000 }, { deadline: NOW + 366 * 86_400 }, { feeBps: 0 }]) {
      const e = w.escrow(change);
      expect([change, exitCode(at(await w.deposit(e), e.address))]).toEqual([change, 0]);
    }
  });

  it('is refused when the advertiser is of the masterchain', async () => {
    const advertiser = new Address(-1, Buffer.alloc(32, 4));
    const e = w.escrow({ advertiser });
    const info = { type: 'internal' as const, ihrDisabled: true, bounce: true, bounced: false, src: advertiser, dest: e.address, value: { coins: AMOUNT + RESERVE }, ihrFee: 0n, forwardFee: 0n, createdLt: 0n, createdAt: NOW };
    expect(exitCode(at(await w.inject({ info, init: e.init, body: body(Op.deposit) }), e.address))).toBe(Err.badDeal);
  });

  it('is refused when the initial data are not initial', async () => {
    const data = initData(w.deal(), State.init, 5);
    const e = { address: contractAddress(0, { code, data }), init: { code, data } };
    expect(exitCode(at(await w.send('advertiser', e, AMOUNT + RESERVE, body(Op.deposit)), e.address))).toBe(Err.badDeal);
    const odd = initData(w.deal(), 5);
    const f = { address: contractAddress(0, { code, data: odd }), init: { code, data: odd } };
    expect(exitCode(at(await w.send('advertiser', f, AMOUNT + RESERVE, body(Op.deposit)), f.address))).toBe(5);
  });
});

describe('the end of a deal', () => {
  beforeEach(async () => {
    await w.deposit(escrow, AMOUNT + toNano('1'));
  });

  it('release pays the owner and the fee exactly, the rest goes to the advertiser', async () => {
    const t = await call('controller', Op.release);
    const [owner, fee, rest, ...more] = paid(t);
    expect(owner).toMatchObject({ to: addr('owner'), value: toNano('9.5'), op: Op.payout });
    expect(fee).toMatchObject({ to: addr('fee'), value: toNano('0.5'), op: Op.fee });
    expect(rest).toMatchObject({ to: addr('advertiser'), op: Op.excesses });
    expect(rest.value).toBeGreaterThan(GAS);
    expect(rest.value).toBeLessThan(RESERVE + GAS - KEPT);
    expect(more).toEqual([]);
    expect(await escrow.getData()).toMatchObject({ state: State.released, ownerBps: 10_000 });
    expect(await w.balance(escrow.address)).toBe(KEPT);
  });

  it('says the query and the deal in what it sends', async () => {
    const t = await call('controller', Op.release, GAS);
    const s = t.outMessages.values()[0].body.beginParse();
    expect([s.loadUint(32), s.loadUintBig(64), s.loadUintBig(64), s.remainingBits]).toEqual([Op.payout, 9n, 77n, 0]);
    expect(t.outMessages.values().every((m) => m.info.type === 'internal' && !m.info.bounce)).toBe(true);
  });

  it('release without a fee sends no fee', async () => {
    escrow = w.escrow({ feeBps: 0, dealId: 78n });
    await w.deposit(escrow);
    expect(paid(await call('controller', Op.release)).map((p) => [p.to, p.op])).toEqual([[addr('owner'), Op.payout], [addr('advertiser'), Op.excesses]]);
    expect(await escrow.getState()).toBe(State.released);
  });

  it('refund pays the advertiser everything above the rent', async () => {
    const t = await call('controller', Op.refund);
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), op: Op.refundNotice }]);
    expect(paid(t)[0].value).toBeGreaterThan(AMOUNT + RESERVE - KEPT + GAS - toNano('0.005'));
    expect([await escrow.getState(), await w.balance(escrow.address)]).toEqual([State.refunded, KEPT]);
  });

  it('auto_refund does the same for anyone, from the deadline on', async () => {
    w.chain.now = DEADLINE - 1;
    for (const from of ['advertiser', 'owner', 'controller', 'stranger'] as const) {
      const t = await call(from, Op.autoRefund);
      expect([exitCode(t), paid(t)[0].to, paid(t)[0].bounced]).toEqual([Err.deadlineNotReached, addr(from), true]);
    }
    w.chain.now = DEADLINE;
    const t = await call('stranger', Op.autoRefund, toNano('1'));
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), op: Op.refundNotice }]);
    expect(paid(t)[0].value).toBeGreaterThan(AMOUNT + toNano('1'));
    expect(await escrow.getState()).toBe(State.refunded);
  });

  it.each([[1], [3_333], [5_000], [9_999]])('settle with %i basis points sends the parts of the getter', async (bps) => {
    const parts = await escrow.getParts(bps);
    expect(parts.owner + parts.fee + parts.advertiser).toBe(AMOUNT);
    const [owner, fee, advertiser] = paid(await call('controller', Op.settle, GAS, bps));
    expect(owner).toMatchObject({ to: addr('owner'), value: parts.owner });
    expect(fee).toMatchObject({ to: addr('fee'), value: parts.fee });
    expect(advertiser).toMatchObject({ to: addr('advertiser'), op: Op.refundNotice });
    expect(advertiser.value).toBeGreaterThanOrEqual(parts.advertiser);
    expect(await escrow.getData()).toMatchObject({ state: State.settled, ownerBps: bps });
  });

  it.each([[0], [10_000], [10_001], [65_535]])('settle with %i basis points is refused', async (bps) => {
    expect(exitCode(await call('controller', Op.settle, GAS, bps))).toBe(Err.badShare);
    expect(await escrow.getState()).toBe(State.funded);
  });

  it('pays an owner whose wallet is not deployed', async () => {
    escrow = w.escrow({ owner: GHOST });
    await w.deposit(escrow);
    await call('controller', Op.release);
    expect([await w.balance(GHOST), await escrow.getState()]).toEqual([toNano('9.5'), State.released]);
  });

  it('works after the deadline too, while nobody has taken the refund', async () => {
    w.chain.now = DEADLINE + 1;
    expect(exitCode(await call('controller', Op.release))).toBe(0);
    expect(exitCode(await call('advertiser', Op.autoRefund))).toBe(Err.wrongState);
  });

  it('costs a year of rent and less than the reserve', async () => {
    w.chain.now = NOW + YEAR;
    const t = await call('controller', Op.release);
    expect(paid(t)[0].value).toBe(toNano('9.5'));
    if (t.description.type !== 'generic') throw new Error('tick-tock');
    expect(t.description.storagePhase!.storageFeesCollected).toBeLessThan(toNano('0.011'));
    expect(paid(t)[2].value).toBeGreaterThan(GAS / 2n);
  });

  it('never pays less than exactly: years of rent must be brought along', async () => {
    w.chain.now = NOW + 10 * YEAR;
    const short = await call('controller', Op.release);
    if (short.description.type !== 'generic') throw new Error('tick-tock');
    expect([exitCode(short), short.description.actionPhase?.success, await escrow.getState()]).toEqual([0, false, State.funded]);
    expect(paid(short)).toMatchObject([{ to: addr('controller'), bounced: true }]);
    const t = await call('controller', Op.release, toNano('0.2'));
    expect([paid(t)[0].value, paid(t)[1].value]).toEqual([toNano('9.5'), toNano('0.5')]);
    expect(await escrow.getState()).toBe(State.released);
  });

  it('refunds after ten years whatever rent has left', async () => {
    w.chain.now = NOW + 10 * YEAR;
    const t = await call('stranger', Op.autoRefund);
    expect(paid(t)[0].value).toBeGreaterThan(AMOUNT - toNano('0.1'));
  });
});

describe('money that nobody asked for', () => {
  const plain = (text?: string) => (text === undefined ? Cell.EMPTY : beginCell().storeUint(0, 32).storeStringTail(text).endCell());

  it('bounces in every state', async () => {
    const refused = async () => {
      for (const b of [plain(), plain('release'), plain('')]) {
        const t = at(await w.send('stranger', escrow, toNano('1'), b), escrow.address);
        expect([exitCode(t), paid(t)[0].to, paid(t)[0].bounced]).toEqual([Err.unknownMessage, addr('stranger'), true]);
      }
    };
    await refused();
    await w.deposit(escrow);
    await refused();
    await call('controller', Op.release);
    await refused();
    expect(await w.balance(escrow.address)).toBe(KEPT);
  });

  it('sent before the deposit so that it cannot bounce comes back with the deposit', async () => {
    await w.people.stranger.send({ to: escrow.address, value: toNano('3'), bounce: false });
    expect([await status(), (await w.balance(escrow.address)) > toNano('2.99')]).toEqual(['uninit', true]);
    const t = at(await w.deposit(escrow), escrow.address);
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), op: Op.excesses }]);
    expect(paid(t)[0].value).toBeGreaterThan(toNano('2.98'));
    expect(await w.balance(escrow.address)).toBe(AMOUNT + RESERVE);
  });

  it('sent while it is funded goes to the advertiser at the end, and changes nobody\'s part', async () => {
    await w.deposit(escrow);
    await w.send('stranger', escrow, toNano('1'), plain(), false);
    const [owner, fee, rest] = paid(await call('controller', Op.release));
    expect([owner.value, fee.value]).toEqual([toNano('9.5'), toNano('0.5')]);
    expect(rest.value).toBeGreaterThan(toNano('1'));
  });

  it('is swept by close to the advertiser, whoever calls, also without a deposit', async () => {
    w.chain.now = DEADLINE + 5;
    await w.send('stranger', escrow, toNano('3'), plain(), false);
    const t = await call('stranger', Op.close);
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), op: Op.excesses }]);
    expect(paid(t)[0].value).toBeGreaterThan(toNano('2.99'));
    expect([await escrow.getState(), await w.balance(escrow.address)]).toEqual([State.init, KEPT]);
    expect(exitCode(at(await w.deposit(escrow), escrow.address))).toBe(Err.deadlinePassed);
  });

  it('is swept from a finished contract, which stays what it is', async () => {
    await w.deposit(escrow);
    await call('controller', Op.settle, GAS, 4_000);
    await w.send('stranger', escrow, toNano('2'), plain(), false);
    const t = await call('owner', Op.close);
    expect(paid(t)).toMatchObject([{ to: addr('advertiser'), op: Op.excesses }]);
    expect(await escrow.getData()).toMatchObject({ state: State.settled, ownerBps: 4_000 });
  });

  it('close neither touches a funded contract nor closes the way to a deposit', async () => {
    expect(exitCode(await call('stranger', Op.close))).toBe(0);
    expect(exitCode(at(await w.deposit(escrow), escrow.address))).toBe(0);
    w.chain.now = DEADLINE + 1;
    for (const from of ['stranger', 'controller', 'advertiser'] as const) expect(exitCode(await call(from, Op.close, toNano('5')))).toBe(Err.wrongState);
    expect(await w.balance(escrow.address)).toBeGreaterThan(AMOUNT);
  });

  it('close with nothing to sweep is harmless', async () => {
    await w.deposit(escrow);
    await call('controller', Op.refund);
    w.chain.now = NOW + 3 * YEAR;
    expect(exitCode(await call('stranger', Op.close, toNano('0.01')))).toBe(0);
    expect(await escrow.getState()).toBe(State.refunded);
  });
});

describe('a finished contract', () => {
  it.each([['release'], ['refund']] as const)('after %s takes no deposit and is never destroyed', async (op) => {
    await w.deposit(escrow);
    await call('controller', Op[op]);
    for (let i = 0; i < 3; i++) expect(exitCode(await call('stranger', Op.close))).toBe(0);
    expect(await status()).toBe('active');
    const t = at(await w.deposit(escrow), escrow.address);
    expect([exitCode(t), paid(t)[0].bounced]).toEqual([Err.wrongState, true]);
  });

  it('whose account the chain has dropped takes no deposit either', async () => {
    await w.deposit(escrow);
    await call('controller', Op.release);
    w.chain.now = DEADLINE + 70 * YEAR;
    await w.chain.setShardAccount(escrow.address, createEmptyShardAccount(escrow.address));
    expect(exitCode(at(await w.deposit(escrow), escrow.address))).toBe(Err.deadlinePassed);
  });
});

describe('messages that are not what they should be', () => {
  beforeEach(async () => {
    await w.deposit(escrow);
    w.chain.now = DEADLINE + 1;
  });

  it('too little gas changes nothing', async () => {
    for (const [op, from, bps] of [[Op.release, 'controller'], [Op.refund, 'controller'], [Op.settle, 'controller', 5_000], [Op.autoRefund, 'stranger']] as const) {
      expect(exitCode(await call(from, op, toNano('0.01') - 1n, bps))).toBe(Err.notEnoughGas);
      expect(exitCode(await call(from, op, toNano('0.0005'), bps))).not.toBe(0);
      expect(exitCode(await call(from, op, 0n, bps))).toBe('no-gas');
    }
    expect(await escrow.getState()).toBe(State.funded);
    expect(await w.balance(escrow.address)).toBeGreaterThan(AMOUNT + RESERVE - toNano('0.005'));
  });

  it('bodies that are too short or too long are refused', async () => {
    const b = () => beginCell();
    const wrong: [Cell, number][] = [
      [b().storeUint(Op.release, 32).endCell(), Err.underflow], [b().storeUint(Op.release, 32).storeUint(1, 63).endCell(), Err.underflow],
      [b().storeUint(Op.release, 32).storeUint(1, 65).endCell(), Err.underflow], [b().storeUint(Op.release, 32).storeUint(1, 64).storeRef(Cell.EMPTY).endCell(), Err.underflow],
      [body(Op.release, 1n, 5_000), Err.underflow], [body(Op.settle), Err.underflow],
      [b().storeUint(Op.settle, 32).storeUint(1, 64).storeUint(5_000, 17).endCell(), Err.underflow],
      [b().storeUint(Op.release >>> 1, 31).endCell(), Err.unknownMessage], [b().storeUint(1, 1).endCell(), Err.unknownMessage],
      [b().storeRef(body(Op.release)).endCell(), Err.unknownMessage], [body(Op.payout), Err.unknownMessage], [body(0x54470007), Err.unknownMessage], [body(0x54470000), Err.unknownMessage],
    ];
    for (const [cell, exit] of wrong) {
      const t = at(await w.send('controller', escrow, GAS, cell), escrow.address);
      expect([cell.toString(), exitCode(t)]).toEqual([cell.toString(), exit]);
      expect(paid(t)).toMatchObject([{ to: addr('controller'), bounced: true }]);
    }
    expect(await escrow.getState()).toBe(State.funded);
  });

  it('a message that claims to have bounced is kept and does nothing', async () => {
    for (const b of [body(Op.release), beginCell().storeUint(0xffffffff, 32).storeSlice(body(Op.release).beginParse()).endCell(), Cell.EMPTY]) {
      const info = { type: 'internal' as const, ihrDisabled: true, bounce: false, bounced: true, src: w.people.controller.address, dest: escrow.address, value: { coins: GAS }, ihrFee: 0n, forwardFee: 0n, createdLt: 0n, createdAt: NOW };
      const t = at(await w.inject({ info, init: null, body: b }), escrow.address);
      expect([exitCode(t), paid(t)]).toEqual([0, []]);
    }
    expect(await escrow.getState()).toBe(State.funded);
  });

  it('an external message is refused', async () => {
    const info = { type: 'external-in' as const, src: null, dest: escrow.address, importFee: 0n };
    await expect(w.inject({ info, init: null, body: body(Op.autoRefund) })).rejects.toThrow();
  });

  it('the same address of another workchain is somebody else', async () => {
    const src = new Address(-1, w.people.controller.address.hash);
    const info = { type: 'internal' as const, ihrDisabled: true, bounce: true, bounced: false, src, dest: escrow.address, value: { coins: GAS }, ihrFee: 0n, forwardFee: 0n, createdLt: 0n, createdAt: NOW };
    expect(exitCode(at(await w.inject({ info, init: null, body: body(Op.release) }), escrow.address))).toBe(Err.wrongSender);
  });
});

describe('the parts', () => {
  it('add up and round down, for every amount', async () => {
    const amounts = [1n, 2n, 3n, 9_999n, 10_000n, 10_001n, 19_999n, 123_456_789n, AMOUNT, 10n ** 18n + 7n, 2n ** 119n];
    for (const amount of amounts) {
      for (const feeBps of [0, 1, 500, 1_999, 2_000]) {
        const e = w.escrow({ amount, feeBps });
        await w.send('stranger', e, GAS, body(Op.close));
        for (const bps of [0, 1, 3_333, 5_000, 9_999, 10_000]) {
          const gross = (amount * BigInt(bps)) / 10_000n;
          const fee = (gross * BigInt(feeBps)) / 10_000n;
          expect(await e.getParts(bps)).toEqual({ owner: gross - fee, fee, advertiser: amount - gross });
        }
      }
    }
  });

  it('of one nano are still paid', async () => {
    escrow = w.escrow({ amount: 1n });
    await w.deposit(escrow);
    expect(paid(await call('controller', Op.release)).map((p) => [p.to, p.op])).toEqual([[addr('owner'), Op.payout], [addr('advertiser'), Op.excesses]]);
  });

  it('are told for 0 to 10000 only', async () => {
    await w.deposit(escrow);
    for (const bps of [-1, 10_001]) await expect(escrow.getParts(bps)).rejects.toThrow('408');
  });
});
