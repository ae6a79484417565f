// JSON as somebody has typed it.

/** The object, or what is wrong with it in the words of the browser. */
export function readObject(text: string): { value: Record<string, never> } | { error: string } {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? { value: value as Record<string, never> } : { error: "{…}" };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "?" };
  }
}
