import { messages } from "@/i18n";

export const todayTexts = messages({
  ru: {
    title: "Сегодня",
    waits: "Ждёт вас",
    clear: "Всё разобрано",
    clear_note: "Новое появится здесь само.",
    age: "старшему {age}",
    paused: "Закрыты сейчас",
    since: "Закрыто {age} назад",
    flagged_payments: "Спорные платежи",
    dead_letters: "Недоставленные события",
    dead_jobs: "Сорвавшиеся задачи",
    withdrawals_to_approve: "Выводы ждут решения",
    deposits_in_suspense: "Поступления без владельца",
    undelivered: "Недоставленные сообщения",
  },
  en: {
    title: "Today",
    waits: "Waiting for you",
    clear: "All done",
    clear_note: "What is new will appear here.",
    age: "the oldest for {age}",
    paused: "Closed now",
    since: "Closed {age} ago",
    flagged_payments: "Flagged payments",
    dead_letters: "Dead letters",
    dead_jobs: "Dead jobs",
    withdrawals_to_approve: "Withdrawals to decide",
    deposits_in_suspense: "Deposits without an owner",
    undelivered: "Undelivered messages",
  },
});
