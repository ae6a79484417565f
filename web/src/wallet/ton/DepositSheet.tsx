// How to bring coins in: address, comment, and both as a QR code.

import { lazy, Suspense } from "preact/compat";
import { useTexts } from "@/i18n";
import { Copy } from "@/kit/Copy";
import { Sheet } from "@/kit/Sheet";
import type { Wallet } from "../data";
import { texts } from "./texts";

const Qr = lazy(() => import("./Qr"));

export function DepositSheet({ target, onClose }: { target: NonNullable<Wallet["deposit"]>; onClose: () => void }) {
  const t = useTexts(texts);
  return (
    <Sheet title={t("put_in")} onClose={onClose}>
      <div class="card qr-card">
        <Suspense fallback={<span class="qr bone" />}><Qr text={target.link} label={t("qr")} /></Suspense>
        <p class="note">{t("scan")}</p>
      </div>
      <div class="card">
        <Copy text={target.address} label={t("address")} testId="deposit-address" />
      </div>
      <div class="card attention">
        <Copy text={target.memo} label={t("memo")} testId="deposit-memo" />
        <p>{t("memo_why")}</p>
      </div>
      {/^ton:\/\//.test(target.link) ? <a class="button wide quiet" href={target.link}>{t("open_wallet")}</a> : null}
    </Sheet>
  );
}
