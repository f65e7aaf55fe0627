import { config } from 'zod';

/** Before the first schema is made: the page's policy forbids functions made of text, and notes every try of them. */
config({ jitless: true });
