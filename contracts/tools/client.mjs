// The TonClient of @ton/ton, as it comes from npm, against a Toncenter-shaped server with a faucet.
//
//   node tools/client.mjs http://127.0.0.1:PORT/api/v2/jsonRPC [http://127.0.0.1:PORT]
//
// One line per step; exit 0 when all of them went well. The second argument is where /dev/faucet,
// /dev/mine and /dev/info are; left out, it is the root of the first.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Address, beginCell, Cell, contractAddress, external, fromNano, internal, storeMessage, toNano } from '@ton/core';
import { keyPairFromSeed } from '@ton/crypto';
import ton from '@ton/ton';

const { TonClient, WalletContractV4, WalletContractV5R1 } = ton;
const [endpoint, faucet = endpoint && new URL('/', endpoint).href] = process.argv.slice(2);
if (!endpoint) {
  console.error('usage: node tools/client.mjs http://HOST:PORT/api/v2/jsonRPC [http://HOST:PORT]');
  process.exit(2);
}
const root = endpoint.replace(/\/api\/v2\/jsonRPC$/, '');
const client = new TonClient({ endpoint, timeout: 10_000 });

async function json(url, body) {
  const init = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, body: await response.json() };
}

const rpc = async (method, params) => (await json(endpoint, { id: '1', jsonrpc: '2.0', method, params })).body;

