// What the admin panel's pages get from the server, by the names that they use.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Person = Schemas["AdminPerson"];
export type PersonCard = Schemas["CardView"];
export type CardPart = Schemas["PartView"];
export type CardItem = Schemas["Item"];
export type Note = Schemas["Note"];
export type LedgerLine = Schemas["PersonLine"];
export type Adjustment = Schemas["Adjustment"];
export type CurrencySums = Schemas["CurrencyMoney"];
export type Transfer = Schemas["LedgerTransfer"];
export type AuditEntry = Schemas["AuditEntry"];
export type Job = Schemas["JobView"];
export type SettingChange = Schemas["SettingChange"];
export type Broadcast = Schemas["BroadcastView"];
export type Audience = Broadcast["audience"];

/** A number, a decimal string or a text, or a switch: by the setting's kind. */
export type SettingValue = number | string | boolean;
export type Setting = Schemas["SettingView"];

export type AdminOrder = Schemas["ServiceOrderRow"];
export type AdminOrderCard = Schemas["ServiceOrderCard"];
export type AdminTake = Schemas["ServiceTake"];
export type AdminComplaint = Schemas["ServiceComplaint"];
export type AdminReview = Schemas["StaffReview"];
