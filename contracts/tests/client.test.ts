// The client script itself: it ends well against a good server, and badly against one that lies.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
// @ts-expect-error a plain script
import { Toncenter } from './toncenter.mjs';

const script = fileURLToPath(new URL('../tools/client.mjs', import.meta.url));
const run = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile('node', [script, ...args], (e, out, err) => done({ code: e ? Number(e.code) : 0, out, err }));
  });

let node: Toncenter;
let server: { close(): void };
let root: string;
beforeEach(async () => {
  node = await Toncenter.create();
  ({ server, root } = await node.listen());
});
afterEach(() => server.close());

it('goes through every step', { timeout: 60_000 }, async () => {
  const { code, out, err } = await run(`${root}/api/v2/jsonRPC`);
  expect([code, err]).toEqual([0, '']);
  expect(out.trim().split('\n').at(-1)).toBe('OK');
});

it.each([
  ['paging that loses a transaction', 'getTransactions', (r: unknown[]) => r.filter((_, i) => i !== 1)],
  ['a hash that is another', 'sendBocReturnHash', (r: object) => ({ ...r, hash_norm: Buffer.alloc(32).toString('base64') })],
  ['a getter that is wrong', 'runGetMethod', (r: { stack: unknown[] }) => ({ ...r, stack: [['num', '0x2'], ...r.stack.slice(1)] })],
])('fails on %s', { timeout: 60_000 }, async (_, method, change) => {
  const call = node.call.bind(node);
  node.call = async (m: string, p: object) => (m === method ? change(await call(m, p)) : call(m, p));
  const { code, err } = await run(`${root}/api/v2/jsonRPC`, root);
  expect(code).toBe(1);
  expect(err).toContain('FAILED');
});

it('wants an address', async () => {
  expect((await run()).code).toBe(2);
});
