import { questionsOf } from './misuse.ts';

questionsOf('owner');