async function dev(path, body) {
  const answer = await json(new URL(`dev/${path}`, `${faucet.replace(/\/$/, '')}/`), body);
  assert.equal(answer.status, 200, `dev/${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Makes blocks until it is so. */
async function until(what, check) {
  for (let i = 0; i < 60; i++) {
    const found = await check().catch(() => undefined);
    if (found) return found;
    await dev('mine', {});
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`never happened: ${what}`);
}

async function step(name, run) {
  const said = await run();
  console.log(`ok  ${name}${said === undefined ? '' : `: ${said}`}`);
}

const keyOf = () => keyPairFromSeed(randomBytes(32));
const [advertiserKey, controllerKey] = [keyOf(), keyOf()];
const advertiserWallet = WalletContractV5R1.create({ workchain: 0, publicKey: advertiserKey.publicKey });
const controllerWallet = WalletContractV4.create({ workchain: 0, publicKey: controllerKey.publicKey });
const advertiser = client.open(advertiserWallet);
const owner = new Address(0, randomBytes(32));
const fee = new Address(0, randomBytes(32));
const amount = toNano('10');
const message = (op) => beginCell().storeUint(op, 32).storeUint(1, 64).endCell();
let now;
let escrow;
let sent;

const send = (seqno, messages) => advertiser.sendTransfer({ seqno, secretKey: advertiserKey.secretKey, sendMode: 3, timeout: now + 600, messages });

async function run() {
  await step('masterchain', async () => {
    const info = await client.getMasterchainInfo();
    assert(info.latestSeqno >= 0);
    return `block ${info.latestSeqno}`;
  });
  await step('dev info', async () => JSON.stringify(await dev('info')));
  await step('faucet and balance', async () => {
    for (const w of [advertiserWallet, controllerWallet]) await dev('faucet', { address: w.address.toString(), amount: toNano('100').toString() });
    const balance = await until('the faucet has paid', () => client.getBalance(advertiserWallet.address));
    assert(balance > toNano('99') && balance <= toNano('100'));
    return fromNano(balance);
  });
  await step('an address without a contract', async () => {
    assert.equal(await client.isContractDeployed(advertiserWallet.address), false);
    assert.equal(await advertiser.getSeqno(), 0);
    assert.equal(await client.getBalance(owner), 0n);
  });
  await step('the clock of the chain', async () => {
    const info = await rpc('getAddressInformation', { address: advertiserWallet.address.toString() });
    now = Number(info.result.sync_utime);
    assert(now > 1_500_000_000);
    return new Date(now * 1000).toISOString();
  });
  await step('a v5r1 wallet deploys itself, deploys and funds an escrow, and pays with a comment', async () => {
    const code = Cell.fromBase64(JSON.parse(readFileSync(new URL('../build/escrow.json', import.meta.url))).code);
    const data = beginCell()
      .storeUint(0, 8).storeUint(0, 16).storeUint(5, 64).storeCoins(amount).storeUint(500, 16).storeUint(now + 86_400, 32)
      .storeAddress(controllerWallet.address).storeAddress(fee)
      .storeRef(beginCell().storeAddress(advertiserWallet.address).storeAddress(owner))
      .endCell();
    escrow = contractAddress(0, { code, data });
    await send(0, [
      internal({ to: escrow, value: amount + toNano('0.5'), init: { code, data }, body: message(0x54470001) }),
      internal({ to: owner, value: toNano('0.5'), bounce: false, body: 'заказ 42' }),
    ]);
    await until('the escrow is there', () => client.isContractDeployed(escrow));
    assert.equal(await until('the wallet has counted', () => advertiser.getSeqno()), 1);
  });
  await step('get methods of the escrow', async () => {
    assert.equal((await client.runMethod(escrow, 'get_state')).stack.readNumber(), 1);
    const s = (await client.runMethod(escrow, 'get_escrow_data')).stack;
    assert.deepEqual([s.readNumber(), s.readBigNumber(), s.readBigNumber(), s.readNumber(), s.readNumber()], [1, 5n, amount, 500, now + 86_400]);
    for (const a of [advertiserWallet.address, owner, controllerWallet.address, fee]) assert(s.readAddress().equals(a));
    const parts = (await client.runMethod(escrow, 'get_parts', [{ type: 'int', value: 2_500n }])).stack;
    assert.deepEqual([parts.readBigNumber(), parts.readBigNumber(), parts.readBigNumber()], [2_375_000_000n, 125_000_000n, 7_500_000_000n]);
    const none = await client.runMethodWithError(escrow, 'get_nothing');
    assert.notEqual(none.exit_code, 0);
  });
  await step('sendBocReturnHash', async () => {
    const body = controllerWallet.createTransfer({
      seqno: 0, secretKey: controllerKey.secretKey, sendMode: 3, timeout: now + 600, messages: [internal({ to: escrow, value: toNano('0.02'), body: message(0x54470002) })],
    });
    sent = { boc: beginCell().store(storeMessage(external({ to: controllerWallet.address, init: controllerWallet.init, body }))).endCell() };
    // Found by the same hash with and without the StateInit, whoever has packed it (TEP-467).
    sent.normalized = beginCell().storeUint(2, 2).storeUint(0, 2).storeAddress(controllerWallet.address).storeCoins(0).storeBit(0).storeBit(1).storeRef(body).endCell().hash();
    const answer = await rpc('sendBocReturnHash', { boc: sent.boc.toBoc().toString('base64') });
    assert.equal(answer.ok, true, JSON.stringify(answer));
    assert.equal(answer.result.hash, sent.boc.hash().toString('base64'));
    assert.equal(answer.result.hash_norm, sent.normalized.toString('base64'));
    return sent.normalized.toString('hex');
  });
  await step('the transaction is found by the normalized hash', async () => {
    const url = `${root}/api/v3/transactionsByMessage?msg_hash=${encodeURIComponent(sent.normalized.toString('base64'))}`;
    const found = await until('it is finalized', async () => (await json(url)).body.transactions.find((t) => t.finality === undefined || t.finality === 'finalized'));
    assert.equal(Address.parse(found.account).toString(), controllerWallet.address.toString());
    assert.equal(typeof found.lt, 'string');
    return `lt ${found.lt}`;
  });
  await step('the owner and the fee are paid exactly', async () => {
    await until('the escrow is released', async () => (await client.runMethod(escrow, 'get_state')).stack.readNumber() === 2);
    // Each of the two balances may have paid some nanos of rent.
    const got = [await client.getBalance(owner), await client.getBalance(fee)];
    for (const [i, want] of [toNano('10'), toNano('0.5')].entries()) assert(got[i] <= want && got[i] > want - 100_000n, `${got[i]}`);
  });
  await step('the same message again is refused', async () => {
    const again = await rpc('sendBoc', { boc: sent.boc.toBoc().toString('base64') });
    assert.equal(again.ok, false);
    await assert.rejects(client.sendFile(sent.boc.toBoc()));
    return JSON.stringify(again.error).slice(0, 80);
  });
  await step('paging by lt and hash', async () => {
    for (let i = 1; i <= 9; i++) {
      await send(i, [internal({ to: owner, value: 1n, bounce: false, body: `memo ${i}` })]);
      await until('the wallet has counted', async () => (await advertiser.getSeqno()) === i + 1);
    }
    // The deposit's comment, the payout, and nine: pages overlap by nothing and leave nothing out.
    await until('the last one has arrived', async () => (await client.getTransactions(owner, { limit: 20 })).length === 11);
    const all = [];
    for (let page = 0; page < 20; page++) {
      const last = all.at(-1);
      const next = await client.getTransactions(owner, { limit: 3, ...(last && { lt: last.lt.toString(), hash: last.hash().toString('base64') }) });
      if (!next.length) break;
      all.push(...next);
    }
    assert.equal(all.length, 11);
    assert.equal(new Set(all.map((t) => t.lt)).size, 11);
    assert.deepEqual(all.map((t) => t.lt), all.map((t) => t.lt).sort((a, b) => (a < b ? 1 : -1)));
    for (const [i, t] of all.entries()) if (i + 1 < all.length) assert.equal(t.prevTransactionLt, all[i + 1].lt);
    const comment = (t) => t.inMessage.body.beginParse().skip(32).loadStringTail();
    assert.deepEqual([comment(all[0]), comment(all.at(-1))], ['memo 9', 'заказ 42']);
    return `${all.length} transactions`;
  });
  await step('wrong questions', async () => {
    assert.equal((await rpc('getAddressInformation', { address: 'zzz' })).ok, false);
    assert.equal((await rpc('noSuchMethod', {})).ok, false);
    assert.equal((await rpc('sendBoc', { boc: 'AAAA' })).ok, false);
  });
}

try {
  await run();
  console.log('OK');
} catch (e) {
  console.error(`FAILED  ${e.stack ?? e}`);
  process.exitCode = 1;
}
