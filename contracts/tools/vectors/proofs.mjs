// ton_proof: good ones of three wallets, and one of every kind that must be refused, with the reason.
import { createHash } from 'node:crypto';
import { Address, beginCell, Cell, contractAddress } from '@ton/core';
import { sign } from '@ton/crypto';
import { boc, keys, MAINNET, NOW, stateInit, TESTNET, v4, v5, WalletContractV3R2 } from './common.mjs';

const DOMAIN = 'torg.example';
const PAYLOAD = 'c2luZ2xlLXVzZS1ub25jZS0wMDAwMDAwMDAwMDAwMDE';
const sha256 = (data) => createHash('sha256').update(data).digest();

function signature({ address, domain, domainLength, timestamp, payload }, key) {
  const workchain = Buffer.alloc(4);
  workchain.writeInt32BE(address.workChain);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(domainLength);
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(timestamp));
  const message = Buffer.concat([Buffer.from('ton-proof-item-v2/'), workchain, address.hash, length, Buffer.from(domain), time, Buffer.from(payload)]);
  return sign(sha256(Buffer.concat([Buffer.from([0xff, 0xff]), Buffer.from('ton-connect'), sha256(message)])), key.secretKey);
}

/** What the wallet would send if it were asked for this. `signed` is what it really signs. */
function proof(name, wallet, key, { expected = null, network = MAINNET, signed = {}, sent = {}, top = {}, timestampText = false } = {}) {
  const all = { address: wallet.address, domain: DOMAIN, domainLength: Buffer.byteLength(DOMAIN), timestamp: NOW, payload: PAYLOAD, ...signed };
  const timestamp = sent.timestamp ?? all.timestamp;
  return {
    name,
    expected: expected ?? 'ok',
    address: wallet.address.toRawString(),
    network: String(network),
    public_key: key.publicKey.toString('hex'),
    wallet_state_init: boc(stateInit(wallet.init)),
    proof: {
      timestamp: timestampText ? String(timestamp) : timestamp,
      domain: { lengthBytes: sent.domainLength ?? all.domainLength, value: sent.domain ?? all.domain },
      payload: sent.payload ?? all.payload,
      signature: sent.signature ?? signature(all, key).toString('base64'),
    },
    ...top,
  };
}

