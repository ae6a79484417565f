// The chain's HTTP API, as far as this page needs it.

async function ask(path, body) {
  const options = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error ?? String(answer.status));
  return json;
}

export const info = () => ask("/dev/info");
export const wallets = () => ask("/dev/wallets");
export const create = (name) => ask("/dev/wallets", { name });
export const faucet = (address, amount) => ask("/dev/faucet", { address, amount });
export const decode = (payload, state_init) => ask("/dev/decode", { payload, state_init });
export const send = (name, message) => ask(`/dev/wallets/${encodeURIComponent(name)}/send`, message);

export async function history(address) {
  const answer = await ask(`/api/v2/getTransactions?limit=30&address=${encodeURIComponent(address)}`);
  return answer.result;
}

export async function arrived(hash) {
  const answer = await ask(`/api/v3/transactionsByMessage?msg_hash=${encodeURIComponent(hash)}&direction=in`);
  return answer.transactions.length > 0;
}
