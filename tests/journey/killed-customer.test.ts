import { killedAtEachQuestion } from './kills.ts';

killedAtEachQuestion('customer');
