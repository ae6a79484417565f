// Writes vectors/*.json: what the Rust side is held to. Fixed keys and times: the same bytes every time.
//
//   node tools/vectors.mjs           writes the files
//   node tools/vectors.mjs --check   compares with the files; exit 1 on a difference
import { readFileSync, writeFileSync } from 'node:fs';
import { Cell } from '@ton/core';
import { addresses } from './vectors/addresses.mjs';
import { proofs } from './vectors/proofs.mjs';
import { transactions } from './vectors/transactions.mjs';
import { wallets } from './vectors/wallets.mjs';

/** A line per entry: a difference can be read. */
function write(name, content) {
  const lines = (list) => `[\n${list.map((e) => JSON.stringify(e)).join(',\n')}\n]`;
  const text = Array.isArray(content)
    ? lines(content)
    : `{\n${Object.entries(content).map(([k, v]) => `${JSON.stringify(k)}: ${Array.isArray(v) ? lines(v) : JSON.stringify(v)}`).join(',\n')}\n}`;
  const file = new URL(`../vectors/${name}.json`, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, `${text}\n`);
  } else if (readFileSync(file, 'utf8') !== `${text}\n`) {
    console.error(`vectors/${name}.json is not what is recorded now: npm run vectors`);
    process.exitCode = 1;
  }
  console.log(`${name.padEnd(16)}${text.length} bytes`);
}

const { steps, config } = await transactions();
write('transactions', steps);
write('config', { source: '@ton/sandbox 0.41.0, slim', hash: Cell.fromBase64(config).hash().toString('hex'), boc: config });
write('wallets', await wallets());
write('addresses', await addresses());
write('proofs', await proofs());
