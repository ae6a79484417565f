// A small Toncenter over the official emulator: as much of v2 and v3 as tools/client.mjs and the exit
// page ask for. What they are tested against here; Torg's own chain is tested with the same client.
//
//   node tests/toncenter.mjs [port]
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Address, beginCell, Cell, loadMessage, storeTransaction } from '@ton/core';
import { Blockchain } from '@ton/sandbox';

const text = (cell) => cell.toBoc().toString('base64');
const uf = (a) => a?.toString() ?? '';
const numbers = { '@type': 'ton.blockIdExt', workchain: -1, shard: '-9223372036854775808', root_hash: Buffer.alloc(32).toString('base64'), file_hash: Buffer.alloc(32).toString('base64') };

class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function address(s) {
  try {
    return Address.parse(s);
  } catch {
    throw new Refused(416, 'Incorrect address');
  }
}

export function normalized(message) {
  return beginCell().storeUint(2, 2).storeUint(0, 2).storeAddress(message.info.dest).storeCoins(0).storeBit(0).storeBit(1).storeRef(message.body).endCell().hash();
}

function shownMessage(m) {
  const i = m.info;
  const internal = i.type === 'internal';
  return {
    '@type': 'raw.message', source: uf(i.src), destination: uf(i.dest), value: String(internal ? i.value.coins : 0), fwd_fee: String(internal ? i.forwardFee : 0), ihr_fee: '0',
    created_lt: String(internal ? i.createdLt : 0), body_hash: m.body.hash().toString('base64'), msg_data: { '@type': 'msg.dataRaw', body: text(m.body), init_state: '' }, message: '',
  };
}

function shown(t, at) {
  return {
    '@type': 'raw.transaction', address: { '@type': 'accountAddress', account_address: at }, utime: t.now, data: text(beginCell().store(storeTransaction(t)).endCell()),
    transaction_id: { '@type': 'internal.transactionId', lt: String(t.lt), hash: t.hash().toString('base64') },
    fee: String(t.totalFees.coins), storage_fee: '0', other_fee: String(t.totalFees.coins), in_msg: shownMessage(t.inMessage), out_msgs: t.outMessages.values().map(shownMessage),
  };
}

function stackItem(item) {
  if (item.type === 'int') return ['num', item.value < 0n ? `-0x${(-item.value).toString(16)}` : `0x${item.value.toString(16)}`];
  if (item.type === 'cell' || item.type === 'slice') return ['cell', { bytes: text(item.cell) }];
  return ['null', null];
}

export class Toncenter {
  seqno = 1;
  byAccount = new Map();
  byMessage = new Map();

  static async create(now = 1_800_000_000) {
    const it = new Toncenter();
    it.chain = await Blockchain.create({ config: 'slim' });
    it.chain.now = now;
    it.faucet = await it.chain.treasury('faucet');
    return it;
  }

  keep(transactions) {
    for (const t of transactions) {
      const account = new Address(0, Buffer.from(t.address.toString(16).padStart(64, '0'), 'hex')).toString();
      this.byAccount.set(account, [t, ...(this.byAccount.get(account) ?? [])]);
    }
  }

  async send(boc) {
    let message;
    try {
      message = loadMessage(Cell.fromBase64(boc).beginParse());
    } catch {
      throw new Refused(422, 'bad boc');
    }
    try {
      const done = await this.chain.sendMessage(message);
      this.keep(done.transactions);
      this.byMessage.set(normalized(message).toString('base64'), done.transactions[0]);
    } catch {
      throw new Refused(500, 'LITE_SERVER_UNKNOWN: cannot apply external message to current state');
    }
    return message;
  }

