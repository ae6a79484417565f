// What the escrow must do, said a second time: the tests compare the contract with this.
import { Address } from '@ton/core';
import { Deal, Err, Op, State } from './escrow';
import { RESERVE } from './world';

export type Incoming = { from: Address; value: bigint; now: number; op: number; ownerBps?: number; wellFormed: boolean };
export type Outcome = { exit: number; state: number; ownerBps: number; owner: bigint; fee: bigint; advertiser: bigint };

const MIN_GAS = 10_000_000n;
const YEAR = 366 * 86_400;

export function parts(amount: bigint, feeBps: number, ownerBps: number) {
  const gross = (amount * BigInt(ownerBps)) / 10_000n;
  const fee = (gross * BigInt(feeBps)) / 10_000n;
  return { owner: gross - fee, fee, advertiser: amount - gross };
}

function sound(deal: Deal, now: number): boolean {
  const addresses = [deal.advertiser, deal.owner, deal.controller, deal.feeAddress];
  return deal.amount > 0n && deal.feeBps <= 2000 && deal.deadline <= now + YEAR && addresses.every((a) => a.workChain === 0);
}

/** `owner`, `fee`, `advertiser`: the parts of the amount that leave with this message. */
export function expected(deal: Deal, state: number, ownerBps: number, m: Incoming): Outcome {
  const refuse = (exit: number): Outcome => ({ exit, state, ownerBps, owner: 0n, fee: 0n, advertiser: 0n });
  const finish = (next: number, bps: number): Outcome => ({ exit: 0, state: next, ownerBps: bps, ...parts(deal.amount, deal.feeBps, bps) });

  if (![Op.deposit, Op.release, Op.refund, Op.autoRefund, Op.close, Op.settle].includes(m.op)) return refuse(Err.unknownMessage);
  if (!m.wellFormed) return refuse(Err.underflow);

  if (m.op === Op.deposit) {
    if (state !== State.init) return refuse(Err.wrongState);
    if (!m.from.equals(deal.advertiser)) return refuse(Err.wrongSender);
    if (m.now >= deal.deadline) return refuse(Err.deadlinePassed);
    if (!sound(deal, m.now)) return refuse(Err.badDeal);
    if (m.value < deal.amount + RESERVE) return refuse(Err.underpaid);
    return { exit: 0, state: State.funded, ownerBps: 0, owner: 0n, fee: 0n, advertiser: 0n };
  }
  if (m.op === Op.close) {
    if (state === State.funded) return refuse(Err.wrongState);
    if (m.value < MIN_GAS) return refuse(Err.notEnoughGas);
    return { ...refuse(0), exit: 0 };
  }
  if (state !== State.funded) return refuse(Err.wrongState);
  if (m.op === Op.autoRefund) {
    if (m.now < deal.deadline) return refuse(Err.deadlineNotReached);
  } else if (!m.from.equals(deal.controller)) {
    return refuse(Err.wrongSender);
  }
  if (m.value < MIN_GAS) return refuse(Err.notEnoughGas);
  if (m.op === Op.release) return finish(State.released, 10_000);
  if (m.op !== Op.settle) return finish(State.refunded, 0);
  if (m.ownerBps! < 1 || m.ownerBps! > 9_999) return refuse(Err.badShare);
  return finish(State.settled, m.ownerBps!);
}