export async function proofs() {
  const [one, two] = await keys();
  const mine = v5(one);
  const other = v5(two);
  const flip = (text, at) => { const b = Buffer.from(text, 'base64'); b[at] ^= 1; return b.toString('base64'); };
  const right = signature({ address: mine.address, domain: DOMAIN, domainLength: DOMAIN.length, timestamp: NOW, payload: PAYLOAD }, one).toString('base64');

  const unknownInit = { code: beginCell().storeUint(0xdead, 16).endCell(), data: mine.init.data };
  const unknown = { init: unknownInit, address: contractAddress(0, unknownInit) };
  const shortInit = { code: mine.init.code, data: beginCell().storeUint(1, 8).endCell() };
  const short = { init: shortInit, address: contractAddress(0, shortInit) };

  return {
    domain: DOMAIN,
    payload: PAYLOAD,
    network: String(MAINNET),
    now: NOW,
    max_age: 900,
    max_ahead: 60,
    cases: [
      proof('v3r2', WalletContractV3R2.create({ workchain: 0, publicKey: one.publicKey }), one),
      proof('v4r2', v4(one), one),
      proof('v5r1', mine, one),
      proof('v5r1, a subwallet', v5(one, MAINNET, 3), one),
      proof('the timestamp as a text', mine, one, { timestampText: true }),
      proof('as old as may be', mine, one, { signed: { timestamp: NOW - 900 } }),
      proof('as far ahead as may be', mine, one, { signed: { timestamp: NOW + 60 } }),
      proof('without its public key', mine, one, { top: { public_key: undefined } }),
      proof('the address in capitals', mine, one, { top: { address: `0:${mine.address.hash.toString('hex').toUpperCase()}` } }),

      proof('another domain', mine, one, { expected: 'domain', signed: { domain: 'evil.example', domainLength: 12 } }),
      proof('a longer domain that begins with ours', mine, one, { expected: 'domain', signed: { domain: `${DOMAIN}.evil`, domainLength: 17 } }),
      proof('a wrong length of the domain', mine, one, { expected: 'domain', signed: { domainLength: 11 } }),
      proof('our domain in capitals', mine, one, { expected: 'domain', signed: { domain: DOMAIN.toUpperCase() } }),
      proof('our domain said, another signed', mine, one, { expected: 'signature', signed: { domain: 'evil.example' }, sent: { domain: DOMAIN } }),

      proof('too old', mine, one, { expected: 'timestamp', signed: { timestamp: NOW - 901 } }),
      proof('from the future', mine, one, { expected: 'timestamp', signed: { timestamp: NOW + 61 } }),
      proof('a negative time', mine, one, { expected: 'timestamp', sent: { timestamp: -1 } }),
      proof('a time that is no number', mine, one, { expected: 'timestamp', sent: { timestamp: 'soon' } }),
      proof('an old one with a new time', mine, one, { expected: 'signature', signed: { timestamp: NOW - 5_000 }, sent: { timestamp: NOW } }),

      proof('another network', mine, one, { expected: 'network', network: TESTNET }),
      proof('no network', mine, one, { expected: 'network', network: '' }),

      proof('another payload', mine, one, { expected: 'payload', signed: { payload: 'somebody-else' } }),
      proof('our payload said, another signed', mine, one, { expected: 'signature', signed: { payload: 'somebody-else' }, sent: { payload: PAYLOAD } }),
      proof('no payload', mine, one, { expected: 'payload', signed: { payload: '' } }),

      proof('a foreign address, own key and state', mine, one, { expected: 'address_mismatch', top: { address: other.address.toRawString() }, signed: { address: other.address } }),
      proof('a foreign address with its state, own key', other, one, { expected: 'signature', top: { public_key: undefined } }),
      proof('a foreign address with its state, own key named', other, one, { expected: 'key_mismatch' }),
      proof('a foreign key named, own signature', mine, one, { expected: 'key_mismatch', top: { public_key: two.publicKey.toString('hex') } }),
      proof('a key that is none', mine, one, { expected: 'key_mismatch', top: { public_key: 'zz' } }),
      proof('the same address of the masterchain', mine, one, { expected: 'bad_address', top: { address: `-1:${mine.address.hash.toString('hex')}` }, signed: { address: new Address(-1, mine.address.hash) } }),
      proof('an address that is none', mine, one, { expected: 'bad_address', top: { address: 'EQ' } }),
      proof('no address', mine, one, { expected: 'bad_address', top: { address: '' } }),

      proof('a code that is no wallet', unknown, one, { expected: 'unknown_wallet' }),
      proof('data that are too short', short, one, { expected: 'state_init' }),
      proof('a state that is no base64', mine, one, { expected: 'state_init', top: { wallet_state_init: '###' } }),
      proof('a state that is no cells', mine, one, { expected: 'state_init', top: { wallet_state_init: Buffer.from('hello').toString('base64') } }),
      proof('a state that is another cell', mine, one, { expected: 'state_init', top: { wallet_state_init: boc(Cell.EMPTY) } }),
      proof('no state', mine, one, { expected: 'state_init', top: { wallet_state_init: '' } }),

      proof('a flipped bit in the signature', mine, one, { expected: 'signature', sent: { signature: flip(right, 5) } }),
      proof('another flipped bit', mine, one, { expected: 'signature', sent: { signature: flip(right, 40) } }),
      proof('half a signature', mine, one, { expected: 'signature', sent: { signature: right.slice(0, 40) } }),
      proof('a signature that is no base64', mine, one, { expected: 'signature', sent: { signature: '***' } }),
      proof('a signature of zeros', mine, one, { expected: 'signature', sent: { signature: Buffer.alloc(64).toString('base64') } }),
      proof('no signature', mine, one, { expected: 'signature', sent: { signature: '' } }),
      proof('signed by another key', mine, two, { expected: 'key_mismatch' }),
      proof('signed by another key, ours named', mine, two, { expected: 'signature', top: { public_key: one.publicKey.toString('hex') } }),
    ],
  };
}
