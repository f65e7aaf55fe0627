#!/usr/local/bin/node
// `wget … <address>`: 0 when it answers with a page.
const answer = await fetch(process.argv.at(-1)).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
