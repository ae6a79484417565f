// Texts that are addresses, and texts that only look like it.
//
// `error` is why a text is none. `mainnet` and `testnet` say whether Torg may pay to it there: addresses
// that are marked as testnet's own are refused on the mainnet, and other workchains everywhere.
import { Address } from '@ton/core';
import { keys, v5 } from './common.mjs';

function crc16(data) {
  let crc = 0;
  for (const byte of data) {
    crc ^= byte << 8;
    for (let i = 0; i < 8; i++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return Buffer.from([crc >> 8, crc & 0xff]);
}

function friendly(tag, workchain, hash) {
  const head = Buffer.concat([Buffer.from([tag, workchain & 0xff]), hash]);
  return Buffer.concat([head, crc16(head)]);
}

export async function addresses() {
  const [one] = await keys();
  const hash = v5(one).address.hash;
  // Bytes whose standard and url-safe forms differ in many places.
  const slashes = Buffer.alloc(32, 0xfb);
  const good = [];
  const add = (text, address, form) =>
    good.push({
      text, form: form.form, workchain: address.workChain, hash: address.hash.toString('hex'), bounceable: form.bounceable ?? null, testnet_only: form.testOnly ?? false,
      mainnet: address.workChain === 0 && !form.testOnly, testnet: address.workChain === 0,
    });
  for (const [workchain, bytes] of [[0, hash], [-1, hash], [0, slashes], [0, Buffer.alloc(32)], [-1, Buffer.alloc(32, 0x33)]]) {
    const a = new Address(workchain, bytes);
    add(a.toRawString(), a, { form: 'raw' });
    for (const bounceable of [true, false]) {
      for (const testOnly of [false, true]) {
        for (const urlSafe of [true, false]) {
          add(a.toString({ bounceable, testOnly, urlSafe }), a, { form: urlSafe ? 'url_safe' : 'standard', bounceable, testOnly });
        }
      }
    }
  }
  const raw = `0:${hash.toString('hex')}`;
  add(`0:${hash.toString('hex').toUpperCase()}`, new Address(0, hash), { form: 'raw' });

  const url = (b) => b.toString('base64url');
  const right = friendly(0x11, 0, hash);
  const flipped = (at) => { const b = Buffer.from(right); b[at] ^= 1; return url(b); };
  const text = url(right);
  const mixedBytes = friendly(0x11, 0, Buffer.concat([Buffer.from('fbefbefbfffffffbefbe', 'hex'), Buffer.alloc(22, 0xfb)]));
  const standard = mixedBytes.toString('base64');
  const firstPlus = standard.indexOf('+');
  const mixed = `${standard.slice(0, firstPlus)}-${standard.slice(firstPlus + 1)}`;
  const bad = [
    ['', 'length'], [' ', 'length'], ['zzz', 'length'], [text.slice(0, 47), 'length'], [`${text}A`, 'length'], [`${text.slice(0, 44)}====`, 'alphabet'],
    [` ${text}`, 'length'], [`${text}\n`, 'length'], [url(right.subarray(0, 35)), 'length'], [url(Buffer.concat([right, Buffer.alloc(1)])), 'length'],
    [flipped(34), 'crc'], [flipped(35), 'crc'], [flipped(2), 'crc'], [flipped(0), 'crc'], [`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`, 'crc'],
    [url(Buffer.alloc(36)), 'tag'],
    [url(friendly(0x23, 0, hash)), 'tag'], [url(friendly(0x00, 0, hash)), 'tag'], [url(friendly(0x10, 0, hash)), 'tag'], [url(friendly(0x12, 0, hash)), 'tag'],
    [url(friendly(0x71, 0, hash)), 'tag'], [url(friendly(0x31, 0, hash)), 'tag'], [url(friendly(0xff, 0, hash)), 'tag'], [url(friendly(0xa3, 0, hash)), 'tag'], [url(friendly(0x01, 0, hash)), 'tag'],
    [mixed, 'alphabet'], [`${text.slice(0, 20)}*${text.slice(21)}`, 'alphabet'], [`${text.slice(0, 20)} ${text.slice(21)}`, 'alphabet'],
    [raw.slice(0, -1), 'length'], [`${raw}0`, 'length'], [raw.slice(2), 'length'], [`:${raw.slice(2)}`, 'workchain'], [`${raw.slice(0, -1)}g`, 'alphabet'],
    [`x:${raw.slice(2)}`, 'workchain'], [`00:${raw.slice(2)}`, 'workchain'], [`+0:${raw.slice(2)}`, 'workchain'], [`-0:${raw.slice(2)}`, 'workchain'], [`0: ${raw.slice(3)}`, 'alphabet'], [`0x0:${raw.slice(2)}`, 'workchain'],
    [`1:${raw.slice(2)}`, 'workchain'], [`99999999999:${raw.slice(2)}`, 'workchain'], [url(friendly(0x11, 5, hash)), 'workchain'],
    ['torg.ton', 'length'], ['@durov', 'length'],
  ];
  return [...good, ...bad.map(([t, error]) => ({ text: t, error }))];
}
