// The NFT item and collection keep to TEP-62 and TEP-66, as far as a custodian relies on it.
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { Address, beginCell, Cell, contractAddress, toNano } from '@ton/core';
import { at, Caller, committed, compiled, exitCode, paid, World } from './world';

const OP = { transfer: 0x5fcc3d14, assigned: 0x05138d91, excesses: 0xd53276db, getStatic: 0x2fcb26a2, static: 0x8b771735, getRoyalty: 0x693d3950, royalty: 0xa8cb00ad, mint: 0x54470201 };
let codes: { item: Cell; collection: Cell };
let w: World;
let collection: Address;
let item: Address;

beforeAll(async () => {
  codes = { item: await compiled('nft_item'), collection: await compiled('nft_collection') };
});

const tell = (from: Caller, to: Address, value: string, body: Cell, init?: { code: Cell; data: Cell }) => w.people[from].send({ to, value: toNano(value), body, init, sendMode: 1 });
const mint = (owner: Address) => beginCell().storeUint(OP.mint, 32).storeUint(1, 64).storeAddress(owner).storeRef(beginCell().storeStringTail('content')).endCell();
const transfer = (to: Address, response: Address | null, forward: bigint, memo = 'memo') =>
  beginCell().storeUint(OP.transfer, 32).storeUint(9, 64).storeAddress(to).storeAddress(response).storeBit(0).storeCoins(forward).storeBit(1).storeRef(beginCell().storeUint(0, 32).storeStringTail(memo)).endCell();
const get = async (a: Address, method: string, args: bigint[] = []) => (await w.chain.runGetMethod(a, method, args.map((value) => ({ type: 'int' as const, value })))).stackReader;
const ownerOf = async (a: Address) => {
  const s = await get(a, 'get_nft_data');
  return { init: s.readBoolean(), index: s.readNumber(), collection: s.readAddress().toString(), owner: s.readAddressOpt()?.toString() ?? null };
};
const who = (c: Caller) => w.people[c].address;

beforeEach(async () => {
  w = await World.create(codes.item);
  const royalty = beginCell().storeUint(5, 16).storeUint(100, 16).storeAddress(who('fee')).endCell();
  const data = beginCell().storeAddress(who('controller')).storeUint(0, 64).storeRef(beginCell().storeUint(1, 8)).storeRef(codes.item).storeRef(royalty).endCell();
  const init = { code: codes.collection, data };
  collection = contractAddress(0, init);
  await tell('controller', collection, '1', Cell.EMPTY, init);
  await tell('controller', collection, '0.1', mint(who('owner')));
  item = (await get(collection, 'get_nft_address_by_index', [0n])).readAddress();
});

it('is the code that is committed', () => {
  expect([codes.item, codes.collection].map((c) => c.hash().toString('hex'))).toEqual(['nft_item', 'nft_collection'].map((n) => committed(n).hash().toString('hex')));
});

it('mints for the collection\'s owner only, one after the other', async () => {
  expect(await ownerOf(item)).toEqual({ init: true, index: 0, collection: collection.toString(), owner: who('owner').toString() });
  const refused = at(await tell('stranger', collection, '0.1', mint(who('stranger'))), collection);
  expect([exitCode(refused), paid(refused)[0].bounced]).toEqual([401, true]);
  await tell('controller', collection, '0.1', mint(who('owner')));
  expect((await get(collection, 'get_collection_data')).readNumber()).toBe(2);
  expect((await ownerOf((await get(collection, 'get_nft_address_by_index', [1n])).readAddress())).index).toBe(1);
});

it('is transferred by its owner, with a notice and the excess', async () => {
  const t = at(await tell('owner', item, '0.1', transfer(who('advertiser'), who('owner'), toNano('0.01'))), item);
  const [notice, rest] = paid(t);
  expect(notice).toMatchObject({ to: who('advertiser').toString(), op: OP.assigned, value: toNano('0.01') });
  expect(rest).toMatchObject({ to: who('owner').toString(), op: OP.excesses });
  const s = t.outMessages.get(0)!.body.beginParse().skip(32);
  expect([s.loadUint(64), s.loadAddress().toString(), s.loadBit(), s.loadRef().beginParse().skip(32).loadStringTail()]).toEqual([9, who('owner').toString(), true, 'memo']);
  expect((await ownerOf(item)).owner).toBe(who('advertiser').toString());
  expect(await w.balance(item)).toBe(toNano('0.05'));
});

it('without a forward amount gives no notice, without a response no excess', async () => {
  expect(paid(at(await tell('owner', item, '0.05', transfer(who('advertiser'), null, 0n)), item))).toEqual([]);
  expect((await ownerOf(item)).owner).toBe(who('advertiser').toString());
});

it.each([
  ['a stranger', 'stranger', '0.1', 0n, 401],
  ['the former owner\'s collection', 'controller', '0.1', 0n, 401],
  ['too little for what is to be forwarded', 'owner', '0.05', toNano('1'), 402],
] as const)('refuses %s', async (_, from, value, forward, exit) => {
  const t = at(await tell(from, item, value, transfer(who('stranger'), who('stranger'), forward)), item);
  expect([exitCode(t), paid(t)[0].bounced]).toEqual([exit, true]);
  expect((await ownerOf(item)).owner).toBe(who('owner').toString());
});

it('tells its static data and royalty', async () => {
  const ask = (op: number) => beginCell().storeUint(op, 32).storeUint(3, 64).endCell();
  const told = at(await tell('stranger', item, '0.05', ask(OP.getStatic)), item).outMessages.get(0)!.body.beginParse();
  expect([told.loadUint(32), told.loadUint(64), told.loadUintBig(256), told.loadAddress().toString()]).toEqual([OP.static, 3, 0n, collection.toString()]);
  const royalty = at(await tell('stranger', collection, '0.05', ask(OP.getRoyalty)), collection).outMessages.get(0)!.body.beginParse();
  expect([royalty.loadUint(32), royalty.loadUint(64), royalty.loadUint(16), royalty.loadUint(16), royalty.loadAddress().toString()]).toEqual([OP.royalty, 3, 5, 100, who('fee').toString()]);
  const s = await get(collection, 'royalty_params');
  expect([s.readNumber(), s.readNumber(), s.readAddress().toString()]).toEqual([5, 100, who('fee').toString()]);
});

it('is initialised by its collection only', async () => {
  const data = beginCell().storeUint(7, 64).storeAddress(collection).storeAddress(null).storeBit(0).endCell();
  const init = { code: codes.item, data };
  const next = contractAddress(0, init);
  expect(next.toString()).toBe((await get(collection, 'get_nft_address_by_index', [7n])).readAddress().toString());
  const t = at(await tell('stranger', next, '0.1', beginCell().storeAddress(who('stranger')).storeRef(Cell.EMPTY).endCell(), init), next);
  expect(exitCode(t)).toBe(405);
  expect((await ownerOf(next)).init).toBe(false);
});

it('an item that names the collection without being its own is found out by the collection', async () => {
  // The item's own code, born with an owner: what a forger would deploy.
  const data = beginCell().storeUint(0, 64).storeAddress(collection).storeAddress(who('stranger')).storeMaybeRef(Cell.EMPTY).endCell();
  const fake = contractAddress(0, { code: codes.item, data });
  await tell('stranger', fake, '0.1', Cell.EMPTY, { code: codes.item, data });
  expect(await ownerOf(fake)).toMatchObject({ collection: collection.toString(), index: 0 });
  expect((await get(collection, 'get_nft_address_by_index', [0n])).readAddress().equals(fake)).toBe(false);
});
