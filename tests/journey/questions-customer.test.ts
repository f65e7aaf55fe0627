import { questionsOf } from './misuse.ts';

questionsOf('customer');
