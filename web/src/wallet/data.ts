// What the wallet's screens ask the server.

import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Wallet = Schemas["WalletView"];
export type Line = Schemas["LineView"];
export type Deposit = Schemas["DepositView"];
export type Withdrawal = Schemas["WithdrawalView"];
export type Invoice = Schemas["InvoiceView"];

/** Everything of the wallet begins with this. */
export const WALLET = ["wallet"] as const;

const walletOptions = queryOptions({ queryKey: [...WALLET, "all"], queryFn: ({ signal }) => api.get("/api/wallet", { signal }) });

/** What somebody has; with `live` it is looked at again and again, for money that comes by itself. */
export const useWallet = (live = false) => useQuery({ ...walletOptions, refetchInterval: live ? 5_000 : false });

/** What somebody has in a currency; nothing yet is zero. */
export function inCurrency(wallet: Wallet, currency: string): { available: string; held: string } {
  const found = wallet.balances.find((one) => one.currency === currency);
  return { available: found?.available ?? "0", held: found?.held ?? "0" };
}

/** A page of the statement in a currency. */
export const loadLines = (currency: string, cursor: string | undefined, signal: AbortSignal) =>
  api.get("/api/wallet/transactions", { params: { query: { currency, limit: 20, ...(cursor === undefined ? {} : { cursor }) } }, signal });

export const loadDeposits = (cursor: string | undefined, signal: AbortSignal) =>
  api.get("/api/wallet/deposits", { params: { query: { limit: 20, ...(cursor === undefined ? {} : { cursor }) } }, signal });

export const loadWithdrawals = (cursor: string | undefined, signal: AbortSignal) =>
  api.get("/api/wallet/withdrawals", { params: { query: { limit: 20, ...(cursor === undefined ? {} : { cursor }) } }, signal });
