// Where the last order went, kept on this device.

const KEY = "torg.shop.address";

export function lastAddress(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

export function rememberAddress(address: string): void {
  try {
    if (address !== "") localStorage.setItem(KEY, address);
  } catch {
    // Not kept: it is typed again next time.
  }
}
