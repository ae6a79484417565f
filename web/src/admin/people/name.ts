/** How somebody is called; their id when they have no name. */
export function fullName(person: { id: number; first_name: string; last_name?: string | null }): string {
  return [person.first_name, person.last_name].filter(Boolean).join(" ").trim() || String(person.id);
}