  async call(method, p) {
    switch (method) {
      case 'getMasterchainInfo':
        return { '@type': 'blocks.masterchainInfo', last: { ...numbers, seqno: this.seqno }, init: { ...numbers, seqno: 0 }, state_root_hash: numbers.root_hash };
      case 'getAddressInformation': {
        const a = address(p.address);
        const account = await this.chain.getContract(a);
        const state = account.accountState;
        const [last] = this.byAccount.get(a.toString()) ?? [];
        return {
          '@type': 'raw.fullAccountState', balance: String(account.balance), code: state?.type === 'active' ? text(state.state.code) : '', data: state?.type === 'active' ? text(state.state.data) : '',
          last_transaction_id: { '@type': 'internal.transactionId', lt: String(last?.lt ?? 0), hash: (last?.hash() ?? Buffer.alloc(32)).toString('base64') },
          block_id: { ...numbers, seqno: this.seqno }, frozen_hash: '', sync_utime: this.chain.now, state: state?.type === 'active' ? 'active' : state?.type === 'frozen' ? 'frozen' : 'uninitialized',
        };
      }
      case 'getTransactions': {
        const a = address(p.address);
        const before = p.lt === undefined ? undefined : BigInt(p.lt);
        return (this.byAccount.get(a.toString()) ?? []).filter((t) => before === undefined || t.lt <= before).slice(0, Number(p.limit ?? 10)).map((t) => shown(t, a.toString()));
      }
      case 'runGetMethod': {
        const stack = (p.stack ?? []).map(([, value]) => ({ type: 'int', value: BigInt(value) }));
        try {
          const got = await this.chain.runGetMethod(address(p.address), p.method, stack);
          return { '@type': 'smc.runResult', gas_used: Number(got.gasUsed), exit_code: 0, stack: got.stack.map(stackItem) };
        } catch (e) {
          if (e instanceof Refused) throw e;
          return { '@type': 'smc.runResult', gas_used: 0, exit_code: e.exitCode ?? -13, stack: [] };
        }
      }
      case 'sendBoc':
        await this.send(p.boc);
        return { '@type': 'ok' };
      case 'sendBocReturnHash': {
        const message = await this.send(p.boc);
        return { '@type': 'raw.extMessageInfo', hash: Cell.fromBase64(p.boc).hash().toString('base64'), hash_norm: normalized(message).toString('base64') };
      }
      default:
        throw new Refused(422, 'Unknown method');
    }
  }

  async dev(what, p) {
    if (what === 'faucet') {
      this.keep((await this.faucet.send({ to: address(p.address), value: BigInt(p.amount), bounce: false })).transactions);
    } else if (what === 'mine') {
      this.seqno += 1;
      this.chain.now += 1;
    }
    return { seqno: this.seqno, now: this.chain.now };
  }

  async answer(url, p) {
    if (url.pathname === '/api/v2/jsonRPC') return { ok: true, result: await this.call(p.method, p.params), id: p.id, jsonrpc: '2.0' };
    if (url.pathname.startsWith('/api/v2/')) return { ok: true, result: await this.call(url.pathname.slice(8), { ...Object.fromEntries(url.searchParams), ...p }) };
    if (url.pathname.startsWith('/dev/')) return this.dev(url.pathname.slice(5), p);
    if (url.pathname === '/api/v3/transactionsByMessage') {
      const t = this.byMessage.get(url.searchParams.get('msg_hash'));
      return { transactions: t ? [{ account: `0:${t.address.toString(16).padStart(64, '0').toUpperCase()}`, lt: String(t.lt), hash: t.hash().toString('base64'), finality: 'finalized' }] : [] };
    }
    throw new Refused(404, 'Not found');
  }

  listen(port = 0) {
    const server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (c) => chunks.push(c));
      request.on('end', async () => {
        const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
        let status = 200;
        let body;
        try {
          const sent = Buffer.concat(chunks).toString();
          body = request.method === 'OPTIONS' ? {} : await this.answer(new URL(request.url, 'http://local'), sent ? JSON.parse(sent) : {});
        } catch (e) {
          status = e.code ?? 500;
          body = { ok: false, error: e.message, code: status };
        }
        response.writeHead(status, headers).end(JSON.stringify(body));
      });
    });
    return new Promise((ready) => server.listen(port, '127.0.0.1', () => ready({ server, root: `http://127.0.0.1:${server.address().port}` })));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { root } = await (await Toncenter.create()).listen(Number(process.argv[2] ?? 0));
  console.log(root);
}
