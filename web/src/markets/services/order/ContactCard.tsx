import { useTexts } from "@/i18n";
import { Button } from "@/kit/Button";
import { copyText } from "@/kit/Copy";
import { toast } from "@/kit/toast";
import { openLink } from "@/telegram/host";
import { contactLink, readContact } from "../contact";
import { texts } from "./texts";

/** How to reach the customer, for those who paid for it. */
export function ContactCard({ contact }: { contact: string }) {
  const t = useTexts(texts);
  const known = readContact(contact);
  const copy = async () => {
    const done = await copyText(contact);
    toast(t(done ? "copied" : "copy_failed"), !done);
  };
  return (
    <section class="card" aria-label={t("contact")}>
      <h2>{t("contact")}</h2>
      <p class="svc-contact" data-testid="contact">{contact}</p>
      <div class="buttons svc-pair">
        {known === null ? null : known.kind === "phone" ? <a class="button" href={contactLink(known)} data-testid="call">{t("call")}</a>
          : <Button onClick={() => openLink(contactLink(known))} testId="write">{t("write")}</Button>}
        <Button look="quiet" onClick={() => void copy()} testId="copy">{t("copy")}</Button>
      </div>
    </section>
  );
}
