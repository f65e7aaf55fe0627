import { killedAtEachQuestion } from './kills.ts';

killedAtEachQuestion('owner');
