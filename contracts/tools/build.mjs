// Compiles the contracts into build/*.json, and copies the wallets' code out of @ton/ton.
//
//   node tools/build.mjs           writes the files
//   node tools/build.mjs --check   compiles in memory and compares with the files; exit 1 on a difference
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Cell } from '@ton/core';
import { runTolkCompiler } from '@ton/tolk-js';
import ton from '@ton/ton';

const { WalletContractV3R2, WalletContractV4, WalletContractV5R1 } = ton;
const root = fileURLToPath(new URL('..', import.meta.url));

export const CONTRACTS = ['escrow', 'nft_item', 'nft_collection'];

export async function compile(name, read = (path) => readFileSync(`${root}src/${path}`, 'utf8')) {
  const entrypointFileName = `${name}.tolk`;
  const result = await runTolkCompiler({ entrypointFileName, fsReadCallback: read });
  if (result.status === 'error') {
    throw new Error(`${entrypointFileName}: ${result.message}`);
  }
  return artifact(Cell.fromBase64(result.codeBoc64), `tolk ${result.tolkVersion}`);
}

function artifact(code, source) {
  return { code: code.toBoc().toString('base64'), hash: code.hash().toString('hex'), source };
}

function wallets() {
  const publicKey = Buffer.alloc(32);
  const version = JSON.parse(readFileSync(`${root}node_modules/@ton/ton/package.json`, 'utf8')).version;
  const code = (Wallet) => artifact(Wallet.create({ workchain: 0, publicKey }).init.code, `@ton/ton ${version}`);
  return { v3r2: code(WalletContractV3R2), v4r2: code(WalletContractV4), v5r1: code(WalletContractV5R1) };
}

async function main() {
  const built = { wallets: wallets() };
  for (const name of CONTRACTS) {
    built[name] = await compile(name);
  }
  const check = process.argv.includes('--check');
  let stale = 0;
  for (const [name, content] of Object.entries(built)) {
    const path = `${root}build/${name}.json`;
    const text = `${JSON.stringify(content, null, 2)}\n`;
    if (!check) {
      writeFileSync(path, text);
    } else if (text !== readFileSync(path, 'utf8')) {
      console.error(`build/${name}.json is not what its source compiles to: npm run build`);
      stale += 1;
    }
    for (const [what, { hash }] of Object.entries(content.hash ? { [name]: content } : content)) {
      console.log(`${what.padEnd(16)}${hash}`);
    }
  }
  process.exitCode = stale ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main();
}
