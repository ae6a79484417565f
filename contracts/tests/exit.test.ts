// The exit page's own code, taken out of the page, against @ton/core.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { Address, beginCell, Cell, contractAddress } from '@ton/core';
import { body, initData, Op, State } from './escrow';
import { AMOUNT, at, committed, DEADLINE, exitCode, NOW, RESERVE, World } from './world';

const html = readFileSync(new URL('../exit/index.html', import.meta.url), 'utf8');
const source = /<script id="core">([\s\S]*?)<\/script>/.exec(html)![1];
const names = ['KNOWN_CODES', 'REFUND_VALUE', 'sha256', 'parseAddress', 'formatAddress', 'parseBoc', 'hashOf', 'cell', 'coins', 'bocOf', 'autoRefund', 'transferLink', 'addressOf', 'readDeal', 'obstacle', 'examine', 'nano', 'webUrl', 'toBase64Url'];
const page = new Function(`${source}; return { ${names.join(', ')} };`)();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (c: Cell, o = {}) => new Uint8Array(c.toBoc(o));
const plain = (a: Address) => ({ workchain: a.workChain, hash: new Uint8Array(a.hash) });

let world: World;
beforeAll(async () => {
  world = await World.create(committed('escrow'));
});

it('loads nothing, and its scripts are the two', () => {
  expect(html).not.toMatch(/(src|href)=/);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/https?:\/\/[^'"` ]+/g)!.sort()).toEqual(['https://testnet.toncenter.com', 'https://toncenter.com']);
});

it('knows the contract that is committed', () => {
  expect(page.KNOWN_CODES).toContain(committed('escrow').hash().toString('hex'));
});

it('hashes', () => {
  for (const n of [0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 1_000]) {
    const data = Buffer.alloc(n, n);
    expect(hex(page.sha256(new Uint8Array(data)))).toBe(createHash('sha256').update(data).digest('hex'));
  }
});

it('hashes cells as @ton/core does, from every kind of bag', () => {
  const shared = beginCell().storeUint(5, 7).endCell();
  const cells = [
    Cell.EMPTY, shared, beginCell().storeUint(1, 8).endCell(), beginCell().storeBuffer(Buffer.alloc(127, 3)).storeUint(3, 7).endCell(),
    beginCell().storeRef(shared).storeRef(beginCell().storeRef(shared).storeUint(9, 13)).storeRef(Cell.EMPTY).storeRef(shared).endCell(),
    ...['escrow', 'nft_item', 'nft_collection'].map(committed), initData(world.deal()),
  ];
  for (const c of cells) {
    for (const o of [{}, { idx: true }, { crc32: false }, { idx: true, crc32: false }]) expect(hex(page.hashOf(page.parseBoc(bytesOf(c, o))))).toBe(c.hash().toString('hex'));
  }
  for (const bad of [new Uint8Array(), new Uint8Array(3), bytesOf(shared).slice(0, 12), Uint8Array.from([...bytesOf(shared)].fill(0, 0, 4))]) expect(() => page.parseBoc(bad)).toThrow();
});

it('reads and writes addresses', () => {
  const all = JSON.parse(readFileSync(new URL('../vectors/addresses.json', import.meta.url), 'utf8'));
  for (const v of all) {
    if (v.error) {
      expect(() => page.parseAddress(v.text), v.text).toThrow();
      continue;
    }
    const a = page.parseAddress(v.text);
    expect([a.workchain, hex(a.hash), a.testnet]).toEqual([v.workchain, v.hash, v.testnet_only]);
    if (v.form === 'url_safe') expect(page.formatAddress(a, { bounceable: v.bounceable, testnet: v.testnet_only })).toBe(v.text);
  }
  expect(all.length).toBeGreaterThan(80);
});

it('builds auto_refund bit by bit', async () => {
  const boc = page.autoRefund(1_800_000_000);
  const want = body(Op.autoRefund, 1_800_000_000n);
  expect(hex(boc)).toBe(want.toBoc({ idx: false, crc32: false }).toString('hex'));
  expect(Cell.fromBoc(Buffer.from(boc))[0].equals(want)).toBe(true);
  const escrow = world.escrow();
  const link = new URL(page.transferLink(escrow.address.toString(), boc));
  expect([link.protocol, link.pathname]).toEqual(['ton:', `/${escrow.address.toString()}`]);
  expect(link.searchParams.get('amount')).toBe('20000000');
  // And the contract does as it is told by that link.
  await world.deposit(escrow);
  world.chain.now = DEADLINE;
  const payload = Cell.fromBoc(Buffer.from(link.searchParams.get('bin')!, 'base64url'))[0];
  expect(exitCode(at(await world.send('stranger', escrow, BigInt(link.searchParams.get('amount')!), payload), escrow.address))).toBe(0);
  expect(await escrow.getState()).toBe(State.refunded);
});

it('writes coins as @ton/core does', () => {
  for (const n of [0n, 1n, 255n, 256n, 65_535n, 65_536n, AMOUNT, 2n ** 63n, 2n ** 119n]) {
    expect(page.coins(n)).toBe([...Array(beginCell().storeCoins(n).endCell().bits.length).keys()].map((i) => (beginCell().storeCoins(n).endCell().bits.at(i) ? '1' : '0')).join(''));
  }
});

const stackOf = (d: ReturnType<World['deal']>, state: number, bps = 0) => {
  const num = (n: number | bigint) => ['num', `0x${n.toString(16)}`];
  const addr = (a: Address) => ['cell', { bytes: beginCell().storeAddress(a).endCell().toBoc().toString('base64') }];
  return [num(state), num(d.dealId), num(d.amount), num(d.feeBps), num(d.deadline), addr(d.advertiser), addr(d.owner), addr(d.controller), addr(d.feeAddress), num(bps)];
};

it('examines an escrow, and sees through one that lies', () => {
  const code = committed('escrow');
  const deal = world.deal();
  const address = contractAddress(0, { code, data: initData(deal) });
  const info = { code: code.toBoc().toString('base64'), balance: String(AMOUNT + RESERVE) };
  const good = page.examine(plain(address), info, stackOf(deal, State.funded));
  expect([good.knownCode, good.rightAddress, good.balance, good.deal.amount]).toEqual([true, true, AMOUNT + RESERVE, AMOUNT]);
  expect(page.obstacle(good, DEADLINE - 1)).toBe('tooEarly');
  expect(page.obstacle(good, DEADLINE)).toBe(null);
  for (const [state, why] of [[State.init, 'notFunded'], [State.released, 'finished'], [State.refunded, 'finished'], [State.settled, 'finished']] as const) {
    expect(page.obstacle(page.examine(plain(address), info, stackOf(deal, state)), DEADLINE)).toBe(why);
  }
  // Deployed as funded, with no deposit ever made: its address is not that of the deal.
  const forged = contractAddress(0, { code, data: initData(deal, State.funded) });
  expect(page.obstacle(page.examine(plain(forged), info, stackOf(deal, State.funded)), DEADLINE)).toBe('wrongAddress');
  const other = { ...info, code: committed('nft_item').toBoc().toString('base64') };
  expect(page.obstacle(page.examine(plain(address), other, stackOf(deal, State.funded)), DEADLINE)).toBe('unknownCode');
  expect(page.obstacle(page.examine(plain(address), info, stackOf({ ...deal, amount: 1n }, State.funded)), DEADLINE)).toBe('wrongAddress');
  expect(() => page.examine(plain(address), info, stackOf(deal, 1).slice(1))).toThrow();
  expect(() => page.examine(plain(address), info, [['null', null], ...stackOf(deal, 1).slice(1)])).toThrow();
});

it('opens web pages only, and writes amounts', () => {
  expect([page.webUrl('https://x/y?z='), page.webUrl('javascript:alert(1)'), page.webUrl('data:text/html,x'), page.webUrl('')]).toEqual(['https://x/y?z=', null, null, null]);
  expect([0n, 1n, 10n ** 9n, 1_500_000_000n, 20_000_000n].map(page.nano)).toEqual(['0', '0.000000001', '1', '1.5', '0.02']);
  expect(NOW).toBeLessThan(DEADLINE);
});
