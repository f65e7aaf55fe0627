import { walksBy } from './walks.ts';

walksBy('polling');
