/**
 * A text from elsewhere as Postgres takes it, in a text and within JSON, and as a terminal may show it: control characters
 * other than newline and tab, and halves of characters that a cut has left, become U+FFFD.
 */
export const storable = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD').toWellFormed();
