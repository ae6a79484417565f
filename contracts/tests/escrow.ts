// The escrow as the tests and the tools see it: init data, messages, getters.
import { Address, beginCell, Cell, Contract, contractAddress, ContractProvider } from '@ton/core';

export const Op = {
  deposit: 0x54470001, release: 0x54470002, refund: 0x54470003, autoRefund: 0x54470004, close: 0x54470005, settle: 0x54470006,
  payout: 0x54470101, fee: 0x54470102, refundNotice: 0x54470103, excesses: 0xd53276db,
};
export const Err = {
  underflow: 9, wrongSender: 401, wrongState: 402, underpaid: 403, deadlinePassed: 404, deadlineNotReached: 405,
  notEnoughGas: 406, badDeal: 407, badShare: 408, unknownMessage: 0xffff,
};
export const State = { init: 0, funded: 1, released: 2, refunded: 3, settled: 4 };

export type Deal = {
  dealId: bigint; amount: bigint; feeBps: number; deadline: number;
  advertiser: Address; owner: Address; controller: Address; feeAddress: Address;
};

export function initData(deal: Deal, state = State.init, ownerBps = 0): Cell {
  return beginCell()
    .storeUint(state, 8).storeUint(ownerBps, 16).storeUint(deal.dealId, 64).storeCoins(deal.amount)
    .storeUint(deal.feeBps, 16).storeUint(deal.deadline, 32)
    .storeAddress(deal.controller).storeAddress(deal.feeAddress)
    .storeRef(beginCell().storeAddress(deal.advertiser).storeAddress(deal.owner))
    .endCell();
}

export function body(op: number, queryId: bigint = 1n, ownerBps?: number): Cell {
  const b = beginCell().storeUint(op, 32).storeUint(queryId, 64);
  return (ownerBps === undefined ? b : b.storeUint(ownerBps, 16)).endCell();
}

export class Escrow implements Contract {
  constructor(readonly address: Address, readonly init: { code: Cell; data: Cell }) {}

  static of(deal: Deal, code: Cell) {
    const init = { code, data: initData(deal) };
    return new Escrow(contractAddress(0, init), init);
  }

  async getState(p: ContractProvider) {
    return (await p.get('get_state', [])).stack.readNumber();
  }
  async getRequired(p: ContractProvider) {
    return (await p.get('required_deposit', [])).stack.readBigNumber();
  }
  async getParts(p: ContractProvider, ownerBps: number) {
    const s = (await p.get('get_parts', [{ type: 'int', value: BigInt(ownerBps) }])).stack;
    return { owner: s.readBigNumber(), fee: s.readBigNumber(), advertiser: s.readBigNumber() };
  }
  async getData(p: ContractProvider) {
    const s = (await p.get('get_escrow_data', [])).stack;
    return {
      state: s.readNumber(), dealId: s.readBigNumber(), amount: s.readBigNumber(), feeBps: s.readNumber(), deadline: s.readNumber(),
      advertiser: s.readAddress(), owner: s.readAddress(), controller: s.readAddress(), feeAddress: s.readAddress(), ownerBps: s.readNumber(),
    };
  }
}
