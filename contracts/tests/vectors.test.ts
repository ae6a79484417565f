// The vectors hold what their names promise; that they are recorded again to the byte is `npm run check`.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Address, Cell, loadMessage, loadShardAccount, loadTransaction } from '@ton/core';
import { exitCode } from './world';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
const cellOf = (s: string) => Cell.fromBase64(s);

it('transactions: every kind of phase is there, and the bytes fit together', () => {
  const text = readFileSync(new URL('../vectors/transactions.json', import.meta.url), 'utf8');
  expect(text.length).toBeLessThan(1_500_000);
  const steps = JSON.parse(text);
  const seen = new Set<string>();
  for (const s of steps) {
    const message = cellOf(s.message);
    expect(s.account).toBeTypeOf('string');
    if (s.refused) {
      expect(loadMessage(message.beginParse()).info.type).toBe('external-in');
      seen.add('refused');
      continue;
    }
    const t = loadTransaction(cellOf(s.tx).beginParse());
    expect([t.now, String(t.lt)]).toEqual([s.now, s.lt]);
    const after = loadShardAccount(cellOf(s.after).beginParse());
    expect(after.lastTransactionHash.toString(16).padStart(64, '0')).toBe(cellOf(s.tx).hash().toString('hex'));
    if (t.description.type !== 'generic') throw new Error('not an ordinary transaction');
    const d = t.description;
    for (const mark of [
      `${t.oldStatus}>${t.endStatus}`, `exit ${exitCode(t)}`, d.bouncePhase && `bounce ${d.bouncePhase.type}`, d.destroyed && 'destroyed', d.storagePhase?.storageFeesDue && 'debt',
      d.storagePhase && `storage ${d.storagePhase.statusChange}`, d.actionPhase && `action ${d.actionPhase.resultCode}`, d.actionPhase?.skippedActions && 'skipped',
    ]) if (mark) seen.add(mark);
  }
  const wanted = [
    'refused', 'exit 0', 'exit -14', 'exit no-gas', 'exit no-state', 'exit bad-state', 'exit 401', 'exit 402', 'exit 403', 'exit 404', 'exit 405', 'exit 406', 'exit 407', 'exit 408', 'exit 9', 'exit 65535',
    'bounce ok', 'bounce no-funds', 'destroyed', 'debt', 'skipped', 'storage frozen', 'storage deleted', 'action 0', 'action 34', 'action 37',
    'uninitialized>active', 'active>frozen', 'frozen>frozen', 'frozen>active', 'frozen>non-existing', 'active>non-existing', 'non-existing>active',
  ];
  expect(wanted.filter((m) => !seen.has(m))).toEqual([]);
  expect(new Set(steps.map((s: { name: string }) => s.name)).size).toBeGreaterThan(70);
});

it('wallets: the forms of an address are one address', () => {
  for (const w of read('wallets')) {
    for (const form of ['bounceable', 'non_bounceable', 'bounceable_testnet', 'non_bounceable_testnet', 'standard_base64']) expect(Address.parse(w[form]).toRawString()).toBe(w.address);
    expect(cellOf(w.state_init).hash().toString('hex')).toBe(w.address.slice(2));
    for (const t of w.transfers) expect([cellOf(t.body).hash().toString('hex'), cellOf(t.external).hash().toString('hex')]).toEqual([t.body_hash, t.external_hash]);
  }
});

it('addresses: @ton/core reads the good ones', () => {
  for (const v of read('addresses').filter((a: { error?: string }) => !a.error)) {
    const a = Address.parse(v.text);
    expect([a.workChain, a.hash.toString('hex')]).toEqual([v.workchain, v.hash]);
  }
});

it('proofs: each reason is there', () => {
  const reasons = new Set(read('proofs').cases.map((c: { expected: string }) => c.expected));
  expect([...reasons].sort()).toEqual(['address_mismatch', 'bad_address', 'domain', 'key_mismatch', 'network', 'ok', 'payload', 'signature', 'state_init', 'timestamp', 'unknown_wallet']);
});
