// A table of products: all of it is taken, or nothing, and then every wrong line is named.

import { useMutation } from "@tanstack/react-query";
import { useState } from "preact/hooks";
import { useStaff } from "@/admin/kit/staff";
import { Table } from "@/admin/kit/Table";
import { CsvButton } from "@/admin/kit/parts";
import { upload } from "@/api/upload";
import { ApiError } from "@/api/errors";
import type { components } from "@/api/schema";
import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { Screen } from "@/kit/Screen";
import { toast, toastError } from "@/kit/toast";
import { refreshShop } from "./data";
import { texts } from "./products.texts";

/** What the server takes. */
const BYTES_MAX = 16 * 1024 * 1024;

export function Import() {
  const t = useTexts(texts);
  const why = useStaff().why("moderator");
  const [file, setFile] = useState<File>();
  const importing = useMutation({
    mutationFn: (table: File) => upload<components["schemas"]["Imported"]>("/admin/products/import", table, "text/csv"),
    onSuccess: (done) => {
      toast(t("import_done", { ...done }));
      void refreshShop();
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.fields.length === 0) toastError(error);
    },
  });
  const wrong = importing.error instanceof ApiError ? importing.error.fields : [];
  const tooBig = file !== undefined && file.size > BYTES_MAX;
  return (
    <Screen title={t("import")} back="/admin/shop/products">
      <div class="card">
        <p>{t("import_about")}</p>
        <div class="field">
          <label for="table">{t("file")}</label>
          <input id="table" class="input" type="file" accept=".csv,text/csv" data-testid="csv-file" onChange={(event) => { setFile(event.currentTarget.files?.[0]); importing.reset(); }} />
          {tooBig ? <p class="problem" role="alert">{t("import_big")}</p> : null}
        </div>
        <div class="buttons">
          <Button busy={importing.isPending} disabled={file === undefined || tooBig || why !== undefined} onClick={() => file && importing.mutate(file)} testId="import-go">{t("import_go")}</Button>
          <CsvButton path="/admin/products.csv" name="products.csv" />
        </div>
        {why ? <p class="note">{why}</p> : null}
      </div>
      {importing.data ? <p class="card good" role="status" data-testid="import-done">{t("import_done", { ...importing.data })}</p> : null}
      {wrong.length > 0 ? (
        <div role="alert" class="form">
          <p class="banner">{t("import_wrong")}</p>
          <Table label={t("import_wrong")} rows={wrong} rowKey={(one) => `${one.field} ${one.message}`} columns={[{ head: t("where"), lead: true, cell: (one) => one.field }, { head: t("what"), cell: (one) => one.message }]} />
        </div>
      ) : null}
    </Screen>
  );
}
