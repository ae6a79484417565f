import { messages } from "@/i18n";

export const signInTexts = messages({
  ru: {
    title: "Панель управления",
    secret: "Секрет оператора",
    secret_note: "Значение admin_secret из настроек сервера. Забудется, когда вы закроете вкладку.",
    enter: "Войти",
    empty: "Введите секрет: латинские буквы, цифры и знаки без пробелов",
    wrong: "Секрет не подошёл",
    or: "Сотрудникам удобнее",
    telegram: "открыть панель из Telegram",
    ended: "Вы вышли или секрет сменился. Войдите ещё раз.",
    not_staff: "Эта часть — для сотрудников",
    not_staff_note: "У вас нет роли в панели. Её выдаёт владелец.",
    home: "На главную",
  },
  en: {
    title: "Admin panel",
    secret: "Operator's secret",
    secret_note: "The value of admin_secret in the server's settings. Forgotten when you close the tab.",
    enter: "Sign in",
    empty: "Enter the secret: letters, digits and signs without spaces",
    wrong: "This is not the secret",
    or: "For the staff it is easier to",
    telegram: "open the panel from Telegram",
    ended: "You have signed out, or the secret has changed. Sign in again.",
    not_staff: "This part is for the staff",
    not_staff_note: "You have no role in the panel. Roles are granted by an owner.",
    home: "Home",
  },
});
