// One chain of the official emulator with the four addresses of a deal, a stranger, and an escrow.
import { readFileSync } from 'node:fs';
import { Address, beginCell, Cell, Message, storeMessage, toNano, Transaction } from '@ton/core';
import { Blockchain, SandboxContract, TreasuryContract } from '@ton/sandbox';
import { runTolkCompiler } from '@ton/tolk-js';
import { body, Deal, Escrow, Op } from './escrow';

export const NOW = 1_800_000_000;
export const DEADLINE = NOW + 45 * 86_400;
export const AMOUNT = toNano('10');
export const RESERVE = toNano('0.03');
export const KEPT = toNano('0.01');
export const GAS = toNano('0.02');
export const CALLERS = ['advertiser', 'owner', 'controller', 'fee', 'stranger'] as const;
export type Caller = (typeof CALLERS)[number];

/** The contract that is tested is the one that is committed, unless a source is named. */
export function committed(name: string): Cell {
  const url = new URL(`../build/${name}.json`, import.meta.url);
  return Cell.fromBase64(JSON.parse(readFileSync(url, 'utf8')).code);
}

export async function compiled(name: string): Promise<Cell> {
  const result = await runTolkCompiler({
    entrypointFileName: `${name}.tolk`,
    fsReadCallback: (path) => readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8'),
  });
  if (result.status === 'error') throw new Error(result.message);
  return Cell.fromBase64(result.codeBoc64);
}

export type Sent = { transactions: Transaction[] };

export class World {
  private constructor(
    readonly chain: Blockchain,
    readonly code: Cell,
    readonly people: Record<Caller, SandboxContract<TreasuryContract>>,
  ) {}

  static async create(code: Cell): Promise<World> {
    const chain = await Blockchain.create();
    chain.now = NOW;
    const people = {} as Record<Caller, SandboxContract<TreasuryContract>>;
    for (const name of CALLERS) people[name] = await chain.treasury(name);
    return new World(chain, code, people);
  }

  deal(change: Partial<Deal> = {}): Deal {
    return {
      dealId: 77n, amount: AMOUNT, feeBps: 500, deadline: DEADLINE,
      advertiser: this.people.advertiser.address, owner: this.people.owner.address,
      controller: this.people.controller.address, feeAddress: this.people.fee.address, ...change,
    };
  }

  escrow(change: Partial<Deal> = {}): SandboxContract<Escrow> {
    return this.chain.openContract(Escrow.of(this.deal(change), this.code));
  }

  /** A message of a wallet; with the StateInit, as everything to an escrow may carry it. */
  async send(from: Caller, escrow: { address: Address; init: { code: Cell; data: Cell } }, value: bigint, what: Cell, bounce = true): Promise<Sent> {
    return this.people[from].send({ to: escrow.address, value, body: what, bounce, init: escrow.init, sendMode: 1 });
  }

  async deposit(escrow: SandboxContract<Escrow>, value = AMOUNT + RESERVE, from: Caller = 'advertiser'): Promise<Sent> {
    return this.send(from, escrow, value, body(Op.deposit));
  }

  async balance(address: Address): Promise<bigint> {
    return (await this.chain.getContract(address)).balance;
  }

  /** A message as a validator would hand it over, also one that no contract could send. */
  async inject(message: Message): Promise<Sent> {
    return this.chain.sendMessage(message);
  }
}

/** The transaction of the escrow itself. */
export function at(sent: Sent, address: Address): Transaction {
  const found = sent.transactions.filter((t) => t.inMessage?.info.dest?.toString() === address.toString());
  if (found.length !== 1) throw new Error(`${found.length} transactions at ${address}`);
  return found[0];
}

export function exitCode(t: Transaction): number | string {
  if (t.description.type !== 'generic') return t.description.type;
  const { computePhase } = t.description;
  return computePhase.type === 'vm' ? computePhase.exitCode : computePhase.reason;
}

export type Paid = { to: string; value: bigint; op: number; bounced: boolean };

/** Everything a transaction sends: whom, how much, under which op. */
export function paid(t: Transaction): Paid[] {
  return t.outMessages.values().map((m) => {
    if (m.info.type !== 'internal') throw new Error('an external message');
    const s = m.body.beginParse();
    return { to: m.info.dest.toString(), value: m.info.value.coins, op: s.remainingBits >= 32 ? s.loadUint(32) : 0, bounced: m.info.bounced };
  });
}

export function messageCell(m: Message): Cell {
  return beginCell().store(storeMessage(m)).endCell();
}
