/** What an error says, for events and conditions. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
